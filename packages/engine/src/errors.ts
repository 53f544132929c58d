/** Stable reasons for which the engine refuses a call. */
export type EngineErrorCode =
  | 'INPUT_INVALID'
  /** What a simulation was to start from. */
  | 'CASE_INVALID'
  | 'ACTION_UNKNOWN'
  | 'EXECUTION_EXISTS'
  | 'EXECUTION_NOT_FOUND'
  | 'EXECUTION_FINISHED'
  | 'EXECUTION_HELD'
  | 'EXECUTION_ID_INVALID'
  /** A task that the workflow does not have, or that runs over no list. */
  | 'TASK_UNKNOWN'
  /** An option that cannot be meant. */
  | 'ARGUMENT_INVALID'
  | 'ENGINE_CLOSED';

export interface EngineErrorOptions {
  readonly code: EngineErrorCode;
  /** For INPUT_INVALID, CASE_INVALID and ACTION_UNKNOWN: everything that is wrong, each with a path such as `input.limit`. */
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  readonly cause?: unknown;
}

export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly issues: readonly { readonly path: string; readonly message: string }[];

  constructor(message: string, options: EngineErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'EngineError';
    this.code = options.code;
    this.issues = options.issues ?? [];
  }
}
