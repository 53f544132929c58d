/** Stable reasons for which the command line refuses to go on. */
export type ExecutorErrorCode =
  | 'USAGE_INVALID'
  | 'CONFIG_INVALID'
  | 'CONFIG_AMBIGUOUS'
  | 'STORE_URL_INVALID'
  | 'FILE_NOT_FOUND'
  | 'FILE_UNREADABLE'
  | 'FILE_NOT_TEXT'
  | 'FILE_TOO_LARGE'
  | 'ACTION_MODULE_NOT_FOUND'
  | 'INPUT_FILE_INVALID'
  | 'INPUT_INVALID'
  | 'CASE_INVALID'
  | 'CASES_NOT_FOUND'
  | 'EXECUTION_NOT_FOUND'
  | 'EXECUTION_HELD'
  | 'STORE_UNAVAILABLE'
  | 'OUTPUT_UNWRITABLE'
  | 'CANCEL_TIMEOUT';

export interface ExecutorErrorOptions {
  readonly code: ExecutorErrorCode;
  /** What to do about it, one sentence. */
  readonly hint?: string;
  /** Everything that is wrong, where one sentence does not hold it all. */
  readonly issues?: readonly LocatedProblem[];
  readonly cause?: unknown;
}

/** One thing that is wrong in a file, with its place there. */
export interface LocatedProblem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

export class ExecutorError extends Error {
  readonly code: ExecutorErrorCode;
  readonly hint: string | undefined;
  readonly issues: readonly LocatedProblem[];

  constructor(message: string, options: ExecutorErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ExecutorError';
    this.code = options.code;
    this.hint = options.hint;
    this.issues = options.issues ?? [];
  }
}

/** The `code` of a system error such as ENOENT. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
