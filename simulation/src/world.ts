import { SeededRandom } from './seeded-random.ts';

interface Happening {
  readonly dueAtMs: number;
  readonly order: number;
  readonly run: () => void;
  called: boolean;
}

/**
 * Time, order and chance of one run. Everything that takes time in life (a disk, a network, a timer, the work of an action,
 * the turn of an event loop) is a happening here.
 *
 * Invariants:
 * 1. Nothing happens but what was scheduled, one at a time, by time and then by a number drawn from the seed: so equal
 *    times come in every order over the seeds, and in one order for one seed.
 * 2. Before the next happening every promise that can go on has gone on.
 */
export class World {
  readonly random: SeededRandom;
  #nowMs = 1_700_000_000_000;
  /** A binary heap, the next to happen first. */
  readonly #heap: Happening[] = [];
  #steps = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Happenings so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Runs `run` after `delayMs`; the answer calls it off. */
  schedule(delayMs: number, run: () => void): () => void {
    const order = this.random.fraction();
    // Clocks tell whole milliseconds.
    const happening = { dueAtMs: this.#nowMs + Math.max(0, Math.ceil(delayMs)), order, run, called: true };
    this.#push(happening);
    return () => void (happening.called = false);
  }

  /** Resolves after `delayMs`. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.schedule(delayMs, resolve));
  }

  /** Lets things happen until `isOver`, or until nothing is left, or for `stepsMax` happenings; answers whether it is over. */
  async run(isOver: () => boolean, stepsMax: number): Promise<boolean> {
    for (let step = 0; step < stepsMax; step += 1) {
      if (isOver()) return true;
      const next = this.#pop();
      if (next === undefined) return isOver();
      if (!next.called) continue;
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs);
      this.#steps += 1;
      next.run();
      await settle();
    }
    return isOver();
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    let place = heap.push(happening) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(happening, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = happening;
  }

  #pop(): Happening | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      const child = this.#earlierChild(place);
      const below = heap[child];
      if (below === undefined || !isBefore(below, last)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
    return first;
  }

  #earlierChild(place: number): number {
    const left = 2 * place + 1;
    const [leftChild, rightChild] = [this.#heap[left], this.#heap[left + 1]];
    return leftChild !== undefined && rightChild !== undefined && isBefore(rightChild, leftChild) ? left + 1 : left;
  }
}

function isBefore(left: Happening, right: Happening): boolean {
  return left.dueAtMs < right.dueAtMs || (left.dueAtMs === right.dueAtMs && left.order < right.order);
}

/** Two turns: what an immediate of the first one brings about belongs to the same happening. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
