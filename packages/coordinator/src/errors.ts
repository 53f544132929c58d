export type CoordinatorErrorCode =
  /** Somebody else took the execution over; this coordinator may not write to it any more. */
  | 'EXECUTION_LOST'
  | 'EXECUTION_FINISHED'
  /** It was let go of on purpose, for others to take up. */
  | 'EXECUTION_RELEASED'
  /** A retry of an execution that has not ended. */
  | 'EXECUTION_UNFINISHED'
  /** A retry names a task that the workflow does not have. */
  | 'RETRY_TASK_UNKNOWN'
  /** A retry names items that there are not, or not which task's. */
  | 'RETRY_ITEMS_INVALID'
  /** There is nothing to retry. */
  | 'RETRY_NOTHING'
  /** A failure that is not retried would keep what follows from running again. */
  | 'RETRY_BLOCKED'
  /** A retry needs every event from the first one on, and some are not kept any more. */
  | 'RETRY_HISTORY_MISSING'
  | 'COORDINATOR_CLOSED'
  /** A journal or a snapshot that this release cannot read. */
  | 'JOURNAL_FORMAT'
  /** A consumer of `events()` fell too far behind. */
  | 'EVENTS_OVERFLOW'
  /** Our bug. */
  | 'INVARIANT_BROKEN';

export interface CoordinatorErrorOptions {
  readonly code: CoordinatorErrorCode;
  readonly cause?: unknown;
}

export class CoordinatorError extends Error {
  readonly code: CoordinatorErrorCode;

  constructor(message: string, options: CoordinatorErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CoordinatorError';
    this.code = options.code;
  }
}
