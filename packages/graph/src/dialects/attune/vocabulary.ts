import { DECLARATION_KEYWORDS } from '../../language.ts';
import type { Vocabulary } from '../read-keys.ts';

/** How the builder draws a workflow; it means nothing to whoever runs it. */
const drawing = '__chart_meta__';
const transitionKeys = ['next', 'on_success', 'on_failure', 'on_complete', 'on_timeout', 'decision', 'publish'];
const placement = 'where actions run is a matter of the executor, not of the workflow';

export const workflowKeys: Vocabulary = {
  title: 'a workflow of Attune',
  keys: [
    ...['ref', 'label', 'description', 'version', 'tags', 'parameters', 'output', 'vars', 'tasks', 'output_map'],
    ...['cancellation_policy', drawing],
  ],
};

export const parameterKeys: Vocabulary = { title: 'a parameter', keys: [...DECLARATION_KEYWORDS, 'label'] };

const elsewhere: Readonly<Record<string, string>> = {
  iterate_cache:
    'there are no data caches; let an action read the records, and iterate over its result with "with_items"',
  wait_for: 'a task waits for the tasks before it alone',
  permission_set_refs: 'actions have no permissions of their own',
  worker_selector: placement,
  worker_tolerations: placement,
  worker_affinity: placement,
  trace_tag_template: 'executions are found by their labels',
};

export const taskKeys: Vocabulary = {
  title: 'a task of Attune',
  keys: [
    ...['name', 'type', 'action', 'input', 'when', 'with_items', 'batch_size', 'concurrency', 'join', 'retry'],
    ...['timeout', 'delay', ...transitionKeys, drawing],
  ],
  unsupported: elsewhere,
};

const amongOthers = 'it belongs to the tasks inside, or to a task before or after them';

export const parallelKeys: Vocabulary = {
  title: 'a task of the type parallel',
  keys: ['name', 'type', 'tasks', 'join', 'delay', ...transitionKeys, drawing],
  unsupported: {
    ...elsewhere,
    ...Object.fromEntries(
      ['action', 'input', 'when', 'with_items', 'batch_size', 'concurrency', 'retry', 'timeout'].map((key) => [
        key,
        amongOthers,
      ]),
    ),
  },
};

const nothingFollows = 'what follows is told by the parallel task around it';

export const innerTaskKeys: Vocabulary = {
  ...taskKeys,
  title: 'a task inside a parallel one',
  keys: taskKeys.keys.filter((key) => key !== 'join' && !transitionKeys.includes(key)),
  unsupported: {
    ...elsewhere,
    tasks: 'parallel tasks cannot be nested',
    ...Object.fromEntries(['join', ...transitionKeys].map((key) => [key, nothingFollows])),
  },
};

export const retryKeys: Vocabulary = {
  title: '"retry"',
  keys: ['count', 'delay', 'backoff', 'max_delay', 'on_error'],
};
export const transitionVocabulary: Vocabulary = { title: 'a transition', keys: ['when', 'publish', 'do', drawing] };
export const decisionKeys: Vocabulary = { title: 'a branch of "decision"', keys: ['when', 'next', 'default'] };
