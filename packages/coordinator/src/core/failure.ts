import { ExpressionError } from '@weftline/expression';

/** Why an attempt, an item or a task failed: plain data that travels in events, errors and expressions. */
export interface TaskFailure {
  readonly kind: 'application' | 'timeout' | 'canceled' | 'expression' | 'definition';
  /** Stable where the action gives one, e.g. `HTTP_STATUS`. */
  readonly code?: string;
  readonly message: string;
  /** Whether the default retry condition may try again. */
  readonly retryable: boolean;
  /** JSON that the action attached. */
  readonly details?: unknown;
}

/** The failure of a template, as data. Anything but an ExpressionError is our bug and is thrown on. */
export function expressionFailure(error: unknown, where: string): TaskFailure {
  if (!(error instanceof ExpressionError)) throw error;
  return {
    kind: 'expression',
    code: error.code,
    message: `${where}: ${error.message}`,
    retryable: false,
    details: { expression: error.source, start: error.start, end: error.end },
  };
}

const codeOfKind: Readonly<Record<TaskFailure['kind'], string>> = {
  application: 'ACTION_FAILED',
  timeout: 'ATTEMPT_TIMED_OUT',
  canceled: 'CANCELED',
  expression: 'EXPRESSION_FAILED',
  definition: 'DEFINITION_INVALID',
};

export function failureCode(failure: TaskFailure): string {
  return failure.code ?? codeOfKind[failure.kind];
}

/** What expressions see as `error()` and `task.<name>.error`. */
export function failureView(failure: TaskFailure): Readonly<Record<string, unknown>> {
  return {
    kind: failure.kind,
    code: failureCode(failure),
    message: failure.message,
    retryable: failure.retryable,
    details: failure.details ?? null,
  };
}
