import type { Event } from '../core/event.ts';
import type { WakeStrategy } from '../wake/wake.ts';

/**
 * How an event gets the state of its execution to itself.
 *
 * Laws: every posted event is applied exactly once, in the order of posting; `apply` is never entered again before the
 * former call has ended, promises included; nothing is applied after `close`.
 */
export interface StateAccess {
  post(event: Event): void;
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
