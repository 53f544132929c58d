import type { ItemsDefinition, JoinDefinition, RetryDefinition, TaskDefinition } from '../../definition.ts';
import { defined, isMapField, required, wrongType, type Field, type Fields } from '../../read/field.ts';
import { readActionInput } from '../../read/read-action-input.ts';
import { readNamedList } from '../../read/read-items.ts';
import { readDuration, readQuantity, readText } from '../../read/read-scalar.ts';
import type { Path } from '../../path.ts';
import { textOf } from '../../source/source-node.ts';
import type { Origins } from '../origins.ts';
import { readKeys, type Vocabulary } from '../read-keys.ts';
import { readInlineParameters } from './inline-parameters.ts';
import { readCondition } from './read-condition.ts';
import { readNext } from './read-next.ts';

const task: Vocabulary = {
  title: 'a task of Orquesta',
  keys: ['action', 'input', 'with', 'join', 'delay', 'retry', 'next'],
};
const items: Vocabulary = { title: '"with"', keys: ['items', 'concurrency'] };
const retry: Vocabulary = { title: '"retry"', keys: ['count', 'delay', 'when'] };

/** Without a limit all items run at once there. Here at most so many do, so that a list never holds more inputs than that. */
const ALL_AT_ONCE = 1_000;

/** Reads one task. What is wrong with it is left out, so that the rest can be looked at as well. */
export function readOrquestaTask(name: string, field: Field, origins: Origins): TaskDefinition {
  if (!isMapField(field)) {
    wrongType(field, 'a map that describes a task; {} is a task that does nothing');
    return { name, input: {}, next: [] };
  }
  const fields = readKeys(field, task);
  const path: Path = ['tasks', name];
  for (const [key, part] of [
    ['delay', 'delayMs'],
    ['join', 'join'],
    ['retry', 'retry'],
    ['with', 'with'],
    ['next', 'next'],
  ] as const) {
    const member = fields.get(key);
    if (member !== undefined) origins.note([...path, part], member);
  }
  return {
    name,
    ...readAction(path, fields, origins),
    ...defined('with', readItems(fields.get('with'), [...path, 'with'], origins)),
    ...defined('retry', readRetry(fields.get('retry'), [...path, 'retry'], origins)),
    ...defined('delayMs', readDuration(fields.get('delay'))),
    ...defined('join', readJoin(fields.get('join'))),
    next: readNext(fields.get('next'), [...path, 'next'], origins),
  };
}

/** The name of the action, which may have parameters behind it; these are instead of `input`. */
function readAction(path: Path, fields: Fields, origins: Origins): Pick<TaskDefinition, 'action' | 'input'> {
  const field = fields.get('action');
  const input = fields.get('input');
  const text = readText(field, 'the name of an action');
  if (field !== undefined) origins.note([...path, 'action'], field);
  if (input !== undefined) origins.note([...path, 'input'], input);
  const end = text === undefined ? -1 : endOfName(text);
  if (field === undefined || text === undefined || end === text.length) {
    return { ...defined('action', text?.trim()), input: readActionInput(input) };
  }
  if (input !== undefined) {
    field.issues.add(
      'CONFLICTING_KEYS',
      { path: input.path, range: input.node },
      'the parameters stand behind the name of the action already',
    );
  }
  const parameters = readInlineParameters(field, text, end);
  for (const { name, start } of parameters) origins.note([...path, 'input', name], field, { shift: start });
  return {
    action: text.slice(0, end).trim(),
    input: Object.fromEntries(parameters.map(({ name, value }) => [name, value])),
  };
}

/** A name that is an expression is refused later, as a whole. */
function endOfName(text: string): number {
  if (/^\s*(?:<%|\{\{)/.test(text)) return text.length;
  const blank = text.trimEnd().indexOf(' ', text.length - text.trimStart().length);
  return blank === -1 ? text.length : blank;
}

function readItems(field: Field | undefined, path: Path, origins: Origins): ItemsDefinition | undefined {
  if (field === undefined) return undefined;
  const expected = 'an expression that gives a list, such as "x in <% ctx(list) %>"';
  if (textOf(field.node) !== undefined) {
    origins.note([...path, 'items'], field);
    const { items: list, names } = readNamedList(field, expected);
    return { items: list, ...defined('as', names), concurrency: ALL_AT_ONCE, onFailure: 'stop' };
  }
  if (!isMapField(field)) return wrongType(field, expected);
  const fields = readKeys(field, items);
  const list = required(field, fields, 'items');
  const concurrency = fields.get('concurrency');
  if (list !== undefined) origins.note([...path, 'items'], list);
  if (concurrency !== undefined) origins.note([...path, 'concurrency'], concurrency);
  const read = list === undefined ? undefined : readListText(list, expected);
  return {
    items: read?.items ?? [],
    ...defined('as', read?.names),
    concurrency: atLeastOne(readQuantity(concurrency)),
    onFailure: 'stop',
  };
}

function readListText(field: Field, expected: string): ReturnType<typeof readNamedList> | undefined {
  return textOf(field.node) === undefined ? wrongType(field, expected) : readNamedList(field, expected);
}

/** 0 means one at a time. */
function atLeastOne(concurrency: number | string | undefined): number | string {
  return typeof concurrency === 'number' ? Math.max(1, concurrency) : (concurrency ?? ALL_AT_ONCE);
}

/** The task as a whole is done again, its list too. */
function readRetry(field: Field | undefined, path: Path, origins: Origins): RetryDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field))
    return wrongType(field, 'a map with "count", and with "delay" and "when" where they are needed');
  const fields = readKeys(field, retry);
  for (const [key, part] of [
    ['count', 'count'],
    ['delay', 'delayMs'],
    ['when', 'when'],
  ] as const) {
    const member = fields.get(key);
    if (member !== undefined) origins.note([...path, part], member);
  }
  return {
    count: readQuantity(required(field, fields, 'count')) ?? 0,
    delayMs: readDuration(fields.get('delay')) ?? 0,
    backoff: 'constant',
    jitter: 0,
    scope: 'task',
    ...defined('when', readCondition(fields.get('when'))),
  };
}

function readJoin(field: Field | undefined): JoinDefinition | undefined {
  if (field === undefined) return undefined;
  const value = field.node.kind === 'scalar' ? field.node.value : undefined;
  return value === 'all' || typeof value === 'number' ? value : wrongType(field, 'all or a number of tasks');
}
