import type { WorkflowDefinition } from '@weftline/graph';
import type { TaskFailure } from './failure.ts';
import type { ExecutionProblem } from './state.ts';

/**
 * What happened to an execution, in the order in which it was taken up. The journal holds exactly these;
 * folding them again gives the live state. `atMs` is the time at which it happened, in milliseconds since 1970;
 * the core knows no other clock.
 */
export type Event =
  | ExecutionStarted
  | ExecutionRecovered
  | ExecutionFinished
  | ExecutionReopened
  | AttemptSucceeded
  | AttemptFailed
  | ItemsExhausted
  | ItemsProduced
  | SourceFailed
  | TimerFired
  | ConcurrencyChanged
  | PauseRequested
  | ResumeRequested
  | CancelRequested;

export interface ExecutionStarted {
  readonly type: 'execution-started';
  readonly atMs: number;
  readonly id: string;
  readonly definition: WorkflowDefinition;
  /** Checked, with defaults applied. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** Attempts that begin in one turn among executions that share a coordinator. Absent: 1. */
  readonly priority?: number;
}

/** A new owner took the execution up; whatever was in flight is lost. */
export interface ExecutionRecovered {
  readonly type: 'execution-recovered';
  readonly atMs: number;
}

/** The end, as it was told to the outside; it stands even if a later release would render the output differently. */
export interface ExecutionFinished {
  readonly type: 'execution-finished';
  readonly atMs: number;
  readonly status: 'succeeded' | 'failed' | 'canceled';
  readonly output: unknown;
  readonly errors: readonly ExecutionProblem[];
}

/**
 * An execution that had ended goes on: some of its answers are taken back, and with them whatever followed. What comes
 * of it is told by the events before it, all of which are folded again; see `History`.
 */
export interface ExecutionReopened {
  readonly type: 'execution-reopened';
  readonly atMs: number;
  readonly takenBack: readonly TakenBack[];
}

/** The last attempts of one visit, which are followed by further ones as if they had failed and were tried again now. */
export interface TakenBack {
  readonly visit: number;
  /** The last attempt of the visit as a whole; 0 where items alone are taken back. */
  readonly attempt: number;
  /** The last attempt of each item from `first` to `last`, in order. */
  readonly items: readonly (readonly [first: number, last: number, attempt: number])[];
}

export interface AttemptSucceeded {
  readonly type: 'attempt-succeeded';
  readonly atMs: number;
  readonly visit: number;
  /** The item, or undefined for a task without items. */
  readonly index: number | undefined;
  readonly attempt: number;
  readonly result: unknown;
}

export interface AttemptFailed {
  readonly type: 'attempt-failed';
  readonly atMs: number;
  readonly visit: number;
  /** Undefined for a task without items, and when the list itself could not be made. */
  readonly index: number | undefined;
  readonly attempt: number;
  readonly failure: TaskFailure;
}

/** Nothing was left to hand out when the list was opened: it is empty. */
export interface ItemsExhausted {
  readonly type: 'items-exhausted';
  readonly atMs: number;
  readonly visit: number;
}

/** A source gave items, in one batch. */
export interface ItemsProduced {
  readonly type: 'items-produced';
  readonly atMs: number;
  readonly visit: number;
  /** Index of the first. */
  readonly from: number;
  readonly items: readonly unknown[];
  /** No further item comes. */
  readonly ended: boolean;
  /** Where reading goes on: behind the last cursor that the source gave, if it did, and so many items. */
  readonly cursor: unknown;
  readonly skip: number;
}

/** A source could not be opened or read on. */
export interface SourceFailed {
  readonly type: 'source-failed';
  readonly atMs: number;
  readonly visit: number;
  /** Items produced before. */
  readonly from: number;
  /** 0 where the source gave items, which could not be recorded. */
  readonly attempt: number;
  readonly failure: TaskFailure;
}

/** What a timer of a list is for: an incomplete batch has waited long enough, or a call may begin again. */
export type TimerPurpose = 'batch' | 'rate';

/** The delay before a first attempt, or the back-off before attempt `attempt`, is over; or what `purpose` says. */
export interface TimerFired {
  readonly type: 'timer-fired';
  readonly atMs: number;
  readonly visit: number;
  readonly index: number | undefined;
  readonly attempt: number;
  readonly purpose?: TimerPurpose;
}

/** From now on so many items of a task, or batches of them, may be in flight. */
export interface ConcurrencyChanged {
  readonly type: 'concurrency-changed';
  readonly atMs: number;
  readonly task: string;
  /** At least 1. */
  readonly concurrency: number;
}

export interface PauseRequested {
  readonly type: 'pause-requested';
  readonly atMs: number;
}

export interface ResumeRequested {
  readonly type: 'resume-requested';
  readonly atMs: number;
}

export interface CancelRequested {
  readonly type: 'cancel-requested';
  readonly atMs: number;
  /** Do not let attempts in flight finish. */
  readonly immediate: boolean;
  readonly reason: string | undefined;
}
