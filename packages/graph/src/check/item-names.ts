import type { TaskDefinition } from '../definition.ts';

/** The names that a task gives to its items, or to their parts. */
export function itemNames(task: TaskDefinition | undefined): readonly string[] {
  const as = task?.with?.as;
  return as === undefined ? [] : typeof as === 'string' ? [as] : as;
}
