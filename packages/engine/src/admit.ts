import type { TaskExecutor } from '@weftline/coordinator';
import type { WorkflowDefinition } from '@weftline/graph';
import { EngineError } from './errors.ts';

/** Throws ACTION_UNKNOWN, naming every task whose action is missing here. */
export function admitActions(definition: WorkflowDefinition, executor: TaskExecutor): void {
  const issues = Object.values(definition.tasks).flatMap(({ name, action, with: items }) => [
    ...missing(executor, action, `tasks.${name}.action`),
    ...missing(executor, items?.from?.action, `tasks.${name}.with.from.action`),
  ]);
  if (issues.length === 0) return;
  const message = issues.map(({ path, message: text }) => `${path}: ${text}`).join('\n');
  throw new EngineError(message, { code: 'ACTION_UNKNOWN', issues });
}

function missing(executor: TaskExecutor, action: string | undefined, path: string): readonly Missing[] {
  if (action === undefined || executor.knows(action)) return [];
  const suggestion = executor.suggest(action);
  const hint = suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
  return [{ path, message: `unknown action "${action}"${hint}` }];
}

interface Missing {
  readonly path: string;
  readonly message: string;
}
