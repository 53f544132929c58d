import { isExpressionText } from '@weftline/expression';
import { RETRY_SCOPES, type JoinDefinition, type RetryDefinition, type TaskDefinition } from '../definition.ts';
import { BACKOFFS } from '../language.ts';
import { defined, isMapField, readFields, required, wrongType, type Field } from './field.ts';
import { readActionInput } from './read-action-input.ts';
import { readItems } from './read-items.ts';
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
    input: readActionInput(fields.get('input')),
    ...defined('when', readText(fields.get('when'), 'an expression')),
    ...defined('with', readItems(fields.get('with'))),
    ...defined('retry', readRetry(fields.get('retry'))),
    ...defined('timeoutMs', readDuration(fields.get('timeout'))),
    ...defined('heartbeatMs', readDuration(fields.get('heartbeat'))),
    ...defined('delayMs', readDuration(fields.get('delay'))),
    ...defined('join', readJoin(fields.get('join'))),
    next: readTransitions(fields.get('next')),
  };
}

function readRetry(field: Field | undefined): RetryDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field)) {
    const { node } = field;
    const isCount =
      node.kind === 'scalar' &&
      (typeof node.value === 'number' || isExpressionText(String(node.value), field.language));
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
    ...defined('scope', readChoice(fields.get('scope'), RETRY_SCOPES)),
    ...defined('when', readText(fields.get('when'), 'an expression')),
  };
}

function readJoin(field: Field | undefined): JoinDefinition | undefined {
  if (field === undefined) return undefined;
  const { node } = field;
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (value === 'all' || value === 'any' || typeof value === 'number') return value;
  return wrongType(field, 'all, any or a number of tasks');
}
