import type { ItemCounts } from '@weftline/engine';

/** Items per second over the last few seconds, from counters that are read now and then. */
export class TaskRate {
  readonly #samples: { readonly atMs: number; readonly done: number }[] = [];

  /** Notes how many items are done; samples older than the window are let go of, but for the newest of them. */
  add(atMs: number, counts: ItemCounts): void {
    this.#samples.push({ atMs, done: itemsDone(counts) });
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? atMs) <= atMs - WINDOW_MS) this.#samples.shift();
  }

  /** Undefined until there is something to tell. */
  perSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.atMs - first.atMs < SPAN_MS_MIN) return undefined;
    return ((last.done - first.done) / (last.atMs - first.atMs)) * 1_000;
  }
}

const WINDOW_MS = 5_000;
const SPAN_MS_MIN = 250;

export function itemsDone(counts: ItemCounts): number {
  return counts.succeeded + counts.failed + counts.canceled;
}
