import type { ExecutionProblem, ExecutionProgress, Notice, OutcomeStatus } from '@weftline/coordinator';
import type { WorkflowDefinition } from '@weftline/graph';
import type { ExecutionPage, ExecutionSummary, ListQuery } from '@weftline/persistence';

export interface Engine {
  /**
   * Starts an execution. The answer can be used at once, or awaited: awaiting it waits until the start is durable.
   * Rejects (or, without await, `outcome()` rejects) with INPUT_INVALID, ACTION_UNKNOWN, EXECUTION_ID_INVALID,
   * EXECUTION_EXISTS, ENGINE_CLOSED or a StoreError.
   */
  start(definition: WorkflowDefinition, options?: StartOptions): StartingExecution;
  /**
   * Takes up unfinished executions of the store: all that nobody else owns, or only the one named. Paused ones are loaded
   * and stay paused. With a name, rejects with EXECUTION_NOT_FOUND, EXECUTION_FINISHED, EXECUTION_HELD or ACTION_UNKNOWN;
   * without one, what cannot be taken up is logged as an error and left as it is.
   */
  recover(options?: { readonly id?: string }): Promise<readonly Execution[]>;
  /**
   * Starts an execution without running it here: it is durable when this resolves, and runs where an engine over the same store
   * adopts or recovers it. Answers its id; rejects as `start` does, also for actions that this engine does not know.
   */
  submit(definition: WorkflowDefinition, options?: StartOptions): Promise<string>;
  /**
   * Takes up what nobody runs, at once and from then on: executions that were submitted, and those whose owner has died, frozen
   * or been cut off until its lease ran out. Paused ones are left until somebody resumes them, and let go of when they become
   * paused here. What cannot run here is logged and tried again later, less and less often.
   */
  adopt(options?: AdoptOptions): Adoption;
  /**
   * Begins no further attempt in any execution; resolves when those in flight have answered and their answers are durable.
   * What comes next is `close`, after which others go on with the executions at once.
   */
  drain(): Promise<void>;
  /** Executions known to the store, newest first. */
  list(query?: ListQuery): Promise<ExecutionPage>;
  /** `@latest` is the newest execution. Rejects with EXECUTION_NOT_FOUND. */
  get(id: string): Promise<ExecutionSummary>;
  /** Reads the journal and tells how an execution stands, without owning it. Rejects with EXECUTION_NOT_FOUND. */
  inspect(id: string): Promise<ExecutionInspection>;
  /**
   * Asks the owner of an execution, wherever it runs, to cancel, pause or resume it. Another process notices with its next
   * heartbeat. Rejects with EXECUTION_NOT_FOUND or EXECUTION_FINISHED.
   */
  request(
    id: string,
    request: 'cancel' | 'pause' | 'resume',
    options?: { readonly immediate?: boolean; readonly reason?: string },
  ): Promise<void>;
  /** As `Execution.setConcurrency`, for an execution wherever it runs. Rejects as `request` and `setConcurrency` do. */
  setConcurrency(id: string, task: string, concurrency: number): Promise<void>;
  /** Stops taking on work, lets go of executions (they can be recovered) and closes the store. Idempotent. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly input?: Readonly<Record<string, unknown>>;
  /** Default: a new time-ordered id. 1 to 128 characters of `A-Z a-z 0-9 . _ : -`, the first a letter or digit. */
  readonly id?: string;
  /** Kept with the execution and given back by `inspect`; e.g. the file the definition came from. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Executions that share an engine take turns at its attempts (`attemptsMax`); in one turn as many begin as this says. An integer from
   * 1 to 1,000, default 1; kept over recoveries.
   */
  readonly priority?: number;
}

export interface AdoptOptions {
  /** From one look at the store to the next in milliseconds, give or take a half; default 5,000. Each look lists what is unfinished. */
  readonly intervalMs?: number;
  /** Executions under way in this engine above which nothing more is taken up; default 100. */
  readonly executionsMax?: number;
  readonly onAdopted?: (execution: Execution) => void;
}

/** Goes on until it is stopped or the engine is closed. */
export interface Adoption {
  /** Looks now instead of at the next time. */
  lookNow(): void;
  /** Resolves when nothing is being taken up any more; what was taken up runs on. */
  stop(): Promise<void>;
}

export interface Execution {
  readonly id: string;
  /** Resolves at the end, whatever it is; rejects only when the engine itself cannot go on (store lost, engine closed). */
  outcome(): Promise<ExecutionOutcome>;
  /**
   * What happens from the call on, each after it is durable; ends with the execution. A consumer that falls 100,000 events
   * behind gets EVENTS_OVERFLOW.
   */
  events(): AsyncIterable<ExecutionEvent>;
  /** Counters, O(running tasks); never scans items. */
  progress(): ExecutionProgress;
  /** Resolves when the request is durable. `immediate` aborts the attempts in flight instead of letting them finish. */
  cancel(options?: { readonly immediate?: boolean; readonly reason?: string }): Promise<void>;
  /** Hands out nothing more; resolves when nothing is in flight any more and the execution is paused (or has ended). */
  pause(): Promise<void>;
  /** Resolves when the request is durable; without effect on an execution that is not paused. */
  resume(): Promise<void>;
  /**
   * Lets so many items of a task (or batches of them) be in flight, in lists that are open and in those that it opens later, over
   * recoveries too. Resolves when the change is durable. Rejects with TASK_UNKNOWN for a task without a list, and with
   * ARGUMENT_INVALID for anything but an integer from 1.
   */
  setConcurrency(task: string, concurrency: number): Promise<void>;
}

export interface StartingExecution extends Execution, PromiseLike<Execution> {}

export interface ExecutionOutcome {
  readonly status: OutcomeStatus;
  /** Rendered whatever the status, as far as it can be; null when there is none. */
  readonly output: unknown;
  /** Failures that no transition took up. */
  readonly errors: readonly ExecutionProblem[];
}

/** `sequence` is the place in the journal; several events may share one. */
export type ExecutionEvent = {
  readonly sequence: number;
  /** ISO 8601. */
  readonly at: string;
  readonly execution: string;
} & ExecutionEventBody;

export type ExecutionEventBody = Notice;

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
  /** Published by the branches so far; of equal names the one written last. */
  readonly variables: Readonly<Record<string, unknown>>;
}
