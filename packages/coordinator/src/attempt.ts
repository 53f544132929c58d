import type { Clock } from './clock.ts';
import type { TaskFailure } from './core/failure.ts';
import type { AttemptLimits } from './core/attempt-limits.ts';
import type { RunAttempt } from './core/command.ts';
import { textOf } from './text-of.ts';
import type { AttemptOutcome, AttemptSupport, LogLevel } from './task-executor.ts';

export interface AttemptOptions {
  readonly command: RunAttempt;
  readonly clock: Clock;
  readonly onLog: LogAttempt;
  /** Called exactly once, unless the attempt is abandoned. */
  onOutcome(outcome: AttemptOutcome): void;
}

export type LogAttempt = (
  command: RunAttempt,
  entry: { readonly level: LogLevel; readonly message: string; readonly fields?: Readonly<Record<string, unknown>> },
) => void;

/**
 * One attempt in flight.
 *
 * Invariants:
 * 1. The first of outcome, time-out and abort settles it; whatever comes later is ignored, so that an action that does not
 *    heed its signal cannot hold up a cancellation.
 * 2. The abort controller exists only if somebody asked for the signal: most actions of a long list never do.
 */
export class Attempt implements AttemptSupport {
  readonly #options: AttemptOptions;
  #controller: AbortController | undefined;
  #abortReason: Error | undefined;
  #stopTimer: (() => void) | undefined;
  #stopWatching: (() => void) | undefined;
  #lastSignMs = 0;
  #settled = false;

  constructor(options: AttemptOptions) {
    this.#options = options;
  }

  get visit(): number {
    return this.#options.command.visit;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#abortReason !== undefined) this.#controller.abort(this.#abortReason);
    return this.#controller.signal;
  }

  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#options.onLog(this.#options.command, { level, message, ...(fields === undefined ? {} : { fields }) });
  }

  /** `perform` answers, or promises, what the attempt comes to; a rejection is a failure. */
  run(perform: (support: AttemptSupport) => unknown, { timeoutMs, heartbeatMs }: AttemptLimits): void {
    if (heartbeatMs !== undefined) this.#watch(heartbeatMs);
    if (timeoutMs !== undefined) {
      this.#stopTimer = this.#options.clock.schedule(timeoutMs, () => this.#timeOut(timeoutMs));
    }
    try {
      const answer: unknown = perform(this);
      if (!isThenable(answer)) this.#settle(outcomeFrom(answer));
      else
        answer.then(
          (value) => this.#settle(outcomeFrom(value)),
          (error) => this.#settle(rejected(error)),
        );
    } catch (error) {
      this.#settle(rejected(error));
    }
  }

  /** Ends the attempt now with a failure of kind `canceled`. */
  cancel(message: string): void {
    this.#stop(new DOMException(message, 'AbortError'), { kind: 'canceled', message, retryable: false });
  }

  /** Tells the action to stop and reports nothing: the work is left for whoever recovers the execution. */
  abandon(message: string): void {
    this.#settled = true;
    this.#stopTimer?.();
    this.#stopWatching?.();
    this.#abort(new DOMException(message, 'AbortError'));
  }

  heartbeat(): void {
    this.#lastSignMs = this.#options.clock.nowMs();
  }

  /** One timer for any number of signs of life: when it fires, it looks when the last one was. */
  #watch(heartbeatMs: number): void {
    const { clock } = this.#options;
    this.heartbeat();
    const look = (): void => {
      const silentMs = clock.nowMs() - this.#lastSignMs;
      if (silentMs >= heartbeatMs) this.#miss(heartbeatMs);
      else this.#stopWatching = clock.schedule(heartbeatMs - silentMs, look);
    };
    this.#stopWatching = clock.schedule(heartbeatMs, look);
  }

  #miss(heartbeatMs: number): void {
    const message = `no sign of life within ${heartbeatMs} ms`;
    const failure: TaskFailure = { kind: 'timeout', code: 'HEARTBEAT_MISSED', message, retryable: true };
    this.#stop(new DOMException(message, 'TimeoutError'), failure);
  }

  #timeOut(timeoutMs: number): void {
    const message = `no answer within ${timeoutMs} ms`;
    this.#stop(new DOMException(message, 'TimeoutError'), { kind: 'timeout', message, retryable: true });
  }

  #stop(reason: Error, failure: TaskFailure): void {
    if (this.#settled) return;
    this.#abort(reason);
    this.#settle({ ok: false, failure });
  }

  #abort(reason: Error): void {
    this.#abortReason = reason;
    this.#controller?.abort(reason);
  }

  #settle(outcome: AttemptOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#stopTimer?.();
    this.#stopWatching?.();
    this.#options.onOutcome(outcome);
  }
}

interface Thenable {
  then(onResolved: (value: unknown) => void, onRejected: (error: unknown) => void): void;
}

function isThenable(value: unknown): value is Thenable {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** An executor that answers something else must not leave the attempt without an outcome. */
function outcomeFrom(answer: unknown): AttemptOutcome {
  const isOutcome = typeof answer === 'object' && answer !== null && 'ok' in answer;
  return isOutcome ? (answer as AttemptOutcome) : rejected(new TypeError('expected an outcome from the executor'));
}

function rejected(error: unknown): AttemptOutcome {
  return { ok: false, failure: { kind: 'application', message: textOf(error), retryable: true } };
}
