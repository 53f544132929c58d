/**
 * What a stop signal means, by how many came before it.
 *
 * 1. The first asks to pause, the second to abort, the third to leave at once.
 * 2. A signal within `BOUNCE_MS` of the last accepted one is the same key press, or the copy that a parent process
 *    forwards, and does not count.
 * 3. The exit code is that of the first signal.
 */
export type StopSignal = 'SIGINT' | 'SIGTERM';
export type StopStage = 'pause' | 'abort' | 'leave';

const BOUNCE_MS = 500;
const STAGES: readonly StopStage[] = ['pause', 'abort', 'leave'];

export interface InterruptionOptions {
  /** Milliseconds of a clock that does not jump. */
  readonly now: () => number;
  readonly onStage: (stage: StopStage, signal: StopSignal) => void;
}

export class Interruption {
  readonly #options: InterruptionOptions;
  #accepted = 0;
  #lastMs = -Infinity;

  constructor(options: InterruptionOptions) {
    this.#options = options;
  }

  receive(signal: StopSignal): void {
    const nowMs = this.#options.now();
    if (nowMs - this.#lastMs < BOUNCE_MS) return;
    this.#lastMs = nowMs;
    const stage = STAGES[Math.min(this.#accepted, STAGES.length - 1)] ?? 'leave';
    this.#accepted += 1;
    this.#options.onStage(stage, signal);
  }
}
