import type { Event } from '../core/event.ts';
import type { Wake } from '../wake/wake.ts';
import { AsyncMutex } from './async-mutex.ts';
import type { StateAccess, StateAccessOptions } from './state-access.ts';

export interface LockOptions {
  /** Told of every acquisition of the lock, for benchmarks. */
  readonly onAcquire?: () => void;
}

/**
 * A state behind a lock: each event is applied by itself, by whoever has the lock.
 *
 * Invariants:
 * 1. `#arrived` holds the events that no wake has noticed yet, `#pending` counts those not yet applied.
 * 2. The lock is held from before `apply` until its promise, if any, has settled, and while a task is handed out where that
 *    takes the lock too.
 */
export class LockedAccess implements StateAccess {
  readonly #apply: StateAccessOptions['apply'];
  readonly #wake: Wake;
  readonly #mutex = new AsyncMutex();
  readonly #onAcquire: () => void;
  readonly #locksForEachTask: boolean;
  #arrived: Event[] = [];
  #pending = 0;
  #closed = false;

  constructor(options: StateAccessOptions, lock: LockOptions & { readonly forEachTask: boolean }) {
    this.#apply = (events) => options.apply(events);
    this.#onAcquire = lock.onAcquire ?? (() => undefined);
    this.#locksForEachTask = lock.forEachTask;
    this.#wake = options.wake(() => this.#takeUp());
  }

  get pending(): number {
    return this.#pending;
  }

  post(event: Event): void {
    if (this.#closed) return;
    this.#arrived.push(event);
    this.#pending += 1;
    this.#wake.signal();
  }

  admit(start: () => void): void {
    if (this.#closed) return;
    if (this.#locksForEachTask) void this.#locked(start);
    else start();
  }

  close(): void {
    this.#closed = true;
    this.#arrived = [];
    this.#pending = 0;
    this.#wake.close();
  }

  /** Everything that has arrived queues for the lock, in order. */
  #takeUp(): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const event of arrived) void this.#locked(() => this.#applyOne(event));
  }

  #applyOne(event: Event): void | Promise<void> {
    this.#pending -= 1;
    return this.#apply([event]);
  }

  async #locked(work: () => void | Promise<void>): Promise<void> {
    const release = await this.#mutex.lock();
    this.#onAcquire();
    try {
      if (!this.#closed) await work();
    } catch {
      // A batch that cannot be applied has been reported by whoever applies it; nothing may follow it.
      this.close();
    } finally {
      release();
    }
  }
}
