// Public shapes by the lead; `createEngine` lives in create-engine.ts.
import type { WorkflowDefinition } from '@weftline/graph';
import type { ExecutionPage, ExecutionSummary, ListQuery } from '@weftline/persistence';

export interface Engine {
  /**
   * Starts an execution. The answer can be used at once, or awaited: awaiting it waits until the start is durable.
   * Rejects (or, without await, `outcome()` rejects) with INPUT_INVALID, ACTION_UNKNOWN, EXECUTION_EXISTS, ENGINE_CLOSED or a StoreError.
   */
  start(definition: WorkflowDefinition, options?: StartOptions): StartingExecution;
  /**
   * Takes up unfinished executions of the store: all that nobody else owns, or only the one named. Paused ones are loaded and stay paused.
   * With a name, rejects with EXECUTION_NOT_FOUND, EXECUTION_FINISHED or EXECUTION_HELD.
   */
  recover(options?: { readonly id?: string }): Promise<readonly Execution[]>;
  /** Executions known to this store, newest first. */
  list(query?: ListQuery): Promise<ExecutionPage>;
  /** `@latest` is the newest execution. Rejects with EXECUTION_NOT_FOUND. */
  get(id: string): Promise<ExecutionSummary>;
  /** Reads the journal and tells how an execution stands, without owning it. */
  inspect(id: string): Promise<ExecutionInspection>;
  /** Asks the owner of an execution, wherever it runs, to cancel, pause or resume it. */
  request(id: string, request: 'cancel' | 'pause' | 'resume', options?: { readonly immediate?: boolean; readonly reason?: string }): Promise<void>;
  /** Stops taking on work, lets go of executions at a safe point (they can be recovered) and closes the store. Idempotent. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly input?: Readonly<Record<string, unknown>>;
  /** Default: a new time-ordered id. 1 to 128 characters of `A-Z a-z 0-9 . _ : -`. */
  readonly id?: string;
  /** Kept with the execution and given back by `inspect`; e.g. the file the definition came from. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Execution {
  readonly id: string;
  /** Resolves at the end, whatever it is; rejects only when the engine itself cannot go on (store lost, engine closed). */
  outcome(): Promise<ExecutionOutcome>;
  /** What happens from now on, each after it is durable; ends with the execution. */
  events(): AsyncIterable<ExecutionEvent>;
  /** Counters, O(running tasks); never scans items. */
  progress(): ExecutionProgress;
  /** Resolves when the request is durable. `immediate` aborts the attempts in flight instead of letting them finish. */
  cancel(options?: { readonly immediate?: boolean; readonly reason?: string }): Promise<void>;
  /** Hands out nothing more; resolves when nothing is in flight any more and the execution is paused (or has ended). */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

export interface StartingExecution extends Execution, PromiseLike<Execution> {}

export type ExecutionStatus = 'running' | 'pausing' | 'paused' | 'canceling' | 'succeeded' | 'failed' | 'canceled';

export interface ExecutionOutcome {
  readonly status: 'succeeded' | 'failed' | 'canceled';
  /** Rendered whatever the status, as far as it can be; null when there is none. */
  readonly output: unknown;
  readonly errors: readonly ExecutionProblem[];
}

export interface ExecutionProblem {
  readonly code: string;
  readonly message: string;
  readonly task?: string;
  /** Index of the first item concerned. */
  readonly item?: number;
  readonly details?: unknown;
}

export interface ExecutionProgress {
  readonly status: ExecutionStatus;
  readonly tasks: readonly TaskProgress[];
}

/** One visit of a task that is under way or has ended. `tasks` lists those running first, then the latest ended ones (at most 100). */
export interface TaskProgress {
  readonly task: string;
  /** 1 for the first visit of this task. */
  readonly visit: number;
  readonly status: 'waiting' | 'delayed' | 'running' | 'retrying' | 'succeeded' | 'failed' | 'canceled';
  readonly startedAtMs: number;
  readonly finishedAtMs?: number;
  /** Only for tasks with items. */
  readonly items?: ItemCounts;
}

export interface ItemCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  /** In flight now. */
  readonly running: number;
  /** Waiting for a retry. */
  readonly retrying: number;
  /** Not handed out yet. */
  readonly pending: number;
}

/** `sequence` is the place in the journal; several events may share one. */
export type ExecutionEvent = {
  readonly sequence: number;
  readonly at: string;
  readonly execution: string;
} & ExecutionEventBody;

export type ExecutionEventBody =
  | { readonly type: 'execution-started'; readonly workflow: string; readonly input: unknown }
  | { readonly type: 'execution-recovered' }
  | { readonly type: 'execution-paused' }
  | { readonly type: 'execution-resumed' }
  | { readonly type: 'execution-canceling'; readonly reason?: string }
  | { readonly type: 'execution-finished'; readonly status: ExecutionOutcome['status']; readonly errors: readonly ExecutionProblem[] }
  | { readonly type: 'task-started'; readonly task: string; readonly visit: number; readonly items?: number }
  | { readonly type: 'task-finished'; readonly task: string; readonly visit: number; readonly status: 'succeeded' | 'failed' | 'canceled'; readonly error?: ExecutionProblem; readonly items?: ItemCounts }
  | { readonly type: 'variables-published'; readonly task: string; readonly names: readonly string[] }
  | { readonly type: 'attempt-succeeded'; readonly task: string; readonly visit: number; readonly attempt: number; readonly item?: number }
  | { readonly type: 'attempt-failed'; readonly task: string; readonly visit: number; readonly attempt: number; readonly item?: number; readonly error: ExecutionProblem; readonly retryAt?: string };

/** How an execution stands according to its journal. */
export interface ExecutionInspection {
  readonly summary: ExecutionSummary;
  readonly workflow: string;
  readonly definition: WorkflowDefinition;
  readonly input: unknown;
  readonly labels: Readonly<Record<string, string>>;
  readonly progress: ExecutionProgress;
  /** Present once it has ended. */
  readonly outcome?: ExecutionOutcome;
  readonly variables: Readonly<Record<string, unknown>>;
}
