import type { StoreError } from '../errors.ts';
import { SerialQueue } from '../serial-queue.ts';
import type { Append, Store, WritePolicy } from '../store.ts';
import { PolicyStore } from './policy-store.ts';
import type { AppendLine } from './policy-store.ts';

/**
 * Every append call is a write of its own, and the next one begins after it was acknowledged.
 *
 * Price: one sync per call, so a store makes no more appends a second than its medium makes syncs. `groupCommit`
 * promises the same and shares syncs; this one shows what that is worth.
 */
export function writeThrough(): WritePolicy {
  return (store) => new PolicyStore(store, 'write-through', new SerialLine(store));
}

class SerialLine implements AppendLine {
  readonly #store: Store;
  readonly #queue = new SerialQueue();

  constructor(store: Store) {
    this.#store = store;
  }

  append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    return this.#queue.run(() => this.#store.append(appends));
  }

  run<Result>(call: () => Promise<Result>): Promise<Result> {
    return this.#queue.run(call);
  }
}
