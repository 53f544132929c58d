import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import type { FileSystem, OpenFile } from './file-system.ts';
import { FileWindow } from './file-window.ts';
import { scanSegment } from './scan-segment.ts';
import type { ScannedFrame, SegmentDamage, SegmentScan, VisitFrame } from './scan-segment.ts';
import {
  decodeSegmentHeader,
  formatVersion,
  isDraftName,
  segmentFileName,
  segmentHeaderBytes,
  segmentNumber,
  segmentSeed,
} from './segment-header.ts';
import type { SegmentHeader } from './segment-header.ts';

export interface SegmentPlace {
  readonly fileSystem: FileSystem;
  readonly directory: string;
}

/** The journal's end, as opening found and left it. */
export interface OpenedSegments {
  /** Oldest first. */
  readonly segments: readonly OpenedSegment[];
  readonly last?: OpenedTail;
}

export interface OpenedSegment {
  readonly header: SegmentHeader;
  /** As far as it counts. */
  readonly bytes: number;
}

export interface OpenedTail extends SegmentScan {
  readonly header: SegmentHeader;
}

/**
 * Visits every frame of every segment in order and leaves the last segment whole: what a write that was cut short left
 * behind is cut off. Throws STORE_CORRUPT with file and offset where something that was synced is damaged.
 */
export async function openSegments(
  place: SegmentPlace,
  visit: (frame: ScannedFrame, segment: number) => undefined,
): Promise<OpenedSegments> {
  const headers = await readHeaders(place);
  const segments: OpenedSegment[] = [];
  let last: OpenedTail | undefined;
  for (const [position, header] of headers.entries()) {
    const next = headers[position + 1];
    const seed = segmentSeed(header.id);
    const scan = await scanFile({ place, header, seed, next }, (frame) => visit(frame, header.number));
    last = { ...scan, header };
    segments.push({ header, bytes: scan.goodBytes });
  }
  return { segments, ...(last && { last }) };
}

interface SegmentToScan {
  readonly place: SegmentPlace;
  readonly header: SegmentHeader;
  readonly seed: number;
  readonly next: SegmentHeader | undefined;
}

async function scanFile(segment: SegmentToScan, visit: VisitFrame): Promise<SegmentScan> {
  const { place, header, seed, next } = segment;
  const path = join(place.directory, segmentFileName(header.number));
  const file = await place.fileSystem.open(path, next === undefined ? 'write' : 'read');
  try {
    const found = await file.size();
    const size = header.wholeBytes || (next?.previousBytes ?? found);
    if (found < size) throw corrupt(path, { offset: found, reason: `expected ${size} bytes, got ${found}` });
    const scan = await scanSegment(new FileWindow(file, size), seed, visit);
    if (scan.damage !== undefined && (next !== undefined || scan.damage.wasSynced)) throw corrupt(path, scan.damage);
    if (next === undefined) await makeDurable(file, scan);
    return scan;
  } finally {
    await file.close();
  }
}

/**
 * The former process may have died, or its sync may have failed, before the last write reached the medium. After a
 * failed sync the system may believe that those pages are clean, so a second sync alone proves nothing: the bytes
 * are written again, and then synced.
 */
async function makeDurable(file: OpenFile, scan: SegmentScan): Promise<void> {
  if (scan.damage !== undefined) await file.truncate(scan.goodBytes);
  const stepBytes = 1024 * 1024;
  const step = Buffer.alloc(Math.min(stepBytes, scan.goodBytes - scan.batchOffset));
  for (let offset = scan.batchOffset; offset < scan.goodBytes; offset += stepBytes) {
    const bytes = step.subarray(0, Math.min(stepBytes, scan.goodBytes - offset));
    await file.read(bytes, offset);
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done), offset + done);
  }
  await file.sync();
}

/** The headers of the segments that belong to the journal, oldest first, checked for completeness. */
async function readHeaders(place: SegmentPlace): Promise<readonly SegmentHeader[]> {
  const names = await place.fileSystem.list(place.directory);
  // A compaction was cut short, or whoever had the directory before is still at it: without its draft it cannot go on.
  for (const name of names.filter(isDraftName)) await place.fileSystem.remove(join(place.directory, name));
  const numbers = names.map(segmentNumber).filter((number) => number !== undefined);
  numbers.sort((a, b) => a - b);
  const headers: SegmentHeader[] = [];
  for (const number of numbers) {
    const header = await readHeader(place, { number, isLast: number === numbers.at(-1) });
    if (header !== undefined) headers.push(header);
  }
  return withoutOlder(place, await withoutReplaced(place, headers));
}

/** Throws STORE_CORRUPT where a segment is missing. */
function withoutOlder(place: SegmentPlace, headers: readonly SegmentHeader[]): readonly SegmentHeader[] {
  const oldest = headers.at(-1)?.oldest ?? 1;
  const belonging = headers.filter((header) => header.number >= oldest);
  let expected = oldest;
  for (const header of belonging) {
    if (header.first > expected) {
      const path = join(place.directory, segmentFileName(expected));
      throw corrupt(path, { offset: 0, reason: `expected this segment before ${header.number}, but it is missing` });
    }
    expected = header.number + 1;
  }
  return belonging;
}

/** The segments for which no later one stands; the others are what a compaction had no time to remove. */
async function withoutReplaced(
  place: SegmentPlace,
  headers: readonly SegmentHeader[],
): Promise<readonly SegmentHeader[]> {
  const isReplaced = ({ number }: SegmentHeader): boolean =>
    headers.some((later) => later.number > number && later.first <= number);
  for (const { number } of headers.filter(isReplaced)) {
    await place.fileSystem.remove(join(place.directory, segmentFileName(number)));
  }
  return headers.filter((header) => !isReplaced(header));
}

/** Undefined for a last segment whose creation was cut short; it held nothing, and is removed. */
async function readHeader(
  { fileSystem, directory }: SegmentPlace,
  segment: { readonly number: number; readonly isLast: boolean },
): Promise<SegmentHeader | undefined> {
  const path = join(directory, segmentFileName(segment.number));
  const { header, isBlank } = await inspectHeader(fileSystem, path);
  if (typeof header === 'object' && 'number' in header && header.number === segment.number) return header;
  if (typeof header === 'object' && 'unreadable' in header) throw tooNew(path, header.unreadable);
  if (!segment.isLast || !isBlank) throw corrupt(path, { offset: 0, reason: 'expected the header of a segment' });
  await fileSystem.remove(path);
  return undefined;
}

/** The header of a file, and whether nothing else was ever written to it. */
export async function inspectHeader(
  fileSystem: FileSystem,
  path: string,
): Promise<{ readonly header: ReturnType<typeof decodeSegmentHeader>; readonly isBlank: boolean }> {
  const file = await fileSystem.open(path, 'read');
  try {
    const window = new FileWindow(file, await file.size());
    const header = decodeSegmentHeader(await window.bytes(0, segmentHeaderBytes));
    return { header, isBlank: window.size <= segmentHeaderBytes || (header === 'damaged' && (await isZero(window))) };
  } finally {
    await file.close();
  }
}

async function isZero(window: FileWindow): Promise<boolean> {
  const stepBytes = 1024 * 1024;
  for (let offset = 0; offset < window.size; offset += stepBytes) {
    const bytes = await window.bytes(offset, stepBytes);
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
}

export function corrupt(path: string, damage: Pick<SegmentDamage, 'offset' | 'reason'>, cause?: unknown): StoreError {
  return new StoreError(`${path}, offset ${damage.offset}: ${damage.reason}`, { code: 'STORE_CORRUPT', cause });
}

export function tooNew(path: string, version: number): StoreError {
  const message = `${path}: expected format ${formatVersion}, got ${version}; a later release of Weftline wrote it`;
  return new StoreError(message, { code: 'STORE_UNAVAILABLE' });
}
