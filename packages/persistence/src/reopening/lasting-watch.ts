import type { Store, StoreNotice } from '../store.ts';

type Listener = (notice: StoreNotice) => void;

/** Those who watch, over every store that is opened; after a gap they are told that they may have missed something. */
export class LastingWatch {
  /** How each listener's watch of the present store is ended. */
  readonly #stops = new Map<Listener, (() => void) | undefined>();
  #store: Store | undefined;

  begin(store: Store): void {
    this.#store = store;
  }

  /** Answers how to end it. */
  add(listener: Listener): () => void {
    // One function may watch twice.
    const own: Listener = (notice) => listener(notice);
    this.#stops.set(own, this.#store?.watch?.(own));
    return () => {
      this.#stops.get(own)?.();
      this.#stops.delete(own);
    };
  }

  /** Nothing is heard until the next store. */
  leave(): void {
    this.#store = undefined;
  }

  move(store: Store): void {
    this.#store = store;
    for (const own of this.#stops.keys()) {
      this.#stops.set(own, store.watch?.(own));
      queueMicrotask(() => {
        if (this.#stops.has(own)) own({ kind: 'missed' });
      });
    }
  }

  clear(): void {
    for (const stop of this.#stops.values()) stop?.();
    this.#stops.clear();
  }
}
