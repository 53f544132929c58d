import { StoreError } from '@weftline/persistence';

/**
 * What the caller is told of a call that failed after a part of it was written, or may have been: that nothing was written is
 * no longer true. Answers of the store, such as a conflict, stay what they are.
 */
export function withUnknownOutcome(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  if (error.code !== 'STORE_UNAVAILABLE' && error.code !== 'STORE_CORRUPT') return error;
  return new StoreError(`${error.message}; whether the call took effect is unknown: read what is there`, {
    code: 'STORE_UNKNOWN_OUTCOME',
    cause: error.cause ?? error,
  });
}
