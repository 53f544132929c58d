import type { AttemptRequest } from './core/attempt-request.ts';
import type { TaskFailure } from './core/failure.ts';

export interface AttemptSupport {
  /** Aborted on time-out and on cancellation; `signal.reason` tells which. */
  readonly signal: AbortSignal;
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type AttemptOutcome =
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly failure: TaskFailure };

/**
 * Performs attempts. Failure of the work is an outcome; a rejection is treated as one too and never escapes.
 * Results and details are plain JSON that nobody changes any more: the journal keeps their text, and the state the values. A result
 * whose text cannot be kept is a failure of the attempt.
 */
export interface TaskExecutor {
  /** Whether the action exists; asked for every action of a definition before an execution starts. */
  knows(action: string): boolean;
  /** The nearest action that exists, for messages. */
  suggest(action: string): string | undefined;
  execute(request: AttemptRequest, support: AttemptSupport): AttemptOutcome | Promise<AttemptOutcome>;
}
