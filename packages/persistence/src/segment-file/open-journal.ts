import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import type { Owner } from '../store.ts';
import { acquireDirectoryLock } from './directory-lock.ts';
import type { DirectoryLock } from './directory-lock.ts';
import { systemCode } from './file-system.ts';
import type { FileSystem } from './file-system.ts';
import type { FrameSpot } from './frame-index.ts';
import { frameHeaderBytes } from './frame.ts';
import { frameOf, parseEntry, UnreadableFrame } from './journal-change.ts';
import type { JournalEntry } from './journal-change.ts';
import { JournalIndex } from './journal-index.ts';
import type { JournalUnit } from './journal-index.ts';
import { corrupt, openSegments } from './open-segments.ts';
import type { ScannedFrame } from './scan-segment.ts';
import { SegmentLog } from './segment-log.ts';
import { segmentFileName } from './segment-header.ts';
import { SegmentTable } from './segment-table.ts';

export interface JournalOptions {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  readonly segmentBytesMax: number;
  readonly leaseMs: number;
  readonly nowMs: () => number;
  /** Whoever opens the directory. */
  readonly owner: Owner;
}

interface OpenParts {
  readonly index: JournalIndex;
  readonly segments: SegmentTable;
  readonly log: SegmentLog;
  readonly lock: DirectoryLock;
}

/** A directory that this process has: its lock, its segments, and what they say. */
export class OpenJournal {
  readonly index: JournalIndex;
  readonly segments: SegmentTable;
  readonly log: SegmentLog;
  readonly #directory: string;
  readonly #lock: DirectoryLock;

  constructor(directory: string, parts: OpenParts) {
    this.#directory = directory;
    this.index = parts.index;
    this.segments = parts.segments;
    this.log = parts.log;
    this.#lock = parts.lock;
  }

  /** Throws what stopped the writing, if anything did. */
  assertWhole(): void {
    if (this.log.failure !== undefined) throw this.log.failure;
  }

  /** Writes every unit in one go; afterwards the index knows them. */
  async write(units: readonly JournalUnit[]): Promise<void> {
    const frames = units.flatMap((unit) => unit.map((entry, place) => frameOf(entry, place === unit.length - 1)));
    if (frames.length === 0) return;
    const spots = await this.log.write(frames);
    let place = 0;
    for (const entry of units.flat()) this.index.apply(entry, spots[place++] as FrameSpot);
  }

  async touch(): Promise<void> {
    try {
      await this.#lock.touch();
    } catch (cause) {
      throw unavailable(this.#directory, cause);
    }
  }

  async close(): Promise<void> {
    const outcomes = [
      ...(await Promise.allSettled([this.log.close()])),
      ...(await Promise.allSettled([this.#lock.release()])),
    ];
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw unavailable(this.#directory, failed.reason);
  }
}

/** Throws STORE_HELD, STORE_CORRUPT or STORE_UNAVAILABLE; then nothing is held and nothing is open. */
export async function openJournal(options: JournalOptions): Promise<OpenJournal> {
  try {
    await options.fileSystem.createDirectory(options.directory);
    const lock = await acquireDirectoryLock(options);
    try {
      return await openLocked(options, lock);
    } catch (cause) {
      // Why it cannot be opened matters more than this; the next attempt knows its own lock.
      await lock.release().catch(() => undefined);
      throw cause;
    }
  } catch (cause) {
    throw cause instanceof StoreError ? cause : unavailable(options.directory, cause);
  }
}

async function openLocked(options: JournalOptions, lock: DirectoryLock): Promise<OpenJournal> {
  const { fileSystem, directory } = options;
  const index = new JournalIndex(options.leaseMs, options.nowMs);
  const segments = await openSegments(options, applyUnits(index, directory));
  await fileSystem.syncDirectory(directory);
  const isHeld = (): Promise<boolean> => lock.isHeld();
  const table = new SegmentTable(segments.segments);
  const log = await SegmentLog.resume({ ...options, isHeld, startAfresh: lock.formerMayWrite, table }, segments.last);
  return new OpenJournal(directory, { index, log, lock, segments: table });
}

/** Collects the frames of a unit and applies them when the unit is whole. */
function applyUnits(index: JournalIndex, directory: string): (frame: ScannedFrame, segment: number) => undefined {
  let unit: { readonly entry: JournalEntry; readonly spot: FrameSpot }[] = [];
  return ({ header, body, offset }, segment) => {
    try {
      unit.push({ entry: parseEntry(header, body), spot: { segment, offset, bytes: frameHeaderBytes + body.length } });
      if (!header.endsUnit) return undefined;
      for (const { entry, spot } of unit) index.apply(entry, spot);
      unit = [];
      return undefined;
    } catch (cause) {
      if (!(cause instanceof UnreadableFrame)) throw cause;
      throw corrupt(join(directory, segmentFileName(segment)), { offset, reason: cause.message }, cause);
    }
  };
}

function unavailable(directory: string, cause: unknown): StoreError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const full = systemCode(cause) === 'ENOSPC' ? 'no space left on the device holding it' : 'its files cannot be used';
  return new StoreError(`${directory}: ${full} (${message})`, { code: 'STORE_UNAVAILABLE', cause });
}
