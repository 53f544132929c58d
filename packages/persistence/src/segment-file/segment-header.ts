import { crc32c } from './crc32c.ts';

/*
 * The first bytes of a segment, little-endian:
 *
 *    0  magic, 8 bytes
 *    8  version of the format, 3: of this header and of all frames behind it
 *   10  length of this header, 2
 *   12  number of the segment, 4: from 1, in the order of writing
 *   16  id, 8: random
 *   24  number of the oldest segment that belongs to the journal, 4
 *   28  number of the first segment that this one stands for, 4: a compaction made one of several
 *   32  length of the segment before, 8: what lies behind it there was never acknowledged; a segment that was
 *       compacted tells its own length
 *   40  length of this segment, 4: when it was compacted, and so written whole; else 0
 *   44  CRC-32C of the 44 bytes before, 4
 */

export const segmentHeaderBytes = 48;
/**
 * Format 2 added frames of kind `snapshot`, format 3 those of kinds `dropped` and `removed` and the fields of this header at
 * 28 and 40, which are zero before it. What a former format has, a later one has in the same shape.
 */
export const formatVersion = 3;
const magic = Buffer.from('weftseg\n', 'latin1');
const fileName = /^(\d{8,10})\.segment$/;
const draftName = /^\d{8,10}\.segment\.new$/;

export interface SegmentHeader {
  /** Of the format; a segment of a former one is read and never added to. */
  readonly version: number;
  readonly number: number;
  readonly id: bigint;
  readonly oldest: number;
  readonly previousBytes: number;
  /** The first segment that this one stands for; its own number unless it was compacted. */
  readonly first: number;
  /** Its length when it was compacted, else 0. */
  readonly wholeBytes: number;
}

export function segmentFileName(number: number): string {
  return `${String(number).padStart(8, '0')}.segment`;
}

/** Where a compaction writes what is to become a segment. */
export function draftFileName(number: number): string {
  return `${segmentFileName(number)}.new`;
}

export function isDraftName(name: string): boolean {
  return draftName.test(name);
}

/** The number in a segment's file name; undefined for other files. */
export function segmentNumber(name: string): number | undefined {
  const [, digits] = fileName.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Where the checksums of all frames of a segment start. */
export function segmentSeed(id: bigint): number {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(id);
  return crc32c(bytes);
}

export function encodeSegmentHeader(header: Omit<SegmentHeader, 'version'>): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  magic.copy(bytes);
  bytes.writeUInt16LE(formatVersion, 8);
  bytes.writeUInt16LE(segmentHeaderBytes, 10);
  bytes.writeUInt32LE(header.number, 12);
  bytes.writeBigUInt64LE(header.id, 16);
  bytes.writeUInt32LE(header.oldest, 24);
  bytes.writeUInt32LE(header.first, 28);
  bytes.writeBigUInt64LE(BigInt(header.previousBytes), 32);
  bytes.writeUInt32LE(header.wholeBytes, 40);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, 44)), 44);
  return bytes;
}

/** `damaged` when it is none, or the version when it is one that this release does not read. */
export function decodeSegmentHeader(bytes: Buffer): SegmentHeader | 'damaged' | { readonly unreadable: number } {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, 8).equals(magic)) return 'damaged';
  const version = bytes.readUInt16LE(8);
  // A later header may be longer; only its first ten bytes are known to mean the same.
  if (version > formatVersion) return { unreadable: version };
  if (crc32c(bytes.subarray(0, 44)) !== bytes.readUInt32LE(44)) return 'damaged';
  const number = bytes.readUInt32LE(12);
  return {
    version,
    number,
    id: bytes.readBigUInt64LE(16),
    oldest: bytes.readUInt32LE(24),
    previousBytes: Number(bytes.readBigUInt64LE(32)),
    first: version < 3 ? number : bytes.readUInt32LE(28),
    wholeBytes: version < 3 ? 0 : bytes.readUInt32LE(40),
  };
}
