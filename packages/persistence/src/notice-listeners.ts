import type { StoreNotice } from './store.ts';

/** Those who watch a store. They are told apart from the call that they are told of, so that they cannot make it fail. */
export class NoticeListeners {
  readonly #listeners = new Set<(notice: StoreNotice) => void>();

  /** Answers how to end it. */
  add(listener: (notice: StoreNotice) => void): () => void {
    // One function may watch twice.
    const own = (notice: StoreNotice): void => listener(notice);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  tell(kind: Exclude<StoreNotice['kind'], 'missed'>, execution: string): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener({ kind, execution });
      });
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
