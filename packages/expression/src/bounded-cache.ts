import { limits } from './limits.ts';

/** Keeps the answers of a pure function for the keys used last. */
export class BoundedCache<T> {
  readonly #entries = new Map<string, T>();
  readonly #make: (key: string) => T;

  constructor(make: (key: string) => T) {
    this.#make = make;
  }

  /** What `make` throws is passed on and not remembered. */
  get(key: string): T {
    const known = this.#entries.get(key);
    if (known === undefined) return this.#add(key);
    // Moving a hit to the end makes the first entry the one that was used least lately.
    this.#entries.delete(key);
    this.#entries.set(key, known);
    return known;
  }

  #add(key: string): T {
    const made = this.#make(key);
    if (this.#entries.size >= limits.cachedEntriesMax) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    this.#entries.set(key, made);
    return made;
  }
}
