import { StoreError } from '../errors.ts';
import type { Store } from '../store.ts';
import { WriteBehindLine } from './write-behind-line.ts';
import type { WriteBehindBounds } from './write-behind-line.ts';
import { DeferredStore } from './deferred-store.ts';
import type { WriteBehindStore } from './deferred-store.ts';

export interface WriteBehindOptions {
  /**
   * The longest that an acknowledged append waits until its write begins, in milliseconds, unless the write before it takes
   * longer. 0 writes with the next turn of the event loop. Default 50.
   */
  readonly delayMs?: number;
  /** The most records that may be acknowledged and not durable; an append beyond them waits until there is room. Default 10,000. */
  readonly recordsMax?: number;
  /** The same in bytes of records and snapshots. Default 16 MiB. */
  readonly bytesMax?: number;
  /** Runs `run` after so many milliseconds, and answers what calls it off. Default `setTimeout`; replaced by tests. */
  readonly schedule?: (delayMs: number, run: () => void) => () => void;
}

/**
 * Appends are acknowledged at once and written a little later, together with whatever else has come in.
 *
 * Price: **a crash takes what was acknowledged and not yet written**, up to the bounds. Whoever reads waits for the write of
 * everything that has been acknowledged. A refusal that shows only when it is written (somebody else took the execution
 * over) comes with the next append of that execution, or with `flush`, `release` or `close`. A write that fails is final: every
 * call from then on rejects with its error, because what had been acknowledged is gone. `groupCommit` shares writes as well and loses nothing.
 */
export function writeBehind(options: WriteBehindOptions = {}): (store: Store) => WriteBehindStore {
  const { delayMs = 50, recordsMax = 10_000, bytesMax = 16 * 1024 * 1024, schedule = scheduleTimeout } = options;
  const bounds: WriteBehindBounds = { delayMs, recordsMax, bytesMax };
  for (const [name, bound] of Object.entries(bounds) as [string, number][]) {
    const smallest = name === 'delayMs' ? 0 : 1;
    if (Number.isInteger(bound) && bound >= smallest) continue;
    throw new StoreError(`writeBehind: ${name}: expected a whole number from ${smallest}, got ${bound}`, {
      code: 'STORE_INVALID_ARGUMENT',
    });
  }
  return (store) => new DeferredStore(store, new WriteBehindLine(store, bounds, schedule));
}

/** The timer keeps the process: what was acknowledged is not to be lost by leaving. */
function scheduleTimeout(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}
