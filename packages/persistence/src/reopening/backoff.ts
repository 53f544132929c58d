/** Runs `run` after so many milliseconds, and answers what calls it off. */
export type Schedule = (delayMs: number, run: () => void) => () => void;

const [firstDelayMs, delayMsMax] = [10, 1_000];

/** The pauses between attempts: each twice as long as the one before, up to a second; `hurry` ends the present one and all later ones. */
export class Backoff {
  readonly #schedule: Schedule;
  #isHurried = false;
  #wake: () => void = () => undefined;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  get isHurried(): boolean {
    return this.#isHurried;
  }

  /** Before attempt `attempt`, the second one being 2; never longer than `leftMs`. */
  async pause(attempt: number, leftMs: number): Promise<void> {
    if (this.#isHurried) return;
    const delayMs = Math.min(firstDelayMs * 2 ** Math.min(attempt - 2, 10), delayMsMax, Math.max(0, leftMs));
    await new Promise<void>((resolve) => {
      const callOff = this.#schedule(delayMs, resolve);
      this.#wake = () => {
        callOff();
        resolve();
      };
    });
  }

  hurry(): void {
    this.#isHurried = true;
    this.#wake();
  }
}
