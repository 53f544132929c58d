import { identityOf } from '../equality.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { isList, isTruthy, setMember, typeOf } from '../json-value.ts';
import type { JsonList } from '../json-value.ts';
import { anything, lambda, lambdaOfTwo, list, optional, required } from '../parameter.ts';
import type { Lambda } from '../parameter.ts';
import type { Run } from '../run.ts';
import { orderBy, orderFurther } from './ordering.ts';

const where = define([required('collection', list), required('predicate', lambda)], ([collection, predicate]) =>
  collection.filter((element) => isTruthy(predicate(element))),
);

const mapEach = define([required('collection', list), required('selector', lambda)], ([collection, selector]) =>
  collection.map((element) => selector(element)),
);

const reduce = define(
  [required('collection', list), required('selector', lambdaOfTwo), optional('seed', anything)],
  ([collection, selector, seed]) => accumulated(collection, selector, seed).at(-1),
);

function ordering(sign: 1 | -1): FunctionDefinition {
  return define([required('collection', list), required('selector', lambda)], ([collection, selector], run) =>
    orderBy(collection, { selector, sign }, run),
  );
}

function furtherOrdering(sign: 1 | -1): FunctionDefinition {
  return define([required('collection', list), required('selector', lambda)], ([collection, selector], run) =>
    orderFurther(collection, { selector, sign }, run),
  );
}

/** What works through a list by a function; each is YAQL's, by its name there. */
export const queryFunctions: FunctionTable = tableOf({
  where,
  filter: where,
  selectMany: define([required('collection', list), required('selector', lambda)], ([collection, selector], run) =>
    collection.flatMap((element) => {
      const inner = selector(element);
      if (isList(inner)) run.charge(inner.length);
      return isList(inner) ? [...inner] : [inner];
    }),
  ),
  any: quantified(true),
  all: quantified(false),
  orderBy: ordering(1),
  orderByDescending: ordering(-1),
  thenBy: furtherOrdering(1),
  thenByDescending: furtherOrdering(-1),
  groupBy: define(
    [
      required('collection', list),
      required('keySelector', lambda),
      optional('valueSelector', lambda),
      optional('aggregator', lambda),
    ],
    ([collection, key, value = itself, aggregator = itself], run) =>
      grouped(collection, { key, value }, run).map((group) => aggregator(group)),
  ),
  toDict: define(
    [required('collection', list), required('keySelector', lambda), optional('valueSelector', lambda)],
    ([collection, key, value = itself], run) => {
      const made: Record<string, unknown> = {};
      for (const element of collection) setMember(made, keyOf(key(element), run), value(element));
      return made;
    },
  ),
  distinct: define(
    [required('collection', list), optional('keySelector', lambda)],
    ([collection, key = itself], run) => {
      const seen = new Set<string>();
      return collection.filter((element) => seen.size < seen.add(identityOf(key(element), run)).size);
    },
  ),
  takeWhile: define([required('collection', list), required('predicate', lambda)], ([collection, predicate]) =>
    collection.slice(0, lengthWhile(collection, predicate)),
  ),
  skipWhile: define([required('collection', list), required('predicate', lambda)], ([collection, predicate]) =>
    collection.slice(lengthWhile(collection, predicate)),
  ),
  indexWhere: define([required('collection', list), required('predicate', lambda)], ([collection, predicate]) =>
    collection.findIndex((element) => isTruthy(predicate(element))),
  ),
  lastIndexWhere: define([required('collection', list), required('predicate', lambda)], ([collection, predicate]) =>
    collection.findLastIndex((element) => isTruthy(predicate(element))),
  ),
  splitWhere: define([required('collection', list), required('predicate', lambda)], ([collection, predicate]) =>
    splitWhere(collection, predicate),
  ),
  sliceWhere: define([required('collection', list), required('predicate', lambda)], ([collection, predicate], run) =>
    sliceWhere(collection, predicate, run),
  ),
  aggregate: reduce,
  reduce,
  accumulate: define(
    [required('collection', list), required('selector', lambdaOfTwo), optional('seed', anything)],
    ([collection, selector, seed]) => accumulated(collection, selector, seed),
  ),
});

/** Under names that mean something else natively. */
export const yaqlQueryFunctions: FunctionTable = tableOf({
  select: mapEach,
  map: mapEach,
  join: define(
    [
      required('collection', anything),
      required('other', anything),
      optional('predicate', lambdaOfTwo),
      optional('selector', lambdaOfTwo),
    ],
    ([collection, other, predicate, selector], run) => joined([collection, other], { predicate, selector }, run),
  ),
});

function itself(value: unknown): unknown {
  return value;
}

/** `any` ends at the first element that holds, `all` at the first that does not. */
function quantified(settledBy: boolean): FunctionDefinition {
  return define([required('collection', list), optional('predicate', lambda)], ([collection, predicate], run) => {
    for (const element of collection) {
      run.charge(1);
      const holds = predicate === undefined ? settledBy || isTruthy(element) : isTruthy(predicate(element));
      if (holds === settledBy) return settledBy;
    }
    return !settledBy;
  });
}

function lengthWhile(collection: JsonList, predicate: Lambda): number {
  const end = collection.findIndex((element) => !isTruthy(predicate(element)));
  return end === -1 ? collection.length : end;
}

/** Pairs of a key and the values under it, in the order in which the keys were first seen. */
function grouped(
  collection: JsonList,
  selectors: { readonly key: Lambda; readonly value: Lambda },
  run: Run,
): unknown[][] {
  const groups = new Map<string, [unknown, unknown[]]>();
  for (const element of collection) {
    const key = selectors.key(element);
    const identity = identityOf(key, run);
    const group = groups.get(identity) ?? [key, []];
    group[1].push(selectors.value(element));
    groups.set(identity, group);
  }
  return [...groups.values()];
}

function keyOf(key: unknown, run: Run): string {
  if (typeof key === 'string') return key;
  throw run.typeError(`Expected keys that are strings, got ${typeOf(key)}.`);
}

/** What is between the elements that hold; nothing is made of a last one. */
function splitWhere(collection: JsonList, predicate: Lambda): unknown[][] {
  const pieces: unknown[][] = [];
  let piece: unknown[] = [];
  for (const element of collection) {
    if (isTruthy(predicate(element))) {
      pieces.push(piece);
      piece = [];
    } else piece.push(element);
  }
  return piece.length === 0 ? pieces : [...pieces, piece];
}

/** Runs of neighbours of which the predicate says the same. */
function sliceWhere(collection: JsonList, predicate: Lambda, run: Run): unknown[][] {
  const slices: unknown[][] = [];
  let former: string | undefined;
  for (const element of collection) {
    const identity = identityOf(predicate(element), run);
    if (identity === former) slices.at(-1)?.push(element);
    else slices.push([element]);
    former = identity;
  }
  return slices;
}

function accumulated(collection: JsonList, selector: Lambda, seed: unknown): unknown[] {
  const [first, ...others] = seed === undefined ? collection : [seed, ...collection];
  if (first === undefined) return [];
  const results: unknown[] = [first];
  let result: unknown = first;
  for (const element of others) {
    result = selector(result, element);
    results.push(result);
  }
  return results;
}

interface Junction {
  readonly predicate: Lambda | undefined;
  readonly selector: Lambda | undefined;
}

/** Joins a list into a text (`list.join(', ')` or `', '.join(list)`), or two lists by a predicate and a selector. */
function joined([left, right]: readonly [unknown, unknown], { predicate, selector }: Junction, run: Run): unknown {
  if (isList(left) && isList(right) && predicate !== undefined && selector !== undefined) {
    run.charge(left.length * right.length);
    return left.flatMap((one) =>
      right.filter((other) => isTruthy(predicate(one, other))).map((other) => selector(one, other)),
    );
  }
  const [values, separator] = isList(left) ? [left, right] : [right, left];
  if (!isList(values) || typeof separator !== 'string' || predicate !== undefined) {
    throw run.typeError(`\`join\` expects a list of texts and a separator, got ${typeOf(left)} and ${typeOf(right)}.`);
  }
  return joinTexts(values, separator, run);
}

/** Only texts are joined, as in YAQL. */
function joinTexts(values: JsonList, separator: string, run: Run): string {
  let text = '';
  values.forEach((value, index) => {
    if (typeof value !== 'string') {
      throw run.typeError(
        `\`join\` expects a list of texts, got ${typeOf(value)} as element ${index}; \`str\` makes texts.`,
      );
    }
    text += (index === 0 ? '' : separator) + value;
    run.checkTextLength(text.length);
  });
  return text;
}
