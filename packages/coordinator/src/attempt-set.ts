import { Attempt, type LogAttempt } from './attempt.ts';
import type { AttemptGate } from './attempt-gate.ts';
import type { Clock } from './clock.ts';
import { callForBatch, outcomeOfBatch } from './batch-call.ts';
import type { AttemptLimits } from './core/attempt-limits.ts';
import type { AttemptRequest } from './core/attempt-request.ts';
import type { BatchedItem, RunAttempt } from './core/command.ts';
import type { Program } from './core/program.ts';
import { renderBatch, type RenderedBatch } from './core/render-batch.ts';
import { renderAttempt, type Rendered } from './core/render.ts';
import type { AttemptOutcome, TaskExecutor } from './task-executor.ts';

export interface AttemptSetOptions {
  readonly execution: string;
  /** Attempts that begin in one turn at the gate. */
  readonly priority: number;
  readonly program: Program;
  readonly executor: TaskExecutor;
  readonly clock: Clock;
  readonly gate: AttemptGate;
  readonly secrets: Readonly<Record<string, string>>;
  readonly onLog: LogAttempt;
  onOutcome(command: RunAttempt, outcome: AttemptOutcome): void;
  /** An attempt could not be performed because the engine itself is wrong. */
  onBug(error: unknown): void;
}

/**
 * The attempts of one execution that are in flight or wait for a place.
 *
 * Invariants:
 * 1. Whoever entered the gate leaves it exactly once, whether the attempt ends, cannot be rendered or is abandoned.
 * 2. `#waiting` holds what has not been admitted or has not passed the gate yet; what is taken from it before it is admitted
 *    never gets to the gate, and what is taken from it afterwards passes and leaves at once.
 * 3. After `refuse` and `cancel` the core hands out nothing more, of the execution or of the visit. After `abandon` nobody calls this, and no outcome is told.
 */
export class AttemptSet {
  readonly #options: AttemptSetOptions;
  readonly #waiting = new Set<RunAttempt>();
  readonly #attempts = new Set<Attempt>();

  constructor(options: AttemptSetOptions) {
    this.#options = options;
  }

  /** Performs the attempt when it is admitted and the gate has a place for it: now, or later. */
  run(command: RunAttempt, admit: (start: () => void) => void): void {
    this.#waiting.add(command);
    admit(() => {
      if (this.#waiting.has(command)) this.#enterGate(command);
    });
  }

  #enterGate(command: RunAttempt): void {
    const { gate, execution, priority } = this.#options;
    gate.enter({ execution, priority }, () => {
      if (this.#waiting.delete(command)) this.#perform(command);
      else this.#options.gate.leave();
    });
  }

  /** Ends attempts that have not begun with a failure of kind `canceled`: all, or those of one visit. */
  refuse(message: string, visit?: number): void {
    const refused = [...this.#waiting].filter((command) => visit === undefined || command.visit === visit);
    for (const command of refused) this.#waiting.delete(command);
    for (const command of refused) this.#options.onOutcome(command, canceledOutcome(message));
  }

  /** As `refuse`, and ends every attempt in flight in the same way. */
  cancel(message: string, visit?: number): void {
    this.refuse(message, visit);
    for (const attempt of this.#attempts) {
      if (visit === undefined || attempt.visit === visit) attempt.cancel(message);
    }
  }

  /** Tells every action to stop; their work is left for whoever recovers the execution. */
  abandon(message: string): void {
    this.#waiting.clear();
    for (const attempt of this.#attempts) {
      attempt.abandon(message);
      this.#options.gate.leave();
    }
    this.#attempts.clear();
  }

  #perform(command: RunAttempt): void {
    if (command.batch !== undefined) {
      this.#performBatch({ ...command, batch: command.batch }, command);
      return;
    }
    const rendered = this.#render(command);
    if (rendered === undefined) this.#options.gate.leave();
    else if (!rendered.ok) this.#settle(command, rendered);
    else if (rendered.request === undefined) this.#settle(command, { ok: true, result: null });
    else this.#run(command, rendered.request, rendered);
  }

  #run(command: RunAttempt, request: AttemptRequest, limits: AttemptLimits): void {
    this.#start(command).run((support) => this.#options.executor.execute(request, support), limits);
  }

  #performBatch(batch: RunAttempt & { readonly batch: readonly BatchedItem[] }, command: RunAttempt): void {
    const { execution, program, secrets, clock, executor } = this.#options;
    let rendered: RenderedBatch;
    try {
      rendered = renderBatch(program, batch, { execution, secrets, atMs: clock.nowMs() });
    } catch (error) {
      this.#options.gate.leave();
      this.#options.onBug(error);
      return;
    }
    const { request, limits, failures } = rendered;
    if (request === undefined) this.#settle(command, outcomeOfBatch(batch.batch, failures, []));
    else
      this.#start(command).run(
        (support) => callForBatch(executor, { request, failures, items: batch.batch }, support),
        limits,
      );
  }

  #render(command: RunAttempt): Rendered | undefined {
    const { execution, program, secrets, clock } = this.#options;
    try {
      return renderAttempt(program, command, { execution, secrets, atMs: clock.nowMs() });
    } catch (error) {
      this.#options.onBug(error);
      return undefined;
    }
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

function canceledOutcome(message: string): AttemptOutcome {
  return { ok: false, failure: { kind: 'canceled', message, retryable: false } };
}
