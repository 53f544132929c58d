import type { TaskDefinition } from '../definition.ts';

/** Where a template stands, and so what it may read. */
export interface TemplatePlace {
  /** As messages name it: `"vars"`, `the input of a task`. */
  readonly name: string;
  /** Variables that exist here; absent: all that the workflow ever sets. */
  readonly variables?: ReadonlySet<string>;
  /** Variables that exist here beside those that are known to, because they were just computed. */
  readonly published?: ReadonlySet<string>;
  /** Whether tasks may have finished before. */
  readonly tasks: boolean;
  readonly attempt: boolean;
  /** Whether `item` and `index` have values here if the task runs over a list. */
  readonly items: boolean;
  readonly secrets: boolean;
  /** Whether the outcome of the task can be asked for, as in `failed()`. */
  readonly outcome: boolean;
  /** Further names that have a value here. */
  readonly names?: readonly string[];
  /** The task around it. */
  readonly task?: TaskDefinition;
}

const nowhere = { tasks: false, attempt: false, items: false, secrets: false, outcome: false };

export function placeOfVariable(before: ReadonlySet<string>): TemplatePlace {
  return { ...nowhere, name: '"vars"', variables: before };
}

export const outputPlace: TemplatePlace = { ...nowhere, name: '"output"', tasks: true };

export function placeOfDefault(before: ReadonlySet<string>): TemplatePlace {
  return { ...nowhere, name: 'the default of an input', variables: before };
}

/** What `reduce.value` sees beside the item. */
const reduceNames = ['acc', 'result'];

export type TaskField =
  'input' | 'when' | 'with' | 'with.from' | 'timeout' | 'delay' | 'retry' | 'retry.when' | 'next' | ItemField;

/** Parts of `with` that are evaluated for an item. */
type ItemField = 'with.continue_when' | 'with.fail_when' | 'with.reduce';

export function placeInTask(task: TaskDefinition, field: TaskField): TemplatePlace {
  return {
    name: `"${field}" of a task`,
    tasks: true,
    attempt: field !== 'with.reduce',
    items:
      field === 'input' ||
      field === 'timeout' ||
      (field.startsWith('retry') && task.retry?.scope !== 'task') ||
      (field.startsWith('with.') && field !== 'with.from'),
    secrets: field === 'input' || field === 'with.from',
    outcome: field === 'next' || field === 'retry.when' || field.endsWith('_when'),
    ...(field === 'with.reduce' ? { names: reduceNames } : {}),
    task,
  };
}
