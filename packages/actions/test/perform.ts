import type { AttemptOutcome, AttemptRequest, LogLevel, TaskFailure } from '@weftline/coordinator';
import { createActionExecutor } from '../src/action-executor.ts';
import type { Action } from '../src/action.ts';
import { builtinActions } from '../src/builtin-actions.ts';

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
}

export interface PerformOptions {
  readonly signal?: AbortSignal;
  readonly actions?: Readonly<Record<string, Action>>;
  readonly request?: Partial<AttemptRequest>;
  readonly lines?: LogLine[];
}

export const request: AttemptRequest = {
  execution: 'x1',
  task: 'work',
  action: 'core.noop',
  input: {},
  attempt: 1,
  idempotencyKey: 'x1:work:1',
};

/** One attempt, performed as a coordinator would have it performed. */
export function perform(
  action: string,
  input: unknown,
  options: PerformOptions = {},
): AttemptOutcome | Promise<AttemptOutcome> {
  const executor = createActionExecutor(options.actions ?? builtinActions);
  return executor.execute(
    { ...request, action, input, ...options.request },
    {
      signal: options.signal ?? new AbortController().signal,
      log: (level, message, fields) => void options.lines?.push({ level, message, fields }),
    },
  );
}

export async function resultOf(action: string, input: unknown, options?: PerformOptions): Promise<unknown> {
  const outcome = await perform(action, input, options);
  if (outcome.ok) return outcome.result;
  throw new Error(`expected a result, got the failure ${JSON.stringify(outcome.failure)}`);
}

export async function failureOf(action: string, input: unknown, options?: PerformOptions): Promise<TaskFailure> {
  const outcome = await perform(action, input, options);
  if (!outcome.ok) return outcome.failure;
  throw new Error(`expected a failure, got the result ${JSON.stringify(outcome.result)}`);
}
