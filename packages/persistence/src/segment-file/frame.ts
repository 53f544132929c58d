import { crc32c } from './crc32c.ts';

/*
 * A frame, little-endian:
 *
 *    0  magic, 4 bytes
 *    4  kind, 1
 *    5  flags, 1: endsUnit, endsBatch
 *    6  zero, 2
 *    8  length of the body, 4
 *   12  CRC-32C of the body, 4
 *   16  batch, 4: counts the writes to this segment from 1
 *   20  execution, 4: its ordinal
 *   24  epoch, 4
 *   28  sequence, 8: of the first record, or of the record that would come next
 *   36  CRC-32C of the 36 bytes before, 4
 *   40  body
 *
 * Both checksums start from the seed of the segment, so a frame of another segment, or of a former use of the same
 * blocks, does not count. The header has its own because the length must be trusted before the body can be found.
 */

export const frameHeaderBytes = 40;
const magicBytes: Buffer = Buffer.from([0xb7, 0x57, 0x46, 0xe5]);
const magic = magicBytes.readUInt32LE();
const [endsUnitFlag, endsBatchFlag] = [1, 2];

/** What a frame is about; the numbers are part of the format. */
export const frameKind = {
  created: 1,
  records: 2,
  summary: 3,
  owned: 4,
  released: 5,
  requested: 6,
  delivered: 7,
  snapshot: 8,
  dropped: 9,
  removed: 10,
} as const;

export interface FrameHeader {
  readonly kind: number;
  /** The frames up to here, back to the last one with this mark, count together or not at all. */
  readonly endsUnit: boolean;
  /** The last frame of one write, which was synced before the next one began. */
  readonly endsBatch: boolean;
  readonly bodyBytes: number;
  readonly bodyCrc: number;
  readonly batch: number;
  readonly execution: number;
  readonly epoch: number;
  readonly sequence: number;
}

/** A frame that is to be written; the body of kind `records` is the records, of `snapshot` the snapshot, of any other kind one piece of JSON. */
export interface Frame extends Pick<FrameHeader, 'kind' | 'execution' | 'epoch' | 'sequence'> {
  readonly body: readonly Uint8Array[];
  readonly endsUnit: boolean;
}

export interface FramePlace {
  readonly batch: number;
  readonly endsBatch: boolean;
  /** Of the segment. */
  readonly seed: number;
}

export function frameBytes(frame: Frame): number {
  return frameHeaderBytes + bodyBytes(frame);
}

function bodyBytes(frame: Frame): number {
  let bytes = frame.kind === frameKind.records ? frame.body.length * 4 : 0;
  for (const piece of frame.body) bytes += piece.length;
  return bytes;
}

/** Fills `target`, which has exactly `frameBytes(frame)`. */
export function encodeFrame(target: Buffer, frame: Frame, place: FramePlace): void {
  let offset = frameHeaderBytes;
  for (const piece of frame.body) {
    if (frame.kind === frameKind.records) offset = target.writeUInt32LE(piece.length, offset);
    target.set(piece, offset);
    offset += piece.length;
  }
  sealFrame(target, frame, place);
}

/** Writes the header, with its checksums, before a body that is in `target` already. */
export function sealFrame(target: Buffer, frame: Omit<Frame, 'body'>, place: FramePlace): void {
  const flags = (frame.endsUnit ? endsUnitFlag : 0) | (place.endsBatch ? endsBatchFlag : 0);
  target.writeUInt32LE(magic, 0);
  target.writeUInt32LE(frame.kind | (flags << 8), 4);
  target.writeUInt32LE(target.length - frameHeaderBytes, 8);
  target.writeUInt32LE(crc32c(target.subarray(frameHeaderBytes), place.seed), 12);
  target.writeUInt32LE(place.batch, 16);
  target.writeUInt32LE(frame.execution, 20);
  target.writeUInt32LE(frame.epoch, 24);
  target.writeUInt32LE(frame.sequence % 2 ** 32, 28);
  target.writeUInt32LE(Math.floor(frame.sequence / 2 ** 32), 32);
  target.writeUInt32LE(crc32c(target.subarray(0, 36), place.seed), 36);
}

/** Undefined when `bytes` do not begin with a header that was written to this segment. */
export function decodeFrameHeader(bytes: Buffer, seed: number): FrameHeader | undefined {
  if (bytes.length < frameHeaderBytes || bytes.readUInt32LE(0) !== magic) return undefined;
  if (crc32c(bytes.subarray(0, 36), seed) !== bytes.readUInt32LE(36)) return undefined;
  const flags = bytes.readUInt8(5);
  return {
    kind: bytes.readUInt8(4),
    endsUnit: (flags & endsUnitFlag) !== 0,
    endsBatch: (flags & endsBatchFlag) !== 0,
    bodyBytes: bytes.readUInt32LE(8),
    bodyCrc: bytes.readUInt32LE(12),
    batch: bytes.readUInt32LE(16),
    execution: bytes.readUInt32LE(20),
    epoch: bytes.readUInt32LE(24),
    sequence: bytes.readUInt32LE(28) + bytes.readUInt32LE(32) * 2 ** 32,
  };
}

export function isBodyIntact(header: FrameHeader, body: Uint8Array, seed: number): boolean {
  return body.length === header.bodyBytes && crc32c(body, seed) === header.bodyCrc;
}

/** The records in an intact body of kind `records`, as views into it. */
export function decodeRecords(body: Buffer): Buffer[] {
  const records: Buffer[] = [];
  for (let offset = 0; offset < body.length;) {
    const start = offset + 4;
    offset = start + body.readUInt32LE(offset);
    records.push(body.subarray(start, offset));
  }
  return records;
}

export function countRecords(body: Buffer): number {
  let count = 0;
  for (let offset = 0; offset < body.length; count++) offset += 4 + body.readUInt32LE(offset);
  return count;
}

/** The first place from `start` on at which a header could begin, or -1. */
export function findMagic(bytes: Buffer, start: number): number {
  return bytes.indexOf(magicBytes, start);
}
