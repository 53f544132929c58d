import { Attempt, type LogAttempt } from './attempt.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { Clock } from './clock.ts';
import type { RunAttempt } from './core/command.ts';
import type { Program } from './core/program.ts';
import { renderAttempt } from './core/render.ts';
import type { AttemptOutcome, TaskExecutor } from './task-executor.ts';

export interface AttemptSetOptions {
  readonly execution: string;
  readonly program: Program;
  readonly executor: TaskExecutor;
  readonly clock: Clock;
  readonly gate: AttemptGate;
  readonly secrets: Readonly<Record<string, string>>;
  readonly onLog: LogAttempt;
  onOutcome(command: RunAttempt, outcome: AttemptOutcome): void;
}

/**
 * The attempts of one execution that are in flight or wait for a place.
 *
 * Invariants:
 * 1. Whoever entered the gate leaves it exactly once, whether the attempt ends, cannot be rendered or is abandoned.
 * 2. After `abandon` nothing is performed and no outcome is told.
 */
export class AttemptSet {
  readonly #options: AttemptSetOptions;
  readonly #attempts = new Set<Attempt>();
  #abandoned = false;
  #canceled: string | undefined;

  constructor(options: AttemptSetOptions) {
    this.#options = options;
  }

  /** Performs the attempt now, or when the gate has a place for it. */
  run(command: RunAttempt): void {
    this.#options.gate.enter(() => this.#perform(command));
  }

  /** Ends every attempt in flight, and those that still wait for a place, with a failure of kind `canceled`. */
  cancel(message: string): void {
    this.#canceled = message;
    for (const attempt of this.#attempts) attempt.cancel(message);
  }

  /** Tells every action to stop; their work is left for whoever recovers the execution. */
  abandon(message: string): void {
    this.#abandoned = true;
    for (const attempt of this.#attempts) {
      attempt.abandon(message);
      this.#options.gate.leave();
    }
    this.#attempts.clear();
  }

  #perform(command: RunAttempt): void {
    const { execution, program, secrets, clock } = this.#options;
    if (this.#abandoned) {
      this.#options.gate.leave();
      return;
    }
    if (this.#canceled !== undefined) {
      this.#settle(command, { ok: false, failure: { kind: 'canceled', message: this.#canceled, retryable: false } });
      return;
    }
    const rendered = renderAttempt(program, command, { execution, secrets, atMs: clock.nowMs() });
    if (!rendered.ok) this.#settle(command, rendered);
    else if (rendered.request === undefined) this.#settle(command, { ok: true, result: null });
    else this.#start(command).run(this.#options.executor, rendered.request, rendered.timeoutMs);
  }

  #start(command: RunAttempt): Attempt {
    const { clock, onLog } = this.#options;
    const attempt: Attempt = new Attempt({
      command,
      clock,
      onLog,
      onOutcome: (outcome) => {
        this.#attempts.delete(attempt);
        this.#settle(command, outcome);
      },
    });
    this.#attempts.add(attempt);
    return attempt;
  }

  #settle(command: RunAttempt, outcome: AttemptOutcome): void {
    this.#options.gate.leave();
    this.#options.onOutcome(command, outcome);
  }
}
