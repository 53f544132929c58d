import type { Clock, WakeStrategy } from '@weftline/coordinator';
import type { World } from './world.ts';

/**
 * A process of the simulation: what it has scheduled happens only while it is alive, and waits while it is frozen.
 *
 * - alive: everything happens at its time.
 * - frozen (a long collection, a stopped container): nothing happens; at the thaw all of it does, with a clock that has gone on.
 *   The process does not know that it slept, which makes it the zombie that fences are for.
 * - dead: nothing happens any more.
 */
export class SimulatedProcess implements Clock {
  readonly id: string;
  readonly #world: World;
  /** What its clock is ahead of the true time, in milliseconds. */
  readonly #skewMs: number;
  #thawsAtMs = 0;
  #alive = true;

  constructor(world: World, id: string) {
    this.id = id;
    this.#world = world;
    this.#skewMs = world.random.integer(-5_000, 5_000);
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  nowMs(): number {
    return this.#world.nowMs() + this.#skewMs;
  }

  schedule(delayMs: number, run: () => void): () => void {
    let stop = this.#world.schedule(delayMs, () => {
      if (!this.#alive) return;
      const restMs = this.#thawsAtMs - this.#world.nowMs();
      if (restMs <= 0) run();
      else stop = this.schedule(restMs, run);
    });
    return () => stop();
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.schedule(delayMs, resolve));
  }

  kill(): void {
    this.#alive = false;
  }

  freeze(durationMs: number): void {
    this.#thawsAtMs = Math.max(this.#thawsAtMs, this.#world.nowMs() + durationMs);
  }

  /** Event-driven, with a turn of the event loop that takes a moment. */
  readonly wake: WakeStrategy = (run) => {
    let stop: (() => void) | undefined;
    return {
      signal: () => {
        stop ??= this.schedule(this.#world.random.integer(0, 2), () => {
          stop = undefined;
          run();
        });
      },
      close: () => stop?.(),
    };
  };
}
