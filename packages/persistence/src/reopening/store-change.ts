import type { Store } from '../store.ts';

/** A call that changes something, and how to find out what became of it. */
export interface StoreChange<Result> {
  readonly send: (store: Store) => Promise<Result>;
  /**
   * For a store that was opened after an attempt whose outcome is unknown: answers what that attempt would have, and does what it
   * has not done. May itself be cut short and called again.
   */
  readonly settle: (store: Store) => Promise<Result>;
}

/** One that does no harm when it takes effect twice. */
export function repeatable<Result>(send: (store: Store) => Promise<Result>): StoreChange<Result> {
  return { send, settle: send };
}
