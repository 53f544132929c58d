import { isList } from './json-value.ts';
import type { JsonMap } from './json-value.ts';
import { measure } from './text-form.ts';
import type { Run } from './run.ts';

/** Steps for taking up one list or map. */
const stepsPerContainer = 5;

/** Deep equality of JSON: by type and content, whatever the order of keys. It does not recurse, so depth is no danger. */
export function equals(left: unknown, right: unknown, run: Run): boolean {
  if (left === right) return true;
  // Two stacks that grow together hold the pairs of lists or maps that are still to be compared.
  const lefts: unknown[] = [];
  const rights: unknown[] = [];
  const agree = (first: unknown, second: unknown): boolean => {
    if (first === second) return true;
    if (!isCompound(first) || !isCompound(second) || isList(first) !== isList(second)) return false;
    lefts.push(first);
    rights.push(second);
    return true;
  };
  if (!agree(left, right)) return false;
  while (lefts.length > 0) {
    if (!membersAgree(lefts.pop() as JsonMap, rights.pop() as JsonMap, { agree, run })) return false;
  }
  return true;
}

interface Comparison {
  /** False when the two differ already by what they are; lists and maps are put by for later. */
  readonly agree: (first: unknown, second: unknown) => boolean;
  readonly run: Run;
}

function membersAgree(left: JsonMap, right: JsonMap, { agree, run }: Comparison): boolean {
  if (isList(left) && isList(right)) {
    run.charge(stepsPerContainer + left.length);
    return left.length === right.length && left.every((member, index) => agree(member, right[index]));
  }
  const keys = Object.keys(left);
  run.charge(stepsPerContainer + keys.length);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && agree(left[key], right[key]));
}

function isCompound(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null;
}

/** A text that two values share exactly when they are equal, for looking values up. */
export function identityOf(value: unknown, run: Run): string {
  if (typeof value === 'string') return `"${value}`;
  if (!isCompound(value)) return String(value);
  measure(value, run);
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (isList(value)) return value.map(sorted);
  if (!isCompound(value)) return value;
  // A list of pairs, because the keys of a map that look like numbers cannot be put in order.
  return {
    map: Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  };
}
