/** Stable reasons for which an expression cannot be parsed or evaluated. */
export type ExpressionErrorCode =
  | 'EXPRESSION_SYNTAX'
  | 'EXPRESSION_UNDEFINED'
  | 'EXPRESSION_TYPE'
  | 'EXPRESSION_LIMIT';

export interface ExpressionErrorDetails {
  readonly code: ExpressionErrorCode;
  /** The whole template text in which the expression stands. */
  readonly source: string;
  /** Half-open range in UTF-16 units within `source`. */
  readonly start: number;
  readonly end: number;
  /** What the author probably meant, ready to be shown ("did you mean …?" is added by the reader). */
  readonly suggestion?: string;
  readonly cause?: unknown;
}

/** An expression that cannot be parsed (author, at load) or evaluated (a failure of the task that renders it). */
export class ExpressionError extends Error {
  readonly code: ExpressionErrorCode;
  readonly source: string;
  readonly start: number;
  readonly end: number;
  readonly suggestion: string | undefined;

  constructor(message: string, details: ExpressionErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ExpressionError';
    this.code = details.code;
    this.source = details.source;
    this.start = details.start;
    this.end = details.end;
    this.suggestion = details.suggestion;
  }
}
