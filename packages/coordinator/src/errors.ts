export type CoordinatorErrorCode =
  /** Somebody else took the execution over; this coordinator may not write to it any more. */
  | 'EXECUTION_LOST'
  | 'EXECUTION_FINISHED'
  /** It was let go of on purpose, for others to take up. */
  | 'EXECUTION_RELEASED'
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
