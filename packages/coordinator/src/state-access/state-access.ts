import type { Event } from '../core/event.ts';
import type { WakeStrategy } from '../wake/wake.ts';

/**
 * How an event gets the state of its execution to itself.
 *
 * Laws: every posted event is applied exactly once, in the order of posting; `apply` is never entered again before the
 * former call has ended, promises included; nothing is applied after `close`. What is admitted is started once, in the order
 * of the calls, and never after `close`.
 */
export interface StateAccess {
  post(event: Event): void;
  /** Hands out one next task: runs `start` now, or when the strategy gets round to it. */
  admit(start: () => void): void;
  /** Events posted and not yet applied. */
  readonly pending: number;
  close(): void;
}

export interface StateAccessOptions {
  /** Takes a batch of at least one event; a promise means "wait with the next batch" (back-pressure). */
  apply(events: readonly Event[]): void | Promise<void>;
  readonly wake: WakeStrategy;
}

/** Makes the state access of one execution. */
export type StateAccessStrategy = (options: StateAccessOptions) => StateAccess;
