import { characterAt, characterCount, sliceText } from '../characters.ts';
import { identityOf } from '../equality.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { isList } from '../json-value.ts';
import type { JsonList } from '../json-value.ts';
import { limits } from '../limits.ts';
import { compareOrRefuse } from '../ordering.ts';
import {
  anything,
  boolean,
  container,
  integer,
  list,
  listOrText,
  optional,
  path,
  required,
  rest,
} from '../parameter.ts';
import type { Path } from '../path.ts';
import { pluck } from '../pluck.ts';
import type { Run } from '../run.ts';

function memberAt(index: number): FunctionDefinition {
  const read = ([value]: readonly [JsonList | string], run: Run): unknown =>
    typeof value === 'string' ? characterAt(value, index, run) : value.at(index);
  return define([required('value', listOrText)], read, 'constant');
}

export const listFunctions: FunctionTable = tableOf({
  length: define(
    [required('value', container)],
    ([value], run) => {
      if (typeof value === 'string') return characterCount(value, run);
      return isList(value) ? value.length : Object.keys(value).length;
    },
    'constant',
  ),
  first: memberAt(0),
  last: memberAt(-1),
  reverse: define([required('value', listOrText)], ([value], run) => {
    if (typeof value !== 'string') return value.toReversed();
    run.charge(value.length);
    return Array.from(value).reverse().join('');
  }),
  slice: define(
    [required('value', listOrText), required('from', integer), optional('to', integer)],
    ([value, from, to], run) => (typeof value === 'string' ? sliceText(value, [from, to], run) : value.slice(from, to)),
  ),
  sort: define(
    [required('value', list), optional('reverse', boolean), optional('attribute', path)],
    ([value, reverse = false, attribute], run) => sort(value, { reverse, attribute }, run),
  ),
  unique: define([required('value', list), optional('attribute', path)], ([value, attribute], run) => {
    const keys = attribute === undefined ? value : pluck(value, attribute, run);
    const seen = new Set<string>();
    return value.filter((_, index) => seen.size < seen.add(identityOf(keys[index], run)).size);
  }),
  flatten: define([required('value', list), optional('levels', integer)], ([value, levels = Infinity], run) =>
    flatten(value, levels, run),
  ),
  zip: define([rest('lists', list)], ([lists], run) => {
    const length = lists.length === 0 ? 0 : Math.min(...lists.map((each) => each.length));
    run.charge(length * (lists.length + 1));
    const zipped: unknown[][] = [];
    for (let index = 0; index < length; index += 1) zipped.push(lists.map((each) => each[index]));
    return zipped;
  }),
  range: define(
    [required('start', integer), optional('stop', integer), optional('step', integer)],
    ([start, stop, step = 1], run) =>
      stop === undefined ? range(0, { stop: start, step }, run) : range(start, { stop, step }, run),
  ),
  batch: define(
    [required('value', list), required('size', integer), optional('fill', anything)],
    ([value, size, fill], run) => {
      if (size < 1) throw run.typeError('`batch` expects a size of at least 1.');
      run.charge(Math.ceil(value.length / size) + (fill === undefined ? 0 : size));
      return batch(value, size, fill);
    },
  ),
});

interface SortOrder {
  readonly reverse: boolean;
  readonly attribute: Path | undefined;
}

/** Equal elements keep their order, in reverse too. */
function sort(values: JsonList, { reverse, attribute }: SortOrder, run: Run): unknown[] {
  const keys = attribute === undefined ? values : pluck(values, attribute, run);
  const order = Array.from(values, (_, index) => index);
  const sign = reverse ? -1 : 1;
  order.sort((left, right) => sign * compareOrRefuse(keys[left], keys[right], run));
  return order.map((index) => values[index]);
}

/** Replaces inner lists by their elements; the bound on depth keeps the recursion small. */
function flatten(values: JsonList, levels: number, run: Run): unknown[] {
  const flat: unknown[] = [];
  const visit = (elements: JsonList, depth: number): void => {
    run.checkDepth(depth);
    run.charge(elements.length);
    for (const element of elements) {
      if (isList(element) && depth <= levels) visit(element, depth + 1);
      else flat.push(element);
    }
  };
  visit(values, 1);
  return flat;
}

function range(start: number, { stop, step }: { stop: number; step: number }, run: Run): number[] {
  if (step === 0) throw run.typeError('`range` expects a step other than 0.');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > limits.rangeLengthMax) throw run.limitError(`\`range\` makes at most ${limits.rangeLengthMax} numbers.`);
  run.charge(length);
  const numbers: number[] = [];
  for (let index = 0; index < length; index += 1) numbers.push(start + index * step);
  return numbers;
}

function batch(values: JsonList, size: number, fill: unknown): unknown[][] {
  const batches: unknown[][] = [];
  for (let start = 0; start < values.length; start += size) batches.push(values.slice(start, start + size));
  const last = batches.at(-1);
  while (fill !== undefined && last !== undefined && last.length < size) last.push(fill);
  return batches;
}
