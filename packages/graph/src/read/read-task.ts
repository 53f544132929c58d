import { isExpressionText } from '@weftline/expression';
import { quote } from '../describe-value.ts';
import type { ItemsDefinition, JoinDefinition, RetryDefinition, TaskDefinition } from '../definition.ts';
import { BACKOFFS, DEFAULT_CONCURRENCY } from '../language.ts';
import { textOf, valueOf } from '../source/source-node.ts';
import { defined, isMapField, isNull, readFields, report, wrongType, type Field, type Fields } from './field.ts';
import { readChoice, readDuration, readNumber, readQuantity, readText } from './read-scalar.ts';
import { readTransitions } from './read-transitions.ts';

/** Reads one task. What is wrong with it is left out, so that the rest can be looked at as well. */
export function readTask(name: string, field: Field): TaskDefinition {
  if (!isMapField(field)) {
    wrongType(field, 'a map that describes a task; {} is a task that does nothing');
    return { name, input: {}, next: [] };
  }
  const fields = readFields(field, 'task');
  return {
    name,
    ...defined('action', readText(fields.get('action'), 'the name of an action')),
    input: readTaskInput(fields.get('input')),
    ...defined('with', readItems(fields.get('with'))),
    ...defined('retry', readRetry(fields.get('retry'))),
    ...defined('timeoutMs', readDuration(fields.get('timeout'))),
    ...defined('delayMs', readDuration(fields.get('delay'))),
    ...defined('join', readJoin(fields.get('join'))),
    next: readTransitions(fields.get('next')),
  };
}

function readTaskInput(field: Field | undefined): unknown {
  if (field === undefined || isNull(field)) return {};
  const text = textOf(field.node);
  if (isMapField(field) || (text !== undefined && isExpressionText(text))) return valueOf(field.node);
  wrongType(field, 'a map of parameters, or an expression that gives one');
  return {};
}

function readItems(field: Field | undefined): ItemsDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field)) {
    const items = readList(field, 'a list, an expression that gives one, or a map with "items"');
    return { items, concurrency: DEFAULT_CONCURRENCY };
  }
  const fields = readFields(field, 'with');
  const list = required(field, fields, 'items');
  return {
    items: list === undefined ? [] : readList(list, 'a list or an expression that gives one'),
    ...defined('as', readText(fields.get('as'), 'a name for the item')),
    concurrency: readQuantity(fields.get('concurrency')) ?? DEFAULT_CONCURRENCY,
  };
}

/** An empty list in place of what is none, so that the task still counts as one over a list. */
function readList(field: Field, expected: string): unknown {
  const { node } = field;
  return node.kind === 'list' || textOf(node) !== undefined ? valueOf(node) : (wrongType(field, expected) ?? []);
}

function readRetry(field: Field | undefined): RetryDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field)) {
    const { node } = field;
    const isCount = node.kind === 'scalar' && (typeof node.value === 'number' || isExpressionText(String(node.value)));
    const count = isCount ? readQuantity(field) : wrongType(field, 'a number of retries, or a map with "count"');
    return count === undefined ? undefined : { count, delayMs: 0, backoff: 'constant', jitter: 0 };
  }
  const fields = readFields(field, 'retry');
  return {
    count: readQuantity(required(field, fields, 'count')) ?? 0,
    delayMs: readDuration(fields.get('delay')) ?? 0,
    backoff: readChoice(fields.get('backoff'), BACKOFFS) ?? 'constant',
    ...defined('maxDelayMs', readDuration(fields.get('max_delay'))),
    jitter: readNumber(fields.get('jitter')) ?? 0,
    ...defined('when', readText(fields.get('when'), 'an expression')),
  };
}

function required(field: Field, fields: Fields, key: string): Field | undefined {
  const member = fields.get(key);
  if (member === undefined) report(field, 'MISSING_KEY', `expected the key ${quote(key)}`);
  return member;
}

function readJoin(field: Field | undefined): JoinDefinition | undefined {
  if (field === undefined) return undefined;
  const { node } = field;
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (value === 'all' || value === 'any' || typeof value === 'number') return value;
  return wrongType(field, 'all, any or a number of tasks');
}
