import type { ExecutionSummary, JournalRecord, JournalSnapshot } from '../store.ts';

/**
 * What keeps a store in order: looking for damage, taking everything out as data, and giving back space.
 *
 * `check` and `dump` change nothing and go through the medium piece by piece, so their memory does not grow with it; what is
 * written meanwhile may be seen or not. They go on behind what they cannot read, and reject only where the medium cannot be
 * reached at all.
 */
export interface StoreMaintenance {
  /**
   * Everything that is wrong with the store or could be given back, and nothing when all is well. Every frame or row is read and
   * its format, checksum, place in the sequence and epoch are checked; so are snapshots, and what belongs to no execution.
   */
  readonly check: (scope?: MaintenanceScope) => AsyncIterable<StoreFinding>;
  /** Each execution with its snapshot and the records that are there, one after another; findings stand where something is missing. */
  readonly dump: (scope?: MaintenanceScope) => AsyncIterable<DumpEntry>;
  /**
   * Drops what nobody needs, and gives the space back as far as that is possible beside others who use the store:
   *
   * - Records that the latest snapshot stands for, except those that were written together with the first record, so
   *   that what an execution was started with can always be told. An execution that somebody owns is treated alike.
   * - With `endedBeforeMs`, executions that ended before it, whole. One with a running lease is kept.
   *
   * An execution whose snapshot is damaged is left as it is. May be called while the store is in use, and may be killed at any
   * point: every execution then stands as before or as after. Rejects with STORE_CORRUPT where it would have to copy what is damaged.
   */
  readonly vacuum: (options?: VacuumOptions) => Promise<VacuumReport>;
}

export interface MaintenanceScope {
  /** Only this one; rejects with STORE_NOT_FOUND when it is not there. Default: all, and what belongs to none. */
  readonly execution?: string;
}

export interface VacuumOptions {
  /** Remove executions that ended before this time, in whole milliseconds since 1970. Default: none is removed. */
  readonly endedBeforeMs?: number;
}

export interface VacuumReport {
  readonly executionsRemoved: number;
  /** Of executions that stay. */
  readonly recordsDropped: number;
  /** What the store took on its medium, in bytes; logs that are only waiting to be reused included. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Of `bytesAfter`, what is free inside and will be used before the store grows. */
  readonly bytesReusable: number;
  /** What was asked for and could not be done; the first 1,000. */
  readonly kept: readonly KeptExecution[];
}

export interface KeptExecution {
  readonly execution: string;
  /** `owned`: it ended long enough ago, but its lease runs. `snapshot-damaged`: nothing can stand for its records. */
  readonly reason: 'owned' | 'snapshot-damaged';
}

/** Stable names of what can be found. */
export type StoreFindingCode =
  /** Bytes that are no frame, row or header of a format that this release reads. */
  | 'FORMAT_UNREADABLE'
  | 'CHECKSUM_MISMATCH'
  /** Records are missing, or there twice, and no compaction accounts for it. */
  | 'SEQUENCE_BROKEN'
  /** Written under an older epoch than what stands before it. */
  | 'EPOCH_BACKWARD'
  | 'SNAPSHOT_UNREADABLE'
  /** A snapshot that stands for records which were never written, or does not reach what was dropped. */
  | 'SNAPSHOT_MISPLACED'
  /** The journal does not end where the summary says. */
  | 'HEAD_MISMATCH'
  | 'FILE_MISSING'
  /** The medium itself says that it is damaged. */
  | 'MEDIUM_DAMAGED'
  /** The rest of a write that was cut short and never acknowledged; it is cut off when the store is opened. */
  | 'TORN_TAIL'
  /** Belongs to an execution that is not there. */
  | 'ORPHANED'
  /** What `vacuum` would give back. */
  | 'RECLAIMABLE';

export interface StoreFinding {
  readonly code: StoreFindingCode;
  /** `damage`: something that was acknowledged is lost or in doubt. `note`: nothing is lost. */
  readonly severity: 'damage' | 'note';
  readonly message: string;
  readonly place: FindingPlace;
  readonly execution?: string;
  /** Of the first record concerned. */
  readonly sequence?: number;
  /** How much of the medium it is about. */
  readonly bytes?: number;
}

/** Where on the medium; a store in files tells file and offset, a store in tables the table. */
export interface FindingPlace {
  readonly file?: string;
  readonly offset?: number;
  readonly table?: string;
}

export type DumpEntry =
  | { readonly kind: 'execution'; readonly summary: ExecutionSummary; readonly compactedTo: number }
  | { readonly kind: 'snapshot'; readonly execution: string; readonly snapshot: JournalSnapshot }
  /** Neighbours that were written together, under `epoch`. */
  | {
      readonly kind: 'records';
      readonly execution: string;
      readonly epoch: number;
      readonly records: readonly JournalRecord[];
    }
  | { readonly kind: 'finding'; readonly finding: StoreFinding };

/** The most entries of `VacuumReport.kept`. */
export const keptExecutionsMax: number = 1_000;
