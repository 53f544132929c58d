import type { JsonList } from '../json-value.ts';
import { compareOrRefuse } from '../ordering.ts';
import type { Lambda } from '../parameter.ts';
import type { Run } from '../run.ts';

/** One thing to order by; sign -1 puts the greatest first. */
export interface Criterion {
  readonly selector: Lambda;
  readonly sign: 1 | -1;
}

/** By what a list was put in order, for `thenBy`. The keys were read in the evaluation that made the list. */
const criteriaOf = new WeakMap<JsonList, readonly Criterion[]>();

export function orderBy(collection: JsonList, criterion: Criterion, run: Run): unknown[] {
  return ordered(collection, [criterion], run);
}

/** Orders what is equal by all former criteria. */
export function orderFurther(collection: JsonList, criterion: Criterion, run: Run): unknown[] {
  const former = criteriaOf.get(collection);
  if (former === undefined) throw run.typeError('`thenBy` follows `orderBy`.');
  return ordered(collection, [...former, criterion], run);
}

/** Null comes before everything else, false before true. */
function compareKeys(left: unknown, right: unknown, run: Run): number {
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  if (typeof left === 'boolean' && typeof right === 'boolean') return Number(left) - Number(right);
  return compareOrRefuse(left, right, run);
}

function ordered(collection: JsonList, criteria: readonly Criterion[], run: Run): unknown[] {
  run.charge(collection.length * criteria.length);
  const decorated = collection.map((element) => ({ element, keys: criteria.map(({ selector }) => selector(element)) }));
  decorated.sort((left, right) => {
    for (const [index, { sign }] of criteria.entries()) {
      const order = compareKeys(left.keys[index], right.keys[index], run);
      if (order !== 0) return sign * order;
    }
    return 0;
  });
  const result = decorated.map(({ element }) => element);
  criteriaOf.set(result, criteria);
  return result;
}
