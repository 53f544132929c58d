import type { ExecutionRequest } from './store.ts';

/** Stable reasons for which a store refuses or fails. */
export type StoreErrorCode =
  /** The execution exists already, belongs to somebody else by now, or the sequence does not follow. */
  | 'STORE_CONFLICT'
  | 'STORE_NOT_FOUND'
  /** Another owner holds the execution and is alive. */
  | 'STORE_HELD'
  /** The medium cannot be reached or is full; nothing is known to be lost. */
  | 'STORE_UNAVAILABLE'
  /** A write or sync failed; whether the records are durable is unknown until the store is opened again. */
  | 'STORE_UNKNOWN_OUTCOME'
  /** What was read is not what was written; the message names the place. */
  | 'STORE_CORRUPT'
  /** A vacuum has dropped these records, which the latest snapshot stands for. */
  | 'STORE_COMPACTED'
  | 'STORE_CLOSED'
  /** The call itself is wrong (an empty id, a limit out of range, a cursor from elsewhere); nothing was written. */
  | 'STORE_INVALID_ARGUMENT';

export interface StoreErrorOptions {
  readonly code: StoreErrorCode;
  /** Whether the same call may succeed later. Default false. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
  /** See `StoreError.undelivered`. Default none. */
  readonly undelivered?: readonly ExecutionRequest[];
}

/** Thrown, or answered for a single append, by stores and write policies; `code` is stable, `message` is for people. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;
  readonly retryable: boolean;
  /**
   * Of a heartbeat whose outcome is unknown: the requests that it was about to answer. A later heartbeat answers them again or
   * not, so whoever goes on has to join both.
   */
  readonly undelivered: readonly ExecutionRequest[];

  constructor(message: string, options: StoreErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StoreError';
    this.code = options.code;
    this.retryable = options.retryable ?? false;
    this.undelivered = options.undelivered ?? [];
  }
}

/** What a read answers that comes to records which a vacuum has dropped; for authors of stores. */
export function compactedError(id: string, dropped: { readonly from: number; readonly to: number }): StoreError {
  return new StoreError(
    `execution ${JSON.stringify(id)}: records ${dropped.from} to ${dropped.to} were dropped by a vacuum; ` +
      'the snapshot stands for them, read on after it',
    { code: 'STORE_COMPACTED' },
  );
}
