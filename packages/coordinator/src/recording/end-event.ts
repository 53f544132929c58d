import type { ExecutionFinished } from '../core/event.ts';
import type { ExecutionOutcome } from '../core/state.ts';

/** The end as an event of its own. */
export function endEvent({ status, output, errors, finishedAtMs }: ExecutionOutcome): ExecutionFinished {
  return { type: 'execution-finished', atMs: finishedAtMs, status, output, errors };
}
