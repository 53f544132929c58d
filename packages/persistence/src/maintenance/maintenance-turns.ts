/**
 * Lets those who look in side by side, and whoever rearranges in alone.
 *
 * 1. `#looking` counts those who are in; one who rearranges goes in when it is 0, and nobody goes in until he has left.
 */
export class MaintenanceTurns {
  #looking = 0;
  #rearranging: Promise<unknown> = Promise.resolve();
  #isRearranging = false;
  #onLeft: () => void = () => undefined;

  /** Goes in to look; `leave` must be called once. */
  async look(): Promise<{ readonly leave: () => void }> {
    while (this.#isRearranging) await this.#rearranging;
    this.#looking++;
    return {
      leave: () => {
        this.#looking--;
        if (this.#looking === 0) this.#onLeft();
      },
    };
  }

  /** Performs the task alone; it begins when all who look have left or `interrupt` is called. */
  rearrange<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#rearranging.then(async () => {
      this.#isRearranging = true;
      try {
        if (this.#looking > 0) await new Promise<void>((resolve) => (this.#onLeft = resolve));
        return await task();
      } finally {
        this.#isRearranging = false;
      }
    });
    // Whoever handed the task in is told of its failure.
    this.#rearranging = result.catch(() => undefined);
    return result;
  }

  /** Has whoever waits for others to leave go in at once, and resolves when the last has rearranged; the tasks are to refuse. */
  async interrupt(): Promise<void> {
    this.#onLeft();
    await this.#rearranging;
  }
}
