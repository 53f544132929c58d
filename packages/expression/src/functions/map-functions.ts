import { define, tableOf } from '../function-definition.ts';
import type { FunctionTable } from '../function-definition.ts';
import { isList, isMap, ownMember, setMember, typeOf } from '../json-value.ts';
import type { JsonList, JsonMap } from '../json-value.ts';
import { anything, list, map, required, rest, text } from '../parameter.ts';
import type { Run } from '../run.ts';

export const mapFunctions: FunctionTable = tableOf({
  keys: define([required('value', map)], ([value], run) => keysOf(value, run)),
  values: define([required('value', map)], ([value], run) => keysOf(value, run).map((key) => value[key])),
  items: define([required('value', map)], ([value], run) =>
    keysOf(value, run).map((key) => ({ key, value: value[key] })),
  ),
  dict: define([required('items', list)], ([items], run) => fromItems(items, run)),
  merge: define([rest('maps', map)], ([maps], run) => {
    const merged: Record<string, unknown> = {};
    for (const each of maps) for (const key of keysOf(each, run)) setMember(merged, key, each[key]);
    return merged;
  }),
  pick: define([required('value', map), rest('keys', anything)], ([value, keys], run) => {
    const picked: Record<string, unknown> = {};
    for (const key of chosenKeys(keys, run)) if (Object.hasOwn(value, key)) setMember(picked, key, value[key]);
    return picked;
  }),
  omit: define([required('value', map), rest('keys', anything)], ([value, keys], run) => {
    const omitted = new Set(chosenKeys(keys, run));
    const kept: Record<string, unknown> = {};
    for (const key of keysOf(value, run)) if (!omitted.has(key)) setMember(kept, key, value[key]);
    return kept;
  }),
  has_key: define(
    [required('value', map), required('key', text)],
    ([value, key]) => Object.hasOwn(value, key),
    'constant',
  ),
});

function keysOf(value: JsonMap, run: Run): string[] {
  const keys = Object.keys(value);
  run.charge(keys.length);
  return keys;
}

/** The inverse of `items`; it also takes pairs, as `zip` makes them. The last of equal keys wins. */
function fromItems(items: JsonList, run: Run): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  items.forEach((item, index) => {
    const [key, value] =
      isList(item) && item.length === 2 ? item : isMap(item) ? [ownMember(item, 'key'), ownMember(item, 'value')] : [];
    if (typeof key === 'string' && value !== undefined) return setMember(made, key, value);
    throw run.typeError(
      `Expected a pair of a key and a value as element ${index}, the key a string; got ${typeOf(item)}.`,
    );
  });
  return made;
}

/** Keys may be given one by one or as lists. */
function chosenKeys(keys: JsonList, run: Run): string[] {
  return keys.flat().map((key) => {
    run.charge(1);
    if (typeof key === 'string') return key;
    throw run.typeError(`Expected keys that are strings, got ${typeOf(key)}.`);
  });
}
