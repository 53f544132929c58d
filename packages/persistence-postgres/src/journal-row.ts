import { crc32 } from 'node:zlib';

/**
 * The bytes of one row of the journal: all records that one write appended to one execution.
 *
 *     u32 format (1) | u32 checksum | u32 epoch | u32 count | count x u32 length | the records
 *
 * Numbers are little-endian. The checksum is the CRC-32 of all that follows it, seeded with the id of the execution and the
 * sequence of the first record, so that a row that was changed, cut or moved is found out. The epoch tells which
 * ownership wrote it. A snapshot is kept as a row with itself as the only record, under the sequence that it stands for.
 */
export interface RowKey {
  readonly id: string;
  /** Of the first record. */
  readonly sequence: number;
}

/** What `decodeRow` says of a row whose bytes are not those that were written. */
export const checksumProblem = 'does not match its checksum';

const FORMAT = 1;
const HEADER_BYTES = 16;
const CHECKSUM_AT = 4;
const EPOCH_AT = 8;
const COUNT_AT = 12;

export function encodeRow(key: RowKey, epoch: number, records: readonly Uint8Array[]): Buffer {
  let offset = HEADER_BYTES + 4 * records.length;
  const row = Buffer.allocUnsafe(records.reduce((size, record) => size + record.byteLength, offset));
  row.writeUInt32LE(FORMAT, 0);
  // Nobody claims an execution four thousand million times; an epoch that was made up is refused by the fence.
  row.writeUInt32LE(epoch % 2 ** 32, EPOCH_AT);
  row.writeUInt32LE(records.length, COUNT_AT);
  for (const [index, record] of records.entries()) {
    row.writeUInt32LE(record.byteLength, HEADER_BYTES + 4 * index);
    row.set(record, offset);
    offset += record.byteLength;
  }
  row.writeUInt32LE(checksum(key, row), CHECKSUM_AT);
  return row;
}

/** The ownership under which an intact row was written. */
export function epochOf(row: Buffer): number {
  return row.readUInt32LE(EPOCH_AT);
}

/** Views of the records that `encodeRow` put together, or what is wrong with the row. */
export function decodeRow(key: RowKey, row: Buffer): Uint8Array[] | string {
  if (row.byteLength < HEADER_BYTES) return `has ${row.byteLength} bytes, fewer than a header`;
  const format = row.readUInt32LE(0);
  if (format !== FORMAT) return `has format ${format} instead of ${FORMAT}`;
  if (row.readUInt32LE(CHECKSUM_AT) !== checksum(key, row)) return checksumProblem;
  const count = row.readUInt32LE(COUNT_AT);
  let offset = HEADER_BYTES + 4 * count;
  if (offset > row.byteLength) return `has no room for ${count} records`;
  const records: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const length = row.readUInt32LE(HEADER_BYTES + 4 * index);
    records.push(bytesOf(row, offset, length));
    offset += length;
  }
  if (offset !== row.byteLength) return `has ${row.byteLength} bytes instead of ${offset}`;
  return records;
}

/** Runs of records, each of at most `bytesMax` bytes unless it is a single record. */
export function* splitRecords(records: readonly Uint8Array[], bytesMax: number): Generator<readonly Uint8Array[]> {
  let [first, bytes] = [0, 0];
  for (const [index, { byteLength }] of records.entries()) {
    if (index > first && bytes + byteLength > bytesMax) {
      yield records.slice(first, index);
      [first, bytes] = [index, 0];
    }
    bytes += byteLength;
  }
  if (first < records.length) yield records.slice(first);
}

function checksum({ id, sequence }: RowKey, row: Buffer): number {
  const place = Buffer.alloc(8);
  place.writeDoubleLE(sequence);
  return crc32(row.subarray(EPOCH_AT), crc32(place, crc32(id)));
}

/** A plain array: a Buffer would show its own methods to whoever gets the record. */
function bytesOf(row: Buffer, offset: number, length: number): Uint8Array {
  return new Uint8Array(row.buffer, row.byteOffset + offset, length);
}
