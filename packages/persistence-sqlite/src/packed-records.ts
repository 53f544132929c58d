/** Many records as two buffers, which change threads without being taken apart. */
export interface PackedRecords {
  /** Bytes of each record. */
  readonly lengths: Uint32Array<ArrayBuffer>;
  /** The records one after another. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export function packRecords(records: Iterable<Uint8Array>): PackedRecords {
  const all = [...records];
  const lengths = Uint32Array.from(all, (record) => record.byteLength);
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let offset = 0;
  for (const record of all) {
    bytes.set(record, offset);
    offset += record.byteLength;
  }
  return { lengths, bytes };
}

/** Views of the single records. */
export function* unpackRecords(packed: PackedRecords): Generator<Uint8Array> {
  let offset = 0;
  for (const length of packed.lengths) yield packed.bytes.subarray(offset, (offset += length));
}

/** Views of runs of records, each of at most `bytesMax` bytes unless it is a single record. */
export function* splitRecords(packed: PackedRecords, bytesMax: number): Generator<PackedRecords> {
  let [first, start, end] = [0, 0, 0];
  for (const [index, length] of packed.lengths.entries()) {
    if (index > first && end - start + length > bytesMax) {
      yield { lengths: packed.lengths.subarray(first, index), bytes: packed.bytes.subarray(start, end) };
      [first, start] = [index, end];
    }
    end += length;
  }
  if (first < packed.lengths.length) {
    yield { lengths: packed.lengths.subarray(first), bytes: packed.bytes.subarray(start, end) };
  }
}

/** A copy of the records of all parts one after another. */
export function joinRecords(parts: readonly PackedRecords[]): PackedRecords {
  const lengths = new Uint32Array(parts.reduce((sum, part) => sum + part.lengths.length, 0));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.byteLength, 0));
  let [count, offset] = [0, 0];
  for (const part of parts) {
    lengths.set(part.lengths, count);
    bytes.set(part.bytes, offset);
    count += part.lengths.length;
    offset += part.bytes.byteLength;
  }
  return { lengths, bytes };
}

/** A view without the first `count` records. */
export function dropRecords(packed: PackedRecords, count: number): PackedRecords {
  const bytes = packed.lengths.subarray(0, count).reduce((sum, length) => sum + length, 0);
  return { lengths: packed.lengths.subarray(count), bytes: packed.bytes.subarray(bytes) };
}

/** What may move to the other thread with a message; only for records that are no views. */
export function transferables(packed: PackedRecords): ArrayBuffer[] {
  return [packed.lengths.buffer, packed.bytes.buffer];
}
