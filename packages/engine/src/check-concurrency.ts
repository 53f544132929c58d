import type { WorkflowDefinition } from '@weftline/graph';
import { EngineError } from './errors.ts';

/** Throws TASK_UNKNOWN or ARGUMENT_INVALID where the concurrency of a task cannot be set to that. */
export function checkConcurrency({ tasks }: WorkflowDefinition, task: string, concurrency: number): void {
  if (!Object.hasOwn(tasks, task) || tasks[task]?.with === undefined) {
    const lists = Object.values(tasks).filter((each) => each.with !== undefined);
    const known = lists.map(({ name }) => name).join(', ') || 'there is none';
    throw new EngineError(`expected a task that runs over a list (${known}), got ${JSON.stringify(task)}`, {
      code: 'TASK_UNKNOWN',
    });
  }
  if (Number.isSafeInteger(concurrency) && concurrency >= 1) return;
  throw new EngineError(`expected a concurrency of at least 1, got ${concurrency}`, { code: 'ARGUMENT_INVALID' });
}
