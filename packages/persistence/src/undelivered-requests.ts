import { StoreError } from './errors.ts';
import type { ExecutionRequest } from './store.ts';

/**
 * What a heartbeat rejects with whose outcome is unknown: the same error, with the requests that it was about to answer. For
 * authors of stores.
 */
export function withUndelivered(error: unknown, undelivered: readonly ExecutionRequest[]): unknown {
  if (!(error instanceof StoreError) || error.code !== 'STORE_UNKNOWN_OUTCOME' || undelivered.length === 0)
    return error;
  const { message, code, retryable, cause } = error;
  return new StoreError(message, { code, retryable, cause, undelivered });
}
