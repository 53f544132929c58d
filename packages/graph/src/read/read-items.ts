import { isExpressionText } from '@weftline/expression';
import {
  COLLECT_MODES,
  FAILURE_MODES,
  type ExpressionText,
  type ItemsDefinition,
  type ReduceDefinition,
  type SourceDefinition,
} from '../definition.ts';
import { DEFAULT_CONCURRENCY } from '../language.ts';
import { parsePercentage } from '../percentage.ts';
import { textOf, valueOf } from '../source/source-node.ts';
import { defined, isMapField, itemsOf, readFields, report, required, wrongType, type Field } from './field.ts';
import { readActionInput } from './read-action-input.ts';
import { readBatch, readRate } from './read-pace.ts';
import { readChoice, readNumber, readQuantity, readText } from './read-scalar.ts';

/** Reads `with`: a map, or only the list. */
export function readItems(field: Field | undefined): ItemsDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field)) {
    const { items, names } = readNamedList(field, 'a list, an expression that gives one, or a map with "items"');
    return { items, ...defined('as', names), concurrency: DEFAULT_CONCURRENCY };
  }
  const fields = readFields(field, 'with');
  const source = fields.get('from');
  const list = source === undefined ? required(field, fields, 'items') : fields.get('items');
  const { items, names } =
    list === undefined ? noList : readNamedList(list, 'a list, a map, or an expression that gives one');
  const as = fields.get('as');
  if (names !== undefined && as !== undefined) {
    report(as, 'CONFLICTING_KEYS', 'the item has its name from "items" already');
  }
  return {
    ...(list === undefined && source !== undefined ? {} : { items }),
    ...defined('from', readSource(source)),
    ...defined('as', names ?? readNames(as)),
    concurrency: readQuantity(fields.get('concurrency')) ?? DEFAULT_CONCURRENCY,
    ...defined('batch', readBatch(fields.get('batch'))),
    ...defined('rate', readRate(fields.get('rate'))),
    ...defined('tolerate', readTolerance(fields.get('tolerate'))),
    ...defined('onFailure', readChoice(fields.get('on_failure'), FAILURE_MODES)),
    ...defined('continueWhen', readText(fields.get('continue_when'), 'an expression')),
    ...defined('failWhen', readText(fields.get('fail_when'), 'an expression')),
    ...defined('collect', readChoice(fields.get('collect'), COLLECT_MODES)),
    ...defined('reduce', readReduce(fields.get('reduce'))),
  };
}

/** An empty list in place of what is none, so that the task still counts as one over a list. */
const noList = { items: [], names: undefined };

interface NamedList {
  readonly items: unknown;
  readonly names: ItemsDefinition['as'];
}

/** `x in {{ list }}` and `x, y in {{ list }}` name the item, or its parts. What is cut off is replaced by blanks: places stay true. */
export function readNamedList(field: Field, expected: string): NamedList {
  const items = readList(field, expected);
  const match = typeof items === 'string' ? /^\s*([\w-]+(?:\s*,\s*[\w-]+)*)\s+in\s+(?=\{\{|<%)/.exec(items) : null;
  const [whole, list] = match ?? [];
  if (typeof items !== 'string' || whole === undefined || list === undefined) return { items, names: undefined };
  const names = list.split(/\s*,\s*/);
  return { items: ' '.repeat(whole.length) + items.slice(whole.length), names: nameOrNames(names) };
}

function readNames(field: Field | undefined): ItemsDefinition['as'] {
  if (field?.node.kind !== 'list') return readText(field, 'a name for the item, or a list of names for its parts');
  const names = itemsOf(field).map((member) => readText(member, 'a name'));
  if (names.length === 0) return wrongType(field, 'at least one name');
  return nameOrNames(names.filter((name) => name !== undefined));
}

function nameOrNames(names: readonly string[]): string | readonly string[] | undefined {
  const [first, ...others] = names;
  return others.length === 0 ? first : names;
}

function readList(field: Field, expected: string): unknown {
  const { node } = field;
  return node.kind === 'list' || node.kind === 'map' || textOf(node) !== undefined
    ? valueOf(node)
    : (wrongType(field, expected) ?? []);
}

function readSource(field: Field | undefined): SourceDefinition | undefined {
  if (field === undefined) return undefined;
  if (!isMapField(field)) return wrongType(field, 'a map with "action", and with "input" where it takes one');
  const fields = readFields(field, 'from');
  const action = readText(required(field, fields, 'action'), 'the name of an action');
  return action === undefined ? undefined : { action, input: readActionInput(fields.get('input')) };
}

function readTolerance(field: Field | undefined): number | ExpressionText | undefined {
  if (field === undefined) return undefined;
  const text = textOf(field.node);
  if (text === undefined) return readNumber(field);
  const share = parsePercentage(text);
  if (share !== undefined) return `${share}%`;
  return isExpressionText(text, field.language)
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
