import type { LogAttempt } from './attempt.ts';
import type { RunnerEnvironment } from './runner-environment.ts';

/** Where the attempts of one execution log. */
export function logOfAttempts(env: Pick<RunnerEnvironment, 'onLog'>, execution: string): LogAttempt {
  return ({ task, index }, { level, message, fields }) =>
    env.onLog(level, message, {
      execution,
      task,
      ...(index === undefined ? {} : { item: index }),
      ...(fields === undefined ? {} : { fields }),
    });
}
