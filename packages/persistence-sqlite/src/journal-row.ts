import { crc32 } from 'node:zlib';
import type { PackedRecords } from './packed-records.ts';

/**
 * The blob of one row of the journal: all records that one call appended to one execution.
 *
 *     u32 format (1) | u32 checksum | u32 epoch | u32 count | count x u32 length | the records
 *
 * Numbers are little-endian. The checksum is the CRC-32 of all that follows it, seeded with the execution and the
 * sequence of the first record, so that a row that was changed, cut or moved is found out. The epoch tells which
 * ownership wrote it.
 */
export interface JournalRow {
  /** The number of the execution in its table, and of the first record in its journal: the key of the row. */
  readonly execution: number;
  readonly sequence: number;
  readonly epoch: number;
  readonly records: PackedRecords;
}

type RowKey = Pick<JournalRow, 'execution' | 'sequence'>;

/** What `decodeRow` says of a row whose bytes are not those that were written. */
export const checksumProblem = 'does not match its checksum';

const FORMAT = 1;
const HEADER_BYTES = 16;
const CHECKSUM_AT = 4;
const EPOCH_AT = 8;
const COUNT_AT = 12;

export function encodeRow(row: JournalRow): Uint8Array {
  const { lengths, bytes } = row.records;
  const start = HEADER_BYTES + 4 * lengths.length;
  const blob = new Uint8Array(start + bytes.byteLength);
  const view = new DataView(blob.buffer);
  view.setUint32(0, FORMAT, true);
  view.setUint32(EPOCH_AT, row.epoch, true);
  view.setUint32(COUNT_AT, lengths.length, true);
  lengths.forEach((length, index) => view.setUint32(HEADER_BYTES + 4 * index, length, true));
  blob.set(bytes, start);
  view.setUint32(CHECKSUM_AT, checksum(row, blob), true);
  return blob;
}

/** Views of what `encodeRow` put together, or what is wrong with the blob. */
export function decodeRow(key: RowKey, blob: Uint8Array<ArrayBuffer>): JournalRow | string {
  if (blob.byteLength < HEADER_BYTES) return `has ${blob.byteLength} bytes, fewer than a header`;
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const format = view.getUint32(0, true);
  if (format !== FORMAT) return `has format ${format} instead of ${FORMAT}`;
  if (view.getUint32(CHECKSUM_AT, true) !== checksum(key, blob)) return checksumProblem;
  const count = view.getUint32(COUNT_AT, true);
  const start = HEADER_BYTES + 4 * count;
  if (start > blob.byteLength) return `has no room for ${count} records`;
  const lengths = new Uint32Array(count);
  let end = start;
  for (let index = 0; index < count; index++) {
    const length = view.getUint32(HEADER_BYTES + 4 * index, true);
    lengths[index] = length;
    end += length;
  }
  if (end !== blob.byteLength) return `has ${blob.byteLength} bytes instead of ${end}`;
  return { ...key, epoch: view.getUint32(EPOCH_AT, true), records: { lengths, bytes: blob.subarray(start) } };
}

function checksum({ execution, sequence }: RowKey, blob: Uint8Array): number {
  const seed = new DataView(new ArrayBuffer(16));
  seed.setFloat64(0, execution, true);
  seed.setFloat64(8, sequence, true);
  return crc32(blob.subarray(EPOCH_AT), crc32(seed));
}
