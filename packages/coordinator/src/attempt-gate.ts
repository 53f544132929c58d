import { Deferred } from './deferred.ts';

/** Who wants to begin an attempt. */
export interface Entrant {
  readonly execution: string;
  /** From 1: how many may begin in one turn of the execution. */
  readonly priority: number;
}

/**
 * Bounds the attempts in flight over all executions of a coordinator. Those that do not fit wait in line: one line for each
 * execution, first come first served, and the lines take turns. So an execution of ten items is never behind all that one
 * of a million has in line, which is no more than its windows.
 *
 * Invariants:
 * 1. `#lines` holds the lines that are not empty, the one whose turn it is first. While a place is free there is none, or `#admitting` is true, or the gate is being drained.
 * 2. Whoever is let in runs from the loop in `#admit`, never from within another one, however long the line is.
 */
export class AttemptGate {
  readonly #max: number;
  readonly #lines = new Map<string, WaitingLine>();
  #inFlight = 0;
  #admitting = false;
  #drained: Deferred<void> | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs `run` now or when a place is free for its execution; whoever runs gives the place back with `leave`. */
  enter({ execution, priority }: Entrant, run: () => void): void {
    let line = this.#lines.get(execution);
    if (line === undefined) {
      line = new WaitingLine(priority);
      this.#lines.set(execution, line);
    }
    line.add(run);
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

  /** The first of the line whose turn it is, which goes behind the others once it has had as many as its priority. */
  #takeFirst(): (() => void) | undefined {
    for (const [execution, line] of this.#lines) {
      const next = line.take();
      if (line.size === 0 || line.hasHadItsTurn) this.#lines.delete(execution);
      if (line.size > 0 && line.hasHadItsTurn) this.#lines.set(execution, line.waitForTurn());
      if (next !== undefined) return next;
    }
    return undefined;
  }
}

/** Shifting a long array for everyone who is let in would cost its length each time. */
class WaitingLine {
  readonly #waiting: (() => void)[] = [];
  readonly #priority: number;
  #first = 0;
  #taken = 0;

  constructor(priority: number) {
    this.#priority = priority;
  }

  get hasHadItsTurn(): boolean {
    return this.#taken >= this.#priority;
  }

  waitForTurn(): this {
    this.#taken = 0;
    return this;
  }

  get size(): number {
    return this.#waiting.length - this.#first;
  }

  add(run: () => void): void {
    this.#waiting.push(run);
  }

  take(): (() => void) | undefined {
    const next = this.#waiting[this.#first];
    if (next === undefined) return undefined;
    this.#taken += 1;
    this.#first += 1;
    if (this.#first * 2 >= this.#waiting.length) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
    return next;
  }
}
