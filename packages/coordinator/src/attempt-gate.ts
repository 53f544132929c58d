/**
 * Bounds the attempts in flight over all executions of a coordinator. Those that do not fit wait in line, first come
 * first served; a list never has more in line than its window.
 */
export class AttemptGate {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs `run` now or when a place is free; whoever runs gives the place back with `leave`. */
  enter(run: () => void): void {
    if (this.#inFlight >= this.#max) {
      this.#waiting.push(run);
      return;
    }
    this.#inFlight += 1;
    run();
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#inFlight -= 1;
    else next();
  }
}
