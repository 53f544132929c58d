import { isExpressionText } from '@weftline/expression';
import {
  COLLECT_MODES,
  FAILURE_MODES,
  type ExpressionText,
  type ItemsDefinition,
  type ReduceDefinition,
} from '../definition.ts';
import { DEFAULT_CONCURRENCY } from '../language.ts';
import { parsePercentage } from '../percentage.ts';
import { textOf, valueOf } from '../source/source-node.ts';
import { defined, isMapField, readFields, required, wrongType, type Field } from './field.ts';
import { readChoice, readNumber, readQuantity, readText } from './read-scalar.ts';

/** Reads `with`: a map, or only the list. */
export function readItems(field: Field | undefined): ItemsDefinition | undefined {
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
    ...defined('tolerate', readTolerance(fields.get('tolerate'))),
    ...defined('onFailure', readChoice(fields.get('on_failure'), FAILURE_MODES)),
    ...defined('continueWhen', readText(fields.get('continue_when'), 'an expression')),
    ...defined('failWhen', readText(fields.get('fail_when'), 'an expression')),
    ...defined('collect', readChoice(fields.get('collect'), COLLECT_MODES)),
    ...defined('reduce', readReduce(fields.get('reduce'))),
  };
}

/** An empty list in place of what is none, so that the task still counts as one over a list. */
function readList(field: Field, expected: string): unknown {
  const { node } = field;
  return node.kind === 'list' || textOf(node) !== undefined ? valueOf(node) : (wrongType(field, expected) ?? []);
}

function readTolerance(field: Field | undefined): number | ExpressionText | undefined {
  if (field === undefined) return undefined;
  const text = textOf(field.node);
  if (text === undefined) return readNumber(field);
  const share = parsePercentage(text);
  if (share !== undefined) return `${share}%`;
  return isExpressionText(text)
    ? text
    : wrongType(field, 'a number of items, a share from 0% to 100%, or an expression');
}

function readReduce(field: Field | undefined): ReduceDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field)) return wrongType(field, 'a map with "value", and with "initial" where it is not null');
  const fields = readFields(field, 'reduce');
  const initial = fields.get('initial');
  const value = readText(required(field, fields, 'value'), 'an expression');
  return value === undefined ? undefined : { initial: initial === undefined ? null : valueOf(initial.node), value };
}
