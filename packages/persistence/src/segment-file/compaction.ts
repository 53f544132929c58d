import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import { systemCode } from './file-system.ts';
import type { FrameSpot } from './frame-index.ts';
import type { IndexedExecution, JournalIndex } from './journal-index.ts';
import type { SegmentPlace } from './open-segments.ts';
import { readFrameBody } from './read-records.ts';
import { Retention } from './retention.ts';
import { placeKey, rewriteGroup, rowsOf } from './rewrite-group.ts';
import type { RewrittenFrames } from './rewrite-group.ts';
import { SegmentDraft } from './segment-draft.ts';
import { segmentFileName } from './segment-header.ts';
import type { SegmentHeader } from './segment-header.ts';
import type { SegmentLog } from './segment-log.ts';
import type { Segment, SegmentTable } from './segment-table.ts';

export interface CompactionOptions extends SegmentPlace {
  readonly segmentBytesMax: number;
  readonly index: JournalIndex;
  readonly segments: SegmentTable;
  readonly log: SegmentLog;
  /** Throws when the work is to end. */
  readonly assertOpen: () => void;
}

export interface Compaction {
  readonly recordsDropped: number;
  /** Executions of which everything was kept, because their snapshot cannot be read. */
  readonly damaged: readonly string[];
}

/**
 * Rewrites segments that hold garbage, neighbours into one as far as they fit, while the log goes on in the last one.
 *
 * 1. A segment is written whole under another name and synced; only then does it take the name of the last one that it stands
 *    for. That rename, once synced, is the moment of change: opening the directory before it finds the old segments, after it
 *    the new one, which says for which it stands. The others are removed afterwards, by this or by the next opening.
 * 2. Groups are rewritten from the newest to the oldest, so that what removed an execution outlives all that is left of it.
 * 3. Records are dropped only for snapshots that have been read.
 */
export async function compactSegments(options: CompactionOptions): Promise<Compaction> {
  const damaged = await damagedSnapshots(options);
  const retention = new Retention(options.index, new Set(damaged.map(({ ordinal }) => ordinal)));
  let recordsDropped = 0;
  for (const group of groupsOf(options).reverse()) {
    const isOldest = group[0] === options.segments.all()[0];
    recordsDropped += await replaceGroup(options, { group, retention, isOldest });
  }
  return { recordsDropped, damaged: damaged.map(({ id }) => id) };
}

/** Executions with records that a snapshot covers which cannot be read. */
async function damagedSnapshots(options: CompactionOptions): Promise<IndexedExecution[]> {
  const damaged: IndexedExecution[] = [];
  for (const execution of options.index.table.all()) {
    const { body } = execution;
    if (body.snapshot === undefined || options.index.garbage.ofExecution(body) === 0) continue;
    options.assertOpen();
    try {
      await readFrameBody(options, () => body.snapshot?.spot as FrameSpot);
    } catch (cause) {
      if (!(cause instanceof StoreError) || cause.code !== 'STORE_CORRUPT') throw cause;
      damaged.push(execution);
    }
  }
  return damaged;
}

/** Neighbours that fit into one segment together, and of which at least one holds garbage. */
function groupsOf({ segments, log, index, segmentBytesMax }: CompactionOptions): Segment[][] {
  const groups: Segment[][] = [];
  let bytes = Infinity;
  for (const segment of segments.all()) {
    if (segment.header.number >= log.activeNumber) break;
    const kept = segment.bytes - index.garbage.inSegment(segment.header.number);
    if (bytes + kept > segmentBytesMax) groups.push([]);
    bytes = bytes + kept > segmentBytesMax ? kept : bytes + kept;
    groups.at(-1)?.push(segment);
  }
  return groups.filter((group) => group.some(({ header }) => index.garbage.inSegment(header.number) > 0));
}

interface GroupWork {
  readonly group: readonly Segment[];
  readonly retention: Retention;
  readonly isOldest: boolean;
}

/** Answers how many records were dropped. */
async function replaceGroup(options: CompactionOptions, work: GroupWork): Promise<number> {
  const { fileSystem, directory, log, segments } = options;
  const [oldest, newest] = [work.group[0], work.group.at(-1)];
  if (oldest === undefined || newest === undefined) return 0;
  const { header, frames, path } = await writeDraft(options, { ...work, oldest, newest });
  const change = async (): Promise<void> => {
    await fileSystem.rename(path, join(directory, segmentFileName(header.number)));
    await fileSystem.syncDirectory(directory);
  };
  await log.changeDirectory(async () => {
    await segments.switch({ header, bytes: header.wholeBytes }, async () => {
      await change();
      moveIndex(options.index, { header, frames, retention: work.retention });
    });
  });
  await removeReplaced(options, work.group.slice(0, -1));
  return frames.recordsDropped;
}

async function writeDraft(
  options: CompactionOptions,
  work: GroupWork & { readonly oldest: Segment; readonly newest: Segment },
): Promise<{ readonly header: SegmentHeader; readonly frames: RewrittenFrames; readonly path: string }> {
  const { fileSystem } = options;
  const { group, oldest, newest } = work;
  const draft = await SegmentDraft.create(options, newest.header.number).catch((cause: unknown) =>
    fail(options, cause),
  );
  let isWhole = false;
  try {
    const frames = await rewriteGroup({ ...options, ...work, segments: group, draft });
    const header = await draft.finish({
      ...{ oldest: newest.header.oldest, first: oldest.header.first, previousBytes: oldest.header.previousBytes },
    });
    isWhole = true;
    return { header, frames, path: draft.path };
  } catch (cause) {
    return fail(options, cause);
  } finally {
    await draft.close().catch((cause: unknown) => fail(options, cause));
    if (!isWhole) await fileSystem.remove(draft.path).catch((cause: unknown) => fail(options, cause));
  }
}

/** Nothing has changed yet but a file that counts for nothing. */
function fail({ directory }: SegmentPlace, cause: unknown): never {
  if (cause instanceof StoreError) throw cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const full = systemCode(cause) === 'ENOSPC' ? 'no space left on the device holding it' : 'its files cannot be used';
  throw new StoreError(`${directory}: the segments were not compacted: ${full} (${message}); nothing is lost`, {
    ...{ code: 'STORE_UNAVAILABLE', retryable: true, cause },
  });
}

/** Lets the index find the frames where they are now. */
function moveIndex(
  index: JournalIndex,
  { header, frames, retention }: { header: SegmentHeader; frames: RewrittenFrames; retention: Retention },
): void {
  const segments = { first: header.first, last: header.number };
  const rows = rowsOf(frames.kept);
  for (const ordinal of frames.seen) {
    const execution = index.byOrdinal(ordinal);
    if (execution === undefined) continue;
    const { body } = execution;
    body.replaceRows(segments, rows.get(ordinal) ?? []);
    body.compactedTo = Math.max(body.compactedTo, frames.droppedTo.get(ordinal) ?? 0);
    body.movePins((spot) => frames.moved.get(placeKey(spot)));
  }
  // Some may have become garbage while they were copied.
  const garbage = frames.kept.filter((frame) => retention.isKnown(frame.execution) && !retention.keeps(frame));
  index.garbage.replaceSegments(
    segments,
    garbage.reduce((sum, { spot }) => sum + spot.bytes, 0),
  );
}

async function removeReplaced(options: CompactionOptions, replaced: readonly Segment[]): Promise<void> {
  const { fileSystem, directory } = options;
  try {
    for (const { header } of replaced) await fileSystem.remove(join(directory, segmentFileName(header.number)));
    if (replaced.length > 0) await fileSystem.syncDirectory(directory);
  } catch (cause) {
    fail(options, cause);
  }
}
