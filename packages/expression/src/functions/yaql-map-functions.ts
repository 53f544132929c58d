import { indexOfElement } from '../containment.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionTable } from '../function-definition.ts';
import { isList, isMap, ownMember, setMember, typeOf } from '../json-value.ts';
import type { JsonMap } from '../json-value.ts';
import { anything, map, optional, required, rest } from '../parameter.ts';
import type { Run } from '../run.ts';

/** YAQL's functions of maps, where they are not the native ones by another name. A changed map is a new one. */
export const yaqlMapFunctions: FunctionTable = tableOf({
  get: define(
    [required('dictionary', anything), required('key', anything), optional('default', anything)],
    ([container, key, fallback = null], run) => memberOr(container, key, { fallback, run }),
    'constant',
  ),
  set: define([required('dictionary', map), rest('args', anything)], ([dictionary, args], run) => {
    const [first, value] = args;
    if (args.length === 1 && isMap(first)) return withMembers(dictionary, Object.entries(first), run);
    if (args.length === 2 && typeof first === 'string') return withMembers(dictionary, [[first, value]], run);
    throw run.typeError('`set` expects a key and a value, or a map.');
  }),
  containsKey: define(
    [required('dictionary', map), required('key', anything)],
    ([dictionary, key]) => typeof key === 'string' && Object.hasOwn(dictionary, key),
    'constant',
  ),
  containsValue: define(
    [required('dictionary', map), required('value', anything)],
    ([dictionary, value], run) => indexOfElement(Object.values(dictionary), value, run) !== -1,
  ),
});

/** Under names that mean something else natively. */
export const pairFunctions: FunctionTable = tableOf({
  items: define([required('dictionary', map)], ([dictionary], run) => {
    const pairs = Object.entries(dictionary);
    run.charge(pairs.length);
    return pairs;
  }),
});

function memberOr(
  container: unknown,
  key: unknown,
  { fallback, run }: { readonly fallback: unknown; readonly run: Run },
): unknown {
  if (isMap(container)) return (typeof key === 'string' ? ownMember(container, key) : undefined) ?? fallback;
  if (isList(container) && typeof key === 'number' && Number.isInteger(key)) return container.at(key) ?? fallback;
  throw run.typeError(`\`get\` expects a map and a key, or a list and a position; got ${typeOf(container)}.`);
}

function withMembers(dictionary: JsonMap, members: readonly (readonly [string, unknown])[], run: Run): JsonMap {
  const made: Record<string, unknown> = {};
  const all = [...Object.entries(dictionary), ...members];
  run.charge(all.length);
  for (const [key, value] of all) setMember(made, key, value);
  return made;
}
