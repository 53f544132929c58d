import { limits } from './limits.ts';

/**
 * Keeps the answers of a pure function for the keys used last. Entries live in two generations: when the young one is full
 * it becomes the old one, whose entries are forgotten unless they are used again. No entry is ever looked for to be evicted.
 */
export class BoundedCache<T> {
  readonly #make: (key: string) => T;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  constructor(make: (key: string) => T) {
    this.#make = make;
  }

  /** What `make` throws is passed on and not remembered. */
  get(key: string): T {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? this.#make(key);
    if (this.#young.size >= limits.cachedEntriesMax / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
