import type { Context, ContextRoot } from '@weftline/context';
import type { List, Map, OrderedSet } from 'immutable';
import type { TaskFailure } from './failure.ts';

export type OutcomeStatus = 'succeeded' | 'failed' | 'canceled';
export type ExecutionStatus = OutcomeStatus | 'running' | 'pausing' | 'paused' | 'canceling';

/**
 * Everything that is known of an execution. Immutable: `advance` answers a new one that shares what did not change.
 *
 * Invariants:
 * 1. `visits` holds exactly the visits that have not ended; the execution ends when it is empty.
 * 2. `inFlight` is the number of attempts handed out and not answered, over all visits.
 * 3. `version` grows with every write to a context, so that a join can tell which of two was written last.
 */
export interface ExecutionState {
  readonly id: string;
  readonly startedAtMs: number;
  /** Events taken up so far, also those that changed nothing; the end itself is not counted. */
  readonly sequence: number;
  readonly root: ContextRoot;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: ExecutionStatus;
  /** A failure stands that no transition took up: running tasks finish, nothing new starts. */
  readonly failing: boolean;
  readonly visits: Map<number, Visit>;
  readonly inFlight: number;
  readonly nextVisit: number;
  /** Visits begun so far per task. */
  readonly ordinals: Map<string, number>;
  /** By task and route. */
  readonly joins: Map<string, JoinRound>;
  readonly version: number;
  /** What all branches that ended have written: the output is rendered from it. */
  readonly final: Context;
  readonly errors: readonly ExecutionProblem[];
  /** By task, where it was changed since the start. */
  readonly concurrency: Readonly<Record<string, number>>;
  /** The latest visits that ended, at most `endedVisitsMax`. */
  readonly ended: readonly EndedVisit[];
  readonly outcome: ExecutionOutcome | undefined;
}

export const endedVisitsMax = 100;

export interface ExecutionOutcome {
  readonly status: OutcomeStatus;
  readonly output: unknown;
  readonly errors: readonly ExecutionProblem[];
  readonly finishedAtMs: number;
}

export interface ExecutionProblem {
  readonly code: string;
  readonly message: string;
  readonly task?: string;
  /** Index of the first item concerned. */
  readonly item?: number;
  readonly details?: unknown;
}

/** One arrival at a task and what became of it. */
export interface Visit {
  readonly id: number;
  readonly task: string;
  readonly ordinal: number;
  readonly context: Context;
  readonly startedAtMs: number;
  /**
   * `ready`: may start as soon as the execution hands out work again. `reporting`: what the core found out by itself (a
   * template that fails, an empty list) is on its way back as an event.
   */
  readonly phase: 'ready' | 'delayed' | 'running' | 'reporting' | 'retrying';
  /** The attempt under way or next; for a task with items, at making the list. */
  readonly attempt: number;
  /** End of the delay or back-off while `delayed` or `retrying`. */
  readonly dueAtMs: number;
  /** How often the engine command `retry` brought this visit about. */
  readonly repeats: number;
  /** Splits on the way to it (`route.ts`); absent where there were none. */
  readonly route?: string;
  readonly items: ItemsState | undefined;
}

/**
 * The window over one list. An item below `cursor` that is in none of `running`, `waiting` and `due` has ended, so no
 * per-item status is kept.
 */
export interface ItemsState {
  /** Empty where a source produces the items. */
  readonly list: readonly unknown[];
  readonly source: SourceState | undefined;
  /** Items that the source produced and that are still needed. */
  readonly produced: Map<number, unknown>;
  readonly concurrency: number;
  /** The next item never handed out. */
  readonly cursor: number;
  /** Attempt number by item in flight. */
  readonly running: Map<number, number>;
  /** Items in back-off. They hold no slot of the window. */
  readonly waiting: Map<number, WaitingItem>;
  /** Items whose back-off is over, to be handed out before new ones. */
  readonly due: List<DueItem>;
  /** How items are gathered for one call of the action; undefined where each has its own. */
  readonly batch: BatchState | undefined;
  /** Calls with several items in flight, by their first item: how many items have no answer yet. */
  readonly calls: Map<number, number>;
  /** The call, by its first item, of each item that is in flight or was lost in flight; only with `batch`. */
  readonly callOf: Map<number, number>;
  /** How many calls may begin within some time; undefined without a limit. */
  readonly rate: RateState | undefined;
  /** When the last calls began, the earliest first: as many as `rate` may have to look back to. */
  readonly starts: List<number>;
  /** By index; empty unless the results are collected. */
  readonly results: List<unknown>;
  readonly failures: List<FailedItem>;
  readonly succeeded: number;
  readonly canceled: number;
  readonly tolerated: Tolerance;
  /** Of `failures`, those that count towards no limit. */
  readonly forgiven: number;
  /** The list has failed already, and hands out nothing new. */
  readonly halted: boolean;
  /** Why the list fails, whatever is tolerated. */
  readonly fault: TaskFailure | undefined;
  /** What the results below `folded` were reduced to; undefined where nothing is reduced. */
  readonly acc: unknown;
  readonly folded: number;
  /** Items that ended before one with a lower index did: their result, or none where they have failed. */
  readonly landed: Map<number, Landed>;
}

export interface BatchState {
  readonly size: number;
  /** Of the items as JSON; 0 without a bound. */
  readonly bytesMax: number;
  /** How long an incomplete batch waits for further items. */
  readonly waitMs: number;
  /** The end of such a wait; 0 where none is under way. */
  readonly dueAtMs: number;
}

export interface RateState {
  readonly limit: number;
  readonly perMs: number;
  /** When the next call may begin; 0 while nothing waits for that. */
  readonly dueAtMs: number;
}

/** How far a source of items has been read. */
export interface SourceState {
  /** Items produced so far. */
  readonly total: number;
  /** No further item comes. */
  readonly ended: boolean;
  /** Where reading goes on after a crash: behind this cursor, undefined being the beginning, and behind so many items. */
  readonly cursor: unknown;
  readonly skip: number;
  /** Items were asked for and have not come. */
  readonly pulling: boolean;
  /** The attempt at reading on; 1 again after every success. */
  readonly attempt: number;
  /** End of the back-off before that attempt; 0 without one. */
  readonly dueAtMs: number;
}

export type Landed = readonly [result: unknown] | readonly [];

/** How many failed items do not fail the list: a count, or a share in percent. */
export interface Tolerance {
  readonly limit: number;
  readonly isShare: boolean;
}

export interface WaitingItem {
  readonly attempt: number;
  readonly dueAtMs: number;
}

export interface DueItem {
  readonly index: number;
  readonly attempt: number;
}

export interface FailedItem {
  readonly index: number;
  readonly failure: TaskFailure;
  readonly attempts: number;
  /** Only where a source produced it. */
  readonly item?: unknown;
}

export interface ItemCounts {
  readonly total: number;
  /** False while a source may produce more: `total` is then what it has produced so far. Absent otherwise. */
  readonly known?: false;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  readonly running: number;
  readonly retrying: number;
  readonly pending: number;
}

export interface EndedVisit {
  readonly task: string;
  readonly ordinal: number;
  readonly status: OutcomeStatus;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly items: ItemCounts | undefined;
}

/** Arrivals at a task with `join` that belong together. */
export interface JoinRound {
  /** The tasks that have arrived, in that order. */
  readonly from: OrderedSet<string>;
  /** What the branches that wait know; a task may arrive more than once. Empty when the join has fired. */
  readonly waiting: List<Context>;
  /** The join has fired; the rest of the round is absorbed. */
  readonly fired: boolean;
}
