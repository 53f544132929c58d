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
