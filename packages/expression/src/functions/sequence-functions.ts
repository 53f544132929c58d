import { lastCharacterIndexOf } from '../characters.ts';
import { indexOfElement } from '../containment.ts';
import { equals } from '../equality.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { isList, isMap, setMember, typeOf } from '../json-value.ts';
import type { JsonList, JsonMap } from '../json-value.ts';
import { limits } from '../limits.ts';
import { compareOrRefuse } from '../ordering.ts';
import { anything, integer, list, listOrText, named, optional, required, rest } from '../parameter.ts';
import type { Run } from '../run.ts';

const limit = define([required('collection', list), required('count', integer)], ([collection, count]) =>
  collection.slice(0, Math.max(0, count)),
);

const elements = [required('collection', list)] as const;
const withDefault = [required('collection', list), optional('default', anything)] as const;

/** What changes lists without a function of their elements, by YAQL's names. Nothing is changed in place. */
export const sequenceFunctions: FunctionTable = tableOf({
  skip: define([required('collection', list), required('count', integer)], ([collection, count]) =>
    collection.slice(Math.max(0, count)),
  ),
  limit,
  take: limit,
  append: define([required('collection', list), rest('args', anything)], ([collection, args]) => [
    ...collection,
    ...args,
  ]),
  concat: define([rest('args', anything)], ([args], run) => concatenated(args, run)),
  enumerate: define([required('collection', list), optional('start', integer)], ([collection, start = 0]) =>
    collection.map((element, index) => [start + index, element]),
  ),
  single: define(elements, ([collection], run) => {
    if (collection.length === 1) return collection[0];
    throw run.typeError(`\`single\` expects a list of one element, got one of ${collection.length}.`);
  }),
  zipLongest: define([rest('lists', list), named('default', anything)], ([lists, pad = null], run) =>
    zipLongest(lists, pad, run),
  ),
  splitAt: define([required('collection', list), required('index', integer)], ([collection, index]) => [
    collection.slice(0, index),
    collection.slice(index),
  ]),
  defaultIfEmpty: define([required('collection', list), required('default', list)], ([collection, otherwise]) =>
    collection.length === 0 ? otherwise : collection,
  ),
  lastIndexOf: define([required('value', listOrText), required('part', anything)], ([value, part], run) => {
    if (typeof value !== 'string') return value.findLastIndex((element) => equals(element, part, run));
    if (typeof part === 'string') return lastCharacterIndexOf(value, part, run);
    throw run.typeError('`lastIndexOf` expects a string to look for in a string.');
  }),
  repeat: define([required('value', anything), required('times', integer)], ([value, times], run) => {
    if (times < 0 || times > limits.rangeLengthMax) {
      throw run.limitError(`\`repeat\` makes from 0 to ${limits.rangeLengthMax} elements.`);
    }
    run.charge(times);
    return Array.from({ length: times }, () => value);
  }),
  insert: define(
    [required('collection', list), required('position', integer), required('value', anything)],
    ([collection, position, value]) => spliced(collection, [position, 0], [value]),
  ),
  insertMany: define(
    [required('collection', list), required('position', integer), required('values', list)],
    ([collection, position, values]) => spliced(collection, [position, 0], values),
  ),
  replaceMany: define(
    [required('collection', list), required('position', integer), required('values', list), optional('count', integer)],
    ([collection, position, values, count = 1]) => spliced(collection, [position, count], values),
  ),
  delete: define([required('collection', anything), rest('keys', anything)], ([collection, keys], run) =>
    deleted(collection, keys, run),
  ),
  deleteAll: define([required('collection', anything), required('keys', list)], ([collection, keys], run) => {
    if (isMap(collection)) return deleted(collection, keys, run);
    if (isList(collection)) return collection.filter((element) => indexOfElement(keys, element, run) === -1);
    throw run.typeError(`\`deleteAll\` expects a map or a list, got ${typeOf(collection)}.`);
  }),
  mergeWith: define([required('map', anything), required('other', anything)], ([map, other], run) => {
    if (isMap(map) && isMap(other)) return mergedDeep(map, other, { run, depth: 1 });
    throw run.typeError(`\`mergeWith\` expects two maps, got ${typeOf(map)} and ${typeOf(other)}.`);
  }),
  toList: define([required('collection', listOrText)], ([collection], run) => {
    if (typeof collection !== 'string') return collection;
    run.charge(collection.length);
    return Array.from(collection);
  }),
  memorize: define(elements, ([collection]) => collection, 'constant'),
});

/** Under names that mean something else natively. */
export const yaqlSequenceFunctions: FunctionTable = tableOf({
  first: define(withDefault, ([collection, fallback]) => (collection.length === 0 ? fallback : collection[0])),
  last: define(withDefault, ([collection, fallback]) => (collection.length === 0 ? fallback : collection.at(-1))),
  slice: define([required('collection', list), required('length', integer)], ([collection, length], run) => {
    if (length < 1) throw run.typeError('`slice` expects a length of at least 1.');
    const count = Math.ceil(collection.length / length);
    return Array.from({ length: count }, (_, index) => collection.slice(index * length, (index + 1) * length));
  }),
  zip: define([rest('lists', anything), named('pad', anything)], ([lists, pad = null], run) =>
    zipPadded(lists, pad, run),
  ),
});

/** The extreme of a list, also against an initial value; called as a function, that of its arguments. */
export const yaqlExtremeMethods: FunctionTable = tableOf({ min: extremeMethod(-1), max: extremeMethod(1) });

function extremeMethod(sign: 1 | -1): FunctionDefinition {
  return define([required('collection', list), optional('initial', anything)], ([collection, initial], run) => {
    const candidates = initial === undefined ? collection : [initial, ...collection];
    let best = candidates[0];
    for (const candidate of candidates) if (sign * compareOrRefuse(candidate, best, run) > 0) best = candidate;
    return best;
  });
}

/** Another list in place of some elements; a negative position counts from the end. */
function spliced(collection: JsonList, [position, count]: readonly [number, number], values: JsonList): unknown[] {
  const at = position < 0 ? Math.max(0, collection.length + position) : position;
  return [...collection.slice(0, at), ...values, ...collection.slice(at + Math.max(0, count))];
}

/** Texts become one text, lists one list. */
function concatenated(args: JsonList, run: Run): unknown {
  if (args.length > 0 && args.every((each) => typeof each === 'string')) {
    run.checkTextLength(args.reduce((length: number, each) => length + each.length, 0));
    return args.join('');
  }
  return args.flatMap((each) => {
    if (!isList(each)) throw run.typeError(`\`concat\` expects only texts or only lists, got ${typeOf(each)}.`);
    run.charge(each.length);
    return each;
  });
}

function zipLongest(lists: readonly JsonList[], pad: unknown, run: Run): unknown[][] {
  const length = Math.max(0, ...lists.map((each) => each.length));
  run.charge(length * (lists.length + 1));
  return Array.from({ length }, (_, index) => lists.map((each) => (index < each.length ? each[index] : pad)));
}

/** Orquesta's `zip`: null counts as an empty list, one list is itself, shorter ones are padded. */
function zipPadded(lists: JsonList, pad: unknown, run: Run): unknown {
  const read = lists.map((each) => {
    if (each === null) return [];
    if (isList(each)) return each;
    throw run.typeError(`\`zip\` expects lists, got ${typeOf(each)}.`);
  });
  return read.length === 1 ? read[0] : zipLongest(read, pad, run);
}

/** A map without some keys, or a list without `count` elements from a position on. */
function deleted(collection: unknown, keys: JsonList, run: Run): unknown {
  if (isMap(collection)) {
    const absent = new Set(keys);
    run.charge(Object.keys(collection).length + keys.length);
    return Object.fromEntries(Object.entries(collection).filter(([key]) => !absent.has(key)));
  }
  const [position, count = 1, surplus] = keys;
  if (!isList(collection) || !isIndex(position) || !isIndex(count) || surplus !== undefined) {
    throw run.typeError('`delete` expects a map and keys, or a list, a position and a count.');
  }
  return collection.toSpliced(position, count);
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

/** Maps are merged key by key, lists are joined without repeating, everything else is replaced. */
function mergedDeep(
  map: JsonMap,
  other: JsonMap,
  { run, depth }: { readonly run: Run; readonly depth: number },
): JsonMap {
  run.checkDepth(depth);
  const merged: Record<string, unknown> = {};
  for (const key of Object.keys(map)) setMember(merged, key, map[key]);
  for (const key of Object.keys(other)) {
    run.charge(1);
    const before = Object.hasOwn(merged, key) ? merged[key] : undefined;
    const value = other[key];
    if (isMap(before) && isMap(value)) setMember(merged, key, mergedDeep(before, value, { run, depth: depth + 1 }));
    else if (isList(before) && isList(value)) {
      setMember(merged, key, [...before, ...value.filter((each) => indexOfElement(before, each, run) === -1)]);
    } else setMember(merged, key, value);
  }
  return merged;
}
