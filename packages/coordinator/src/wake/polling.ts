import type { Wake, WakeStrategy } from './wake.ts';

export interface PollingOptions {
  /** From one look to the next, in milliseconds, above 0. Default 100. */
  readonly intervalMs?: number;
}

/**
 * Looks for work every `intervalMs`, whether there is any or not.
 *
 * Price: half an interval of delay for every completion on average, a whole one at worst, and wake-ups while nothing happens.
 * It is what `eventDriven` is measured against.
 */
export function polling({ intervalMs = 100 }: PollingOptions = {}): WakeStrategy {
  if (!Number.isFinite(intervalMs) || intervalMs <= 0) {
    throw new RangeError(`polling: intervalMs: expected milliseconds above 0, got ${intervalMs}`);
  }
  return (run) => new PollingWake(run, intervalMs);
}

class PollingWake implements Wake {
  readonly #timer: NodeJS.Timeout;

  /** The timer keeps the process, as work that is under way does. */
  constructor(run: () => void, intervalMs: number) {
    this.#timer = setInterval(run, intervalMs);
  }

  /** The next look finds it. */
  signal(): void {
    return undefined;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
