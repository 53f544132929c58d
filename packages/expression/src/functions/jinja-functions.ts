import { identityOf } from '../equality.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionTable } from '../function-definition.ts';
import { isList, isMap, typeOf } from '../json-value.ts';
import type { JsonList, JsonMap } from '../json-value.ts';
import { compareOrRefuse } from '../ordering.ts';
import { anything, boolean, integer, list, map, optional, path, required, rest, text } from '../parameter.ts';
import type { Path } from '../path.ts';
import { pluck } from '../pluck.ts';
import { pythonTextForm } from '../python-text-form.ts';
import type { Run } from '../run.ts';
import { formatPercent } from './format-text.ts';

const charactersMax = 1_000;

/** Filters of Jinja that mean nothing else natively. */
export const jinjaFilters: FunctionTable = tableOf({
  center: define([required('value', text), optional('width', integer)], ([value, width = 80], run) =>
    center(value, width, run),
  ),
  indent: define(
    [required('value', text), optional('width', integer), optional('first', boolean), optional('blank', boolean)],
    ([value, width = 4, first = false, blank = false], run) =>
      indent(value, { width: boundedWidth(width, run), first, blank }, run),
  ),
  truncate: define(
    [
      required('value', text),
      optional('length', integer),
      optional('killwords', boolean),
      optional('end', text),
      optional('leeway', integer),
    ],
    ([value, length = 255, killWords = false, end = '...', leeway = 5]) =>
      truncate(value, { length, killWords, end, leeway }),
  ),
  wordcount: define([required('value', text)], ([value], run) => {
    run.charge(value.length);
    return value.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0;
  }),
  dictsort: define(
    [required('value', map), optional('case_sensitive', boolean), optional('by', text), optional('reverse', boolean)],
    ([value, caseSensitive = false, by = 'key', reverse = false], run) =>
      dictSort(value, { caseSensitive, by, reverse }, run),
  ),
  safe: define([required('value', anything)], ([value]) => value, 'constant'),
});

/** Filters that mean something else natively. */
export const jinjaNamedFilters: FunctionTable = tableOf({
  string: define([required('value', anything)], ([value], run) => pythonTextForm(value, run)),
  format: define([required('value', text), rest('args', anything)], ([value, args], run) =>
    formatPercent(value, args, run),
  ),
  join: define(
    [required('value', anything), optional('d', text), optional('attribute', path)],
    ([value, separator = '', attribute], run) => join(value, { separator, attribute }, run),
  ),
  groupby: define([required('value', list), required('attribute', path)], ([value, attribute], run) =>
    groupBy(value, attribute, run),
  ),
  slice: define(
    [required('value', list), required('slices', integer), optional('fill_with', anything)],
    ([value, slices, fill], run) => columns(value, { count: slices, fill }, run),
  ),
  sort: define(
    [
      required('value', list),
      optional('reverse', boolean),
      optional('case_sensitive', boolean),
      optional('attribute', path),
    ],
    ([value, reverse = false, caseSensitive = false, attribute], run) =>
      sort(value, { reverse, caseSensitive, attribute }, run),
  ),
  unique: define(
    [required('value', list), optional('case_sensitive', boolean), optional('attribute', path)],
    ([value, caseSensitive = false, attribute], run) => {
      const keys = keysOf(value, { caseSensitive, attribute }, run);
      const seen = new Set<string>();
      return value.filter((_, index) => seen.size < seen.add(identityOf(keys[index], run)).size);
    },
  ),
});

function boundedWidth(width: number, run: Run): number {
  if (width >= 0 && width <= charactersMax) return width;
  throw run.limitError(`A width is from 0 to ${charactersMax} characters.`);
}

function center(value: string, width: number, run: Run): string {
  const space = Math.max(0, boundedWidth(width, run) - value.length);
  // Python puts the odd blank before the text when the width is odd, and behind it otherwise.
  const before = Math.floor(space / 2) + (space % 2 === 1 && width % 2 === 1 ? 1 : 0);
  return `${' '.repeat(before)}${value}${' '.repeat(space - before)}`;
}

interface Indentation {
  readonly width: number;
  /** Whether the first line is indented. */
  readonly first: boolean;
  /** Whether empty lines are indented. */
  readonly blank: boolean;
}

function indent(value: string, { width, first, blank }: Indentation, run: Run): string {
  const margin = ' '.repeat(width);
  const lines = value.split('\n');
  run.charge(lines.length);
  run.checkTextLength(value.length + lines.length * width);
  const keeps = (line: string, index: number): boolean => (index === 0 ? !first : line === '' && !blank);
  return lines.map((line, index) => (keeps(line, index) ? line : margin + line)).join('\n');
}

interface Truncation {
  readonly length: number;
  readonly killWords: boolean;
  readonly end: string;
  readonly leeway: number;
}

function truncate(value: string, { length, killWords, end, leeway }: Truncation): string {
  if (value.length <= length + leeway) return value;
  const kept = Array.from(value.slice(0, Math.max(0, length - end.length)));
  const whole = kept.join('');
  const lastBlank = whole.lastIndexOf(' ');
  return (killWords || lastBlank === -1 ? whole : whole.slice(0, lastBlank)) + end;
}

interface Keys {
  readonly caseSensitive: boolean;
  readonly attribute: Path | undefined;
}

function keysOf(values: JsonList, { caseSensitive, attribute }: Keys, run: Run): JsonList {
  const keys = attribute === undefined ? values : pluck(values, attribute, run);
  return caseSensitive ? keys : keys.map(folded);
}

function folded(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function sort(values: JsonList, { reverse, ...how }: Keys & { readonly reverse: boolean }, run: Run): unknown[] {
  const keys = keysOf(values, how, run);
  const sign = reverse ? -1 : 1;
  const order = Array.from(values, (_, index) => index);
  order.sort((left, right) => sign * compareOrRefuse(keys[left], keys[right], run));
  return order.map((index) => values[index]);
}

interface DictOrder {
  readonly caseSensitive: boolean;
  readonly by: string;
  readonly reverse: boolean;
}

function dictSort(value: JsonMap, { caseSensitive, by, reverse }: DictOrder, run: Run): unknown[] {
  if (by !== 'key' && by !== 'value') throw run.typeError("`dictsort` expects 'key' or 'value' as `by`.");
  const pairs = Object.entries(value);
  run.charge(pairs.length);
  const keys = pairs.map((pair) => pair[by === 'key' ? 0 : 1]);
  const order = sort(
    pairs.map((pair, index) => ({ pair, key: caseSensitive ? keys[index] : folded(keys[index]) })),
    { reverse, caseSensitive: true, attribute: { text: 'key', read: (each) => (each as { key: unknown }).key } },
    run,
  );
  return order.map((each) => (each as { pair: unknown }).pair);
}

/** Pairs of a key and its elements, ordered by the keys. */
function groupBy(values: JsonList, attribute: Path, run: Run): unknown[][] {
  const groups = new Map<string, [unknown, unknown[]]>();
  const keys = pluck(values, attribute, run);
  values.forEach((element, index) => {
    const identity = identityOf(folded(keys[index]), run);
    const group = groups.get(identity) ?? [keys[index], []];
    group[1].push(element);
    groups.set(identity, group);
  });
  const found = [...groups.values()];
  return found.sort(([left], [right]) => compareOrRefuse(folded(left), folded(right), run));
}

/** So many lists of nearly the same length. */
function columns(
  values: JsonList,
  { count, fill }: { readonly count: number; readonly fill: unknown },
  run: Run,
): unknown[][] {
  if (count < 1) throw run.typeError('`slice` expects at least one slice.');
  run.charge(count);
  const size = Math.floor(values.length / count);
  const longer = values.length % count;
  let start = 0;
  return Array.from({ length: count }, (_, index) => {
    const end = start + size + (index < longer ? 1 : 0);
    const column = values.slice(start, end);
    if (fill !== undefined && index >= longer && longer > 0) column.push(fill);
    start = end;
    return column;
  });
}

interface Joining {
  readonly separator: string;
  readonly attribute: Path | undefined;
}

function join(value: unknown, { separator, attribute }: Joining, run: Run): string {
  const values = isMap(value) ? Object.keys(value) : value;
  if (!isList(values)) throw run.typeError(`\`join\` expects a list, got ${typeOf(value)}.`);
  let joined = '';
  const read = attribute === undefined ? values : pluck(values, attribute, run);
  read.forEach((each, index) => {
    joined += (index === 0 ? '' : separator) + pythonTextForm(each, run);
    run.checkTextLength(joined.length);
  });
  return joined;
}
