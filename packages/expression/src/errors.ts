/** Stable reasons for which an expression cannot be parsed or evaluated. */
export type ExpressionErrorCode = 'EXPRESSION_SYNTAX' | 'EXPRESSION_UNDEFINED' | 'EXPRESSION_TYPE' | 'EXPRESSION_LIMIT';

/** Keys and indexes that lead from a JSON value to one of its strings. */
export type ValuePath = readonly (string | number)[];

/** A half-open range in UTF-16 units within the whole template text in which an expression stands. */
export interface Site {
  readonly source: string;
  readonly start: number;
  readonly end: number;
}

export interface ExpressionErrorDetails extends Site {
  readonly code: ExpressionErrorCode;
  /** What the author probably meant, ready to be shown ("did you mean …?" is added by the reader). */
  readonly suggestion?: string | undefined;
  /** Where `source` stands in the value given to `compileTemplate`. Absent for a text on its own. */
  readonly path?: ValuePath | undefined;
  readonly cause?: unknown;
}

/**
 * An expression that cannot be parsed (author, at load) or evaluated (a failure of the task that renders it).
 * Messages name types, keys and positions, never the content of a text, which may be a secret.
 */
export class ExpressionError extends Error {
  readonly code: ExpressionErrorCode;
  readonly source: string;
  readonly start: number;
  readonly end: number;
  readonly suggestion: string | undefined;
  readonly path: ValuePath | undefined;

  constructor(message: string, details: ExpressionErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ExpressionError';
    this.code = details.code;
    this.source = details.source;
    this.start = details.start;
    this.end = details.end;
    this.suggestion = details.suggestion;
    this.path = details.path;
  }
}

export function syntaxError(site: Site, message: string, suggestion?: string): ExpressionError {
  return located('EXPRESSION_SYNTAX', site, { message, suggestion });
}

export function undefinedError(site: Site, message: string, suggestion?: string): ExpressionError {
  return located('EXPRESSION_UNDEFINED', site, { message, suggestion });
}

export function typeError(site: Site, message: string, suggestion?: string): ExpressionError {
  return located('EXPRESSION_TYPE', site, { message, suggestion });
}

export function limitError(site: Site, message: string): ExpressionError {
  return located('EXPRESSION_LIMIT', site, { message, suggestion: undefined });
}

/** The same error, knowing also in which string of a larger value it happened; other errors pass unchanged. */
export function withPath(error: unknown, path: ValuePath): unknown {
  if (!(error instanceof ExpressionError) || error.path !== undefined || path.length === 0) return error;
  const { message, code, source, start, end, suggestion, cause } = error;
  return new ExpressionError(message, { code, source, start, end, suggestion, path, cause });
}

interface Wording {
  readonly message: string;
  readonly suggestion: string | undefined;
}

function located(code: ExpressionErrorCode, site: Site, { message, suggestion }: Wording): ExpressionError {
  const { source, start, end } = site;
  return new ExpressionError(message, { code, source, start, end, suggestion });
}
