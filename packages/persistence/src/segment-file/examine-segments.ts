import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import type { StoreFinding } from '../maintenance/maintenance.ts';
import { DamagedJournal } from './damaged-journal.ts';
import { systemCode } from './file-system.ts';
import { FileWindow } from './file-window.ts';
import { inspectHeader, tooNew } from './open-segments.ts';
import type { SegmentPlace } from './open-segments.ts';
import { scanDamagedSegment } from './scan-damaged-segment.ts';
import { segmentFileName, segmentNumber } from './segment-header.ts';
import type { SegmentHeader } from './segment-header.ts';
import { SegmentTable } from './segment-table.ts';

export interface Examination extends SegmentPlace {
  readonly leaseMs: number;
  readonly nowMs: () => number;
  /** How far a segment counts, where this process writes it; what lies behind is under way. */
  readonly bytesOf: (segment: number) => number | undefined;
}

/** What was read in spite of all damage. */
export interface ExaminedJournal {
  readonly journal: DamagedJournal;
  readonly segments: SegmentTable;
}

/**
 * Reads every segment, yields what is wrong, and answers what can be read. Opens files for reading only. Rejects with
 * STORE_UNAVAILABLE where files cannot be read at all or a later release wrote them.
 */
export async function* examineSegments(options: Examination): AsyncGenerator<StoreFinding, ExaminedJournal> {
  const journal = new DamagedJournal(options.directory, options);
  const segments = new SegmentTable([]);
  const { headers, findings } = await readHeadersOf(options);
  yield* findings;
  for (const [place, header] of headers.entries()) {
    yield* examineSegment(options, { journal, segments, header, next: headers[place + 1] });
  }
  yield* journal.end();
  return { journal, segments };
}

interface SegmentWork extends ExaminedJournal {
  readonly header: SegmentHeader;
  readonly next: SegmentHeader | undefined;
}

async function* examineSegment(options: Examination, work: SegmentWork): AsyncGenerator<StoreFinding> {
  const { journal, segments, header, next } = work;
  const path = join(options.directory, segmentFileName(header.number));
  const file = await options.fileSystem.open(path, 'read');
  try {
    const found = await file.size();
    // Where segments are missing, the next one tells the length of another.
    const told = next?.first === header.number + 1 ? next.previousBytes : 0;
    const size = header.wholeBytes || told || options.bytesOf(header.number) || found;
    if (found < size) {
      const message = `expected ${size} bytes, got ${found}`;
      yield { code: 'MEDIUM_DAMAGED', severity: 'damage', message, place: { file: path, offset: found } };
    }
    const window = new FileWindow(file, Math.min(size, found));
    const { seed } = segments.add(header, window.size);
    for await (const piece of scanDamagedSegment({ window, seed, isLast: next === undefined })) {
      if ('frame' in piece) yield* journal.takeFrame(piece.frame, header.number);
      else yield* journal.takeDamage(piece.damage, header.number);
    }
  } finally {
    await file.close();
  }
}

interface FoundHeaders {
  readonly headers: readonly SegmentHeader[];
  readonly findings: readonly StoreFinding[];
}

/** Of the segments that belong to the journal, as far as they can be told, oldest first. */
async function readHeadersOf(options: Examination): Promise<FoundHeaders> {
  const findings: StoreFinding[] = [];
  const found: SegmentHeader[] = [];
  const numbers = await segmentNumbers(options);
  for (const number of numbers) {
    const header = await headerOf(options, number, number === numbers.at(-1));
    if ('code' in header) findings.push(header);
    else found.push(header);
  }
  const oldest = found.at(-1)?.oldest ?? 1;
  const isReplaced = ({ number }: SegmentHeader): boolean =>
    number < oldest || found.some((later) => later.number > number && later.first <= number);
  const headers = found.filter((header) => !isReplaced(header));
  let expected = oldest;
  for (const { first, number } of headers) {
    for (; expected < first; expected++) {
      const file = join(options.directory, segmentFileName(expected));
      if (numbers.includes(expected)) continue;
      const message = `expected this segment before ${number}, but it is missing`;
      findings.push({ code: 'FILE_MISSING', severity: 'damage', message, place: { file } });
    }
    expected = number + 1;
  }
  return { headers, findings };
}

async function segmentNumbers({ fileSystem, directory }: SegmentPlace): Promise<number[]> {
  try {
    const names = await fileSystem.list(directory);
    const numbers = names.map(segmentNumber).filter((number) => number !== undefined);
    return numbers.sort((a, b) => a - b);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw unreadable(directory, cause);
  }
}

async function headerOf(options: Examination, number: number, isLast: boolean): Promise<SegmentHeader | StoreFinding> {
  const path = join(options.directory, segmentFileName(number));
  const { header, isBlank } = await inspectHeader(options.fileSystem, path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (typeof header === 'object' && 'unreadable' in header) throw tooNew(path, header.unreadable);
  const place = { file: path, offset: 0 };
  if (header !== 'damaged' && header.number === number) return header;
  if (isLast && isBlank) {
    return { code: 'TORN_TAIL', severity: 'note', message: 'a segment whose beginning was cut short', place };
  }
  const message = 'expected the header of a segment; nothing in it can be read';
  return { code: 'FORMAT_UNREADABLE', severity: 'damage', message, place };
}

function unreadable(path: string, cause: unknown): StoreError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(`${path}: cannot be read (${message})`, { code: 'STORE_UNAVAILABLE', cause });
}
