import type { Wake, WakeStrategy } from './wake.ts';

/**
 * Runs once per turn of the event loop in which something was signaled: completions that arrive together are taken up
 * together, and an idle execution wakes up never.
 */
export function eventDriven(): WakeStrategy {
  return (run) => new EventDrivenWake(run);
}

class EventDrivenWake implements Wake {
  readonly #run: () => void;
  #pending: NodeJS.Immediate | undefined;
  #closed = false;

  constructor(run: () => void) {
    this.#run = run;
  }

  signal(): void {
    if (this.#pending !== undefined || this.#closed) return;
    this.#pending = setImmediate(() => {
      this.#pending = undefined;
      this.#run();
    });
  }

  close(): void {
    this.#closed = true;
    clearImmediate(this.#pending);
    this.#pending = undefined;
  }
}
