import type { ItemsDefinition, RetryDefinition, TaskDefinition } from '../../definition.ts';
import { BACKOFFS } from '../../language.ts';
import type { Path } from '../../path.ts';
import {
  defined,
  isMapField,
  isNull,
  itemsOf,
  report,
  required,
  wrongType,
  type Field,
  type Fields,
} from '../../read/field.ts';
import { readActionInput } from '../../read/read-action-input.ts';
import { readChoice, readDuration, readNumber, readQuantity, readText } from '../../read/read-scalar.ts';
import { entryOf } from '../../source/source-node.ts';
import type { Origins } from '../origins.ts';
import { readKeys } from '../read-keys.ts';
import { readFollowing } from './read-following.ts';
import { innerTaskKeys, parallelKeys, retryKeys, taskKeys } from './vocabulary.ts';

interface Surroundings {
  readonly origins: Origins;
  /** Whether the workflow has parameters that a task without `input` could be given. */
  readonly hasParameters: boolean;
}

const batchSizeMax = 1_000;

/** Reads one task. What is wrong with it is left out, so that the rest can be looked at as well. */
export function readAttuneTask(name: string, field: Field, surroundings: Surroundings): TaskDefinition {
  const fields = readKeys(field, taskKeys);
  const next = readFollowing(fields, { path: ['tasks', name, 'next'], origins: surroundings.origins });
  return { ...readWork(name, field, { ...surroundings, fields }), next };
}

export function readInnerTask(name: string, field: Field, surroundings: Surroundings): TaskDefinition {
  return readWork(name, field, { ...surroundings, fields: readKeys(field, innerTaskKeys) });
}

export interface ParallelTask {
  /** Without what is inside. */
  readonly task: TaskDefinition;
  readonly inner: readonly Field[];
}

export function readParallelTask(name: string, field: Field, { origins }: Surroundings): ParallelTask {
  const fields = readKeys(field, parallelKeys);
  const tasks = required(field, fields, 'tasks');
  if (tasks !== undefined && (tasks.node.kind !== 'list' || tasks.node.items.length === 0)) {
    wrongType(tasks, 'a list of at least one task');
  }
  const next = readFollowing(fields, { path: ['tasks', name, 'next'], origins });
  const task: TaskDefinition = {
    name,
    input: {},
    ...defined('delayMs', readDuration(fields.get('delay'))),
    ...defined('join', readNumber(fields.get('join'))),
    next,
  };
  return { task, inner: tasks === undefined ? [] : itemsOf(tasks) };
}

/** Everything but what follows the task. */
function readWork(
  name: string,
  field: Field,
  { fields, origins, hasParameters }: Surroundings & { readonly fields: Fields },
): TaskDefinition {
  const path: Path = ['tasks', name];
  note(
    { origins, path, fields },
    {
      action: 'action',
      input: 'input',
      when: 'when',
      join: 'join',
      retry: 'retry',
      timeout: 'timeoutMs',
      delay: 'delayMs',
    },
  );
  checkType(fields.get('type'));
  return {
    name,
    ...defined('action', readText(required(field, fields, 'action'), 'the name of an action')),
    input: readInput(fields.get('input'), hasParameters),
    ...defined('when', readText(fields.get('when'), 'an expression')),
    ...defined('with', readItems(field, fields, { path: [...path, 'with'], origins })),
    ...defined('retry', readRetry(fields.get('retry'), [...path, 'retry'], origins)),
    ...defined('timeoutMs', readDuration(fields.get('timeout'))),
    ...defined('delayMs', readDuration(fields.get('delay'))),
    ...defined('join', readNumber(fields.get('join'))),
    next: [],
  };
}

function note(
  { origins, path, fields }: { readonly origins: Origins; readonly path: Path; readonly fields: Fields },
  parts: Readonly<Record<string, string>>,
): void {
  for (const [key, part] of Object.entries(parts)) {
    const member = fields.get(key);
    if (member !== undefined) origins.note([...path, part], member);
  }
}

function checkType(field: Field | undefined): void {
  const type = readText(field, 'action or parallel');
  if (field === undefined || type === undefined || type === 'action') return;
  if (type === 'workflow') report(field, 'UNSUPPORTED_KEY', '"type: workflow" is not supported: a task runs an action');
  else readChoice(field, ['action', 'parallel']);
}

/** A task that is given nothing is given all parameters of the workflow. */
function readInput(field: Field | undefined, hasParameters: boolean): unknown {
  const isEmpty = field === undefined || isNull(field) || (isMapField(field) && field.node.entries.size === 0);
  return isEmpty && hasParameters ? '{{ parameters }}' : readActionInput(field);
}

function readItems(
  task: Field,
  fields: Fields,
  { path, origins }: { readonly path: Path; readonly origins: Origins },
): ItemsDefinition | undefined {
  const list = fields.get('with_items');
  const concurrency = fields.get('concurrency');
  const batch = fields.get('batch_size');
  note({ origins, path, fields }, { with_items: 'items', concurrency: 'concurrency' });
  if (list === undefined) {
    // Of what is not supported there is an issue already.
    if (entryOf(task.node, 'iterate_cache') !== undefined) return undefined;
    for (const alone of [concurrency, batch]) {
      if (alone !== undefined) report(alone, 'MISSING_KEY', 'expected the key "with_items" beside it');
    }
    return undefined;
  }
  origins.note(path, list);
  const text = readText(list, 'an expression that gives a list');
  return {
    items: text === undefined ? [] : inBatches(text, { list, batch, path, origins }),
    concurrency: readQuantity(concurrency) ?? 1,
  };
}

/** Groups the items into lists, of which each is one item. */
function inBatches(
  text: string,
  {
    list,
    batch,
    path,
    origins,
  }: { readonly list: Field; readonly batch: Field | undefined; readonly path: Path; readonly origins: Origins },
): string {
  const size = readNumber(batch);
  if (batch === undefined || size === undefined) return text;
  if (!Number.isInteger(size) || size < 1 || size > batchSizeMax) {
    report(batch, 'OUT_OF_RANGE', `expected an integer from 1 to ${batchSizeMax}, got ${size}`);
    return text;
  }
  const [, before = '', expression] = /^(\s*\{\{)([^]*)\}\}\s*$/.exec(text) ?? [];
  if (size === 1 || expression === undefined) return text;
  origins.note([...path, 'items'], list, { shift: -1 });
  return `${before}(${expression}) | chunks(${size}) }}`;
}

function readRetry(field: Field | undefined, path: Path, origins: Origins): RetryDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field)) return wrongType(field, 'a map with "count"');
  const fields = readKeys(field, retryKeys);
  note({ origins, path, fields }, { count: 'count', delay: 'delayMs', max_delay: 'maxDelayMs', on_error: 'when' });
  return {
    count: readQuantity(required(field, fields, 'count')) ?? 0,
    delayMs: readDuration(fields.get('delay')) ?? 0,
    backoff: readChoice(fields.get('backoff'), BACKOFFS) ?? 'constant',
    ...defined('maxDelayMs', readDuration(fields.get('max_delay'))),
    jitter: 0,
    ...defined('when', readText(fields.get('on_error'), 'an expression')),
  };
}
