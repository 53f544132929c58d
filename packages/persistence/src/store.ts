import type { StoreError } from './errors.ts';
import type { StoreMaintenance } from './maintenance/maintenance.ts';

/**
 * Where executions are kept: an append-only journal of opaque records per execution, a small summary beside it,
 * and the ownership that keeps two coordinators from writing the same journal.
 *
 * The store knows nothing of workflows. Records are bytes, numbered from 1 without gaps per execution.
 *
 * Laws, which the conformance suite tests for every store and every store behind a write policy:
 *
 * 1. Calls that change one execution take effect in the order in which they were made, also when nobody waits for
 *    the answers in between.
 * 2. Whatever has been acknowledged is seen by every later read.
 * 3. An append is taken whole or not at all, over crashes too.
 * 4. Epochs never go back; an append needs the epoch of the lease that runs.
 * 5. Bytes handed in belong to the store from then on, bytes handed out are shared: nobody changes them.
 *    Nothing is copied to guard against it.
 * 6. Records are never lost, except to `maintenance.vacuum`, which never drops the first one.
 *
 * An execution's id is any text without NUL and lone surrogates, 1 to 512 characters; a record has up to
 * `recordBytesMax` bytes, and may be empty. Calls that break such bounds reject with STORE_INVALID_ARGUMENT.
 */
export interface Store {
  readonly capabilities: StoreCapabilities;
  /**
   * Registers a new execution, owned by `owner` with epoch 1, together with its first records, atomically.
   * Rejects with STORE_CONFLICT when the id exists.
   */
  create(execution: NewExecution): Promise<Lease>;
  /**
   * Writes the appends in one step. Each is answered by itself and in order: `undefined` when it was
   * taken, a StoreError when it was refused (STORE_CONFLICT: stale epoch, released lease or a sequence that does
   * not follow; STORE_NOT_FOUND: no such execution). A refused append changes nothing and does not harm the others.
   * A lease whose time is over still serves until somebody claims the execution. An append without records changes
   * the summary alone, and its sequence must follow all the same. Rejects as a whole when the medium fails.
   */
  append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]>;
  /**
   * The records after `after` (default 0) in order, in chunks that are never empty. A chunk holds at most
   * `chunkRecordsMax` records and, unless it is a single record, `chunkBytesMax` bytes. Rejects with STORE_NOT_FOUND.
   * Records that are appended meanwhile may be among them. Where records were dropped by a vacuum it yields those before
   * them and rejects with STORE_COMPACTED: read the snapshot, and go on after it.
   */
  read(id: string, options?: { readonly after?: number }): AsyncIterable<readonly JournalRecord[]>;
  /** The latest snapshot of the execution, or undefined when none was taken. Rejects with STORE_NOT_FOUND. */
  readSnapshot(id: string): Promise<JournalSnapshot | undefined>;
  get(id: string): Promise<ExecutionSummary | undefined>;
  /**
   * Newest first by `createdAtMs`; of equal ones, the one that was registered later comes first.
   * Pages neither repeat nor leave out an execution that was there when the first one was read.
   */
  list(query?: ListQuery): Promise<ExecutionPage>;
  /**
   * Takes the execution over and raises its epoch, so that appends of the former owner are refused from then on.
   * An owner may claim what it holds itself; that raises the epoch too.
   * Rejects with STORE_NOT_FOUND, or STORE_HELD while another owner's lease runs and that owner is not known to be gone.
   */
  claim(id: string, owner: Owner): Promise<Lease>;
  /** Gives the execution back, so that anybody may claim it and this lease serves no more; one that is not held any more is ignored. */
  release(lease: Lease): Promise<void>;
  /**
   * Extends every lease of `owner` by `leaseMs` from now, also one whose time is over and that nobody has claimed.
   * Answers, once and per execution in order, what others have asked of its executions since the last call.
   */
  heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]>;
  /** Leaves a request for whoever owns, or next owns, the execution when it sends its next heartbeat. Rejects with STORE_NOT_FOUND. */
  request(request: ExecutionRequest): Promise<void>;
  /**
   * Calls the listener about what has happened to executions, whoever did it, as soon as the store hears of it; answers how
   * to end that. Only a hint, by which nobody need wait for the next heartbeat: a notice may come late or twice, and after
   * a gap comes `missed` in place of those that got lost. Absent where the store cannot tell.
   * Keeps no process alive, and ends with `close`; after it, throws STORE_CLOSED. The listener must not throw.
   */
  watch?(listener: (notice: StoreNotice) => void): () => void;
  /** There exactly where `capabilities.maintenance` says so. Its calls, and streams under way, end with STORE_CLOSED after `close`. */
  readonly maintenance?: StoreMaintenance;
  /** Waits for appends under way, then lets go of the medium. Later calls reject with STORE_CLOSED. Idempotent. */
  close(): Promise<void>;
}

/** Promises of a store (or of a store behind a write policy). The conformance suite tests presence and absence. */
export interface StoreCapabilities {
  /** Short name for messages and reports, e.g. `sqlite`. */
  readonly name: string;
  /** Records survive the end of the process. */
  readonly durable: boolean;
  /** When `append` resolves the records have been synced; false means a crash may take acknowledged records. */
  readonly durableOnResolve: boolean;
  /** Several processes may have it open at once. */
  readonly multiProcess: boolean;
  /** Lease time in milliseconds; 0 when ownership never expires by itself. Heartbeats should come three times as often. */
  readonly leaseMs: number;
  /** It can be checked, dumped and compacted: `Store.maintenance` is there. Default false. */
  readonly maintenance?: boolean;
}

/** A process that runs executions. `host` and `pid` let a local successor see that it is gone before the lease ends. */
export interface Owner {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

export interface Lease {
  readonly execution: string;
  readonly owner: string;
  /** Grows with every change of owner; an append with an older one is refused. */
  readonly epoch: number;
  /** Sequence of the last record, 0 for none. */
  readonly head: number;
}

export interface NewExecution {
  /** See the bounds of ids at `Store`. */
  readonly id: string;
  readonly owner: Owner;
  readonly workflow: string;
  readonly status: string;
  /** Whole milliseconds since 1970, as every `AtMs` here. */
  readonly createdAtMs: number;
  /** Records 1 to n. */
  readonly records: readonly Uint8Array[];
}

export interface Append {
  readonly execution: string;
  readonly epoch: number;
  /** Sequence of the first record; must be head + 1. */
  readonly sequence: number;
  readonly records: readonly Uint8Array[];
  /** Replaces the fields of the summary that are given. */
  readonly summary?: SummaryChange;
  /**
   * Replaces the snapshot of the execution, in the same step: it stands for every record up to the last one of this
   * append. Up to `recordBytesMax` bytes.
   */
  readonly snapshot?: Uint8Array;
}

/** What the records of an execution up to `sequence` amount to; opaque as they are. */
export interface JournalSnapshot {
  readonly sequence: number;
  readonly data: Uint8Array;
}

export interface SummaryChange {
  readonly status?: string;
  readonly updatedAtMs?: number;
  /** Set when the execution has reached its end. */
  readonly finishedAtMs?: number;
}

export interface JournalRecord {
  readonly sequence: number;
  readonly data: Uint8Array;
}

export interface ExecutionSummary {
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly finishedAtMs?: number;
  readonly head: number;
  readonly epoch: number;
  /** Present while a lease runs. */
  readonly owner?: Owner;
}

export interface ListQuery {
  /** Only these statuses. */
  readonly statuses?: readonly string[];
  /** Only executions without an end. */
  readonly unfinished?: boolean;
  readonly workflow?: string;
  /** 1 to 1,000; default 50. */
  readonly limit?: number;
  /** From a former page. */
  readonly cursor?: string;
}

export interface ExecutionPage {
  readonly executions: readonly ExecutionSummary[];
  /** Absent on the last page. */
  readonly cursor?: string;
}

/** Something asked of an execution from outside its owner's process. */
export interface ExecutionRequest {
  readonly execution: string;
  readonly kind: 'cancel' | 'pause' | 'resume' | 'set-concurrency';
  /** Free text for the journal, e.g. who asked; for `set-concurrency` what is asked, as `task=20`. */
  readonly reason?: string;
  /** Cancel only: do not let attempts in flight finish. */
  readonly immediate?: boolean;
}

/** What `Store.watch` tells. */
export type StoreNotice =
  /** A request was left, the execution was given back, or an append told its end. */
  | { readonly kind: 'requested' | 'released' | 'finished'; readonly execution: string }
  /** Up to now notices may have been missed: said when watching begins later than it was asked for, or begins again. */
  | { readonly kind: 'missed' };

/** A decorator that decides when appends are written and acknowledged. The store behind it is closed with it. */
export type WritePolicy = (store: Store) => Store;

/** The largest record, in bytes. */
export const recordBytesMax: number = 64 * 1024 * 1024;

/** The most records in one chunk of `Store.read`. */
export const chunkRecordsMax: number = 1_000;

/** The most bytes in one chunk of `Store.read`, unless a single record is larger. */
export const chunkBytesMax: number = 1024 * 1024;
