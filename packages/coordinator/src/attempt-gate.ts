import { Deferred } from './deferred.ts';

/**
 * Bounds the attempts in flight over all executions of a coordinator. Those that do not fit wait in line, first come
 * first served; a list never has more in line than its window.
 *
 * Invariants:
 * 1. While a place is free the line is empty, or `#admitting` is true, or the gate is being drained.
 * 2. Whoever is let in runs from the loop in `#admit`, never from within another one, however long the line is.
 */
export class AttemptGate {
  readonly #max: number;
  readonly #line: (() => void)[] = [];
  /** Where the line begins; shifting a long array for everyone who is let in would cost its length each time. */
  #first = 0;
  #inFlight = 0;
  #admitting = false;
  #drained: Deferred<void> | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs `run` now or when a place is free; whoever runs gives the place back with `leave`. */
  enter(run: () => void): void {
    this.#line.push(run);
    this.#admit();
  }

  leave(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#drained?.resolve();
    this.#admit();
  }

  /** Lets nobody in any more; resolves when everybody has left. */
  drain(): Promise<void> {
    this.#drained ??= new Deferred();
    if (this.#inFlight === 0) this.#drained.resolve();
    return this.#drained.promise;
  }

  #admit(): void {
    if (this.#admitting) return;
    this.#admitting = true;
    try {
      while (this.#inFlight < this.#max && this.#drained === undefined) {
        const next = this.#takeFirst();
        if (next === undefined) break;
        this.#inFlight += 1;
        next();
      }
    } finally {
      this.#admitting = false;
    }
  }

  #takeFirst(): (() => void) | undefined {
    const next = this.#line[this.#first];
    if (next === undefined) return undefined;
    this.#first += 1;
    if (this.#first * 2 >= this.#line.length) {
      this.#line.splice(0, this.#first);
      this.#first = 0;
    }
    return next;
  }
}
