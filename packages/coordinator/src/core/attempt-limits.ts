import type { Scope } from '@weftline/expression';
import type { CompiledTask } from './program.ts';
import { measureDuration, type Measured } from './quantity.ts';

/** What an attempt may take; undefined where it may take any time. */
export interface AttemptLimits {
  /** To its answer. */
  readonly timeoutMs: number | undefined;
  /** From one sign of life to the next. */
  readonly heartbeatMs: number | undefined;
}

export function measureLimits(task: CompiledTask, scope: Scope): Measured<AttemptLimits> {
  const { timeout, heartbeat, name } = task;
  const timeoutMs = timeout === undefined ? none : measureDuration(timeout, scope, `timeout of task "${name}"`);
  if (!timeoutMs.ok) return timeoutMs;
  const heartbeatMs = heartbeat === undefined ? none : measureDuration(heartbeat, scope, `heartbeat of task "${name}"`);
  if (!heartbeatMs.ok) return heartbeatMs;
  return { ok: true, value: { timeoutMs: timeoutMs.value, heartbeatMs: heartbeatMs.value } };
}

const none = { ok: true, value: undefined } as const;
