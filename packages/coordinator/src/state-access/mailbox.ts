import type { Event } from '../core/event.ts';
import type { Wake } from '../wake/wake.ts';
import type { StateAccess, StateAccessOptions, StateAccessStrategy } from './state-access.ts';

export interface MailboxOptions {
  /** Events applied in one batch at most, so that a flood does not hold up the event loop. Default 1,000. */
  readonly batchMax?: number;
}

/** One queue and one writer per execution: whatever is there is applied as one batch. No lock is needed. */
export function mailbox({ batchMax = 1000 }: MailboxOptions = {}): StateAccessStrategy {
  return (options) => new Mailbox(options, batchMax);
}

/**
 * Invariants:
 * 1. `#busy` is true from the start of `apply` until its promise, if any, has settled.
 * 2. While events are queued and nobody is busy, the wake has been signaled.
 */
class Mailbox implements StateAccess {
  readonly #apply: StateAccessOptions['apply'];
  readonly #batchMax: number;
  readonly #wake: Wake;
  #queue: Event[] = [];
  #busy = false;
  #closed = false;

  constructor(options: StateAccessOptions, batchMax: number) {
    this.#apply = (events) => options.apply(events);
    this.#batchMax = batchMax;
    this.#wake = options.wake(() => this.#drain());
  }

  get pending(): number {
    return this.#queue.length;
  }

  post(event: Event): void {
    if (this.#closed) return;
    this.#queue.push(event);
    if (!this.#busy) this.#wake.signal();
  }

  admit(start: () => void): void {
    if (!this.#closed) start();
  }

  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#wake.close();
  }

  #drain(): void {
    if (this.#busy || this.#closed || this.#queue.length === 0) return;
    const batch = this.#takeBatch();
    this.#busy = true;
    const waiting = this.#apply(batch);
    if (waiting === undefined) this.#goOn();
    else
      waiting.then(
        () => this.#goOn(),
        () => this.close(),
      );
  }

  #takeBatch(): readonly Event[] {
    if (this.#queue.length <= this.#batchMax) {
      const batch = this.#queue;
      this.#queue = [];
      return batch;
    }
    return this.#queue.splice(0, this.#batchMax);
  }

  #goOn(): void {
    this.#busy = false;
    if (this.#queue.length > 0 && !this.#closed) this.#wake.signal();
  }
}
