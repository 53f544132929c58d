/**
 * A lock over awaits, first come, first served. JavaScript runs on one thread, so no state needs it; it is here to show what
 * taking one costs.
 *
 * Invariant: one holder runs at a time, from `lock` to the `release` that it was given; the next one begins in a microtask of
 * its own, as a lock that wakes its waiters does.
 */
export class AsyncMutex {
  readonly #waiting: (() => void)[] = [];
  /** Where the waiting begin; shifting a long array for each of them would cost its length. */
  #first = 0;
  #held = false;

  /** Resolves with the release when the lock is free. */
  async lock(): Promise<() => void> {
    if (this.#held) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#held = true;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#passOn();
    };
  }

  #passOn(): void {
    const next = this.#waiting[this.#first];
    if (next === undefined) {
      this.#held = false;
      return;
    }
    this.#first += 1;
    if (this.#first * 2 >= this.#waiting.length) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
    next();
  }
}
