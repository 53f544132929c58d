import { CoordinatorError, type ObservedBatch, type Observer } from '@weftline/coordinator';
import type { ExecutionEvent, ExecutionEventBody } from './engine.ts';

const bufferedMax = 100_000;

export interface EventStreamOptions {
  readonly execution: string;
  readonly redact: (body: ExecutionEventBody) => ExecutionEventBody;
  readonly onReturn: () => void;
}

/**
 * Turns notices into an async iterable.
 *
 * Invariants:
 * 1. `#buffer` holds at most `bufferedMax` events; a consumer that falls further behind gets an error, never a gap.
 * 2. After the end or an error every `next` answers the same.
 */
export class EventStream implements AsyncIterableIterator<ExecutionEvent>, Observer {
  readonly #options: EventStreamOptions;
  #buffer: ExecutionEvent[] = [];
  #read = 0;
  #closed = false;
  #reason: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
  }

  onBatch({ sequence, atMs, notices }: ObservedBatch): void {
    if (this.#closed) return;
    if (this.#buffer.length - this.#read + notices.length > bufferedMax) {
      const message = `the consumer of events fell more than ${bufferedMax} events behind`;
      this.onClose(new CoordinatorError(message, { code: 'EVENTS_OVERFLOW' }));
      return;
    }
    const { execution, redact } = this.#options;
    const at = new Date(atMs).toISOString();
    for (const notice of notices) this.#buffer.push({ sequence, at, execution, ...redact(notice) });
    this.#wake?.();
  }

  onClose(reason: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reason = reason;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ExecutionEvent, undefined>> {
    for (;;) {
      const event = this.#take();
      if (event !== undefined) return { done: false, value: event };
      if (this.#closed) {
        if (this.#reason !== undefined) throw this.#reason;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = undefined;
    }
  }

  return(): Promise<IteratorResult<ExecutionEvent, undefined>> {
    this.#closed = true;
    this.#buffer = [];
    this.#read = 0;
    this.#options.onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  #take(): ExecutionEvent | undefined {
    const event = this.#buffer[this.#read];
    if (event === undefined) return undefined;
    this.#read += 1;
    if (this.#read > 1024 && this.#read * 2 > this.#buffer.length) {
      this.#buffer = this.#buffer.slice(this.#read);
      this.#read = 0;
    }
    return event;
  }
}
