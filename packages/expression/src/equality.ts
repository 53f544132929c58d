import { isList } from './json-value.ts';
import type { JsonMap } from './json-value.ts';
import { measure } from './text-form.ts';
import type { Run } from './run.ts';

/** Deep equality of JSON: by type and content, whatever the order of keys. It does not recurse, so depth is no danger. */
export function equals(left: unknown, right: unknown, run: Run): boolean {
  if (left === right) return true;
  if (!isCompound(left) || !isCompound(right)) return false;
  const pending: [unknown, unknown][] = [[left, right]];
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    run.charge(1);
    if (pair[0] !== pair[1] && !equalsOutside(pair[0], pair[1], pending)) return false;
  }
  return true;
}

/** Compares all but the members, and puts those by for later. */
function equalsOutside(left: unknown, right: unknown, pending: [unknown, unknown][]): boolean {
  if (!isCompound(left) || !isCompound(right)) return false;
  if (isList(left) || isList(right)) {
    if (!isList(left) || !isList(right) || left.length !== right.length) return false;
    left.forEach((member, index) => pending.push([member, right[index]]));
    return true;
  }
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  for (const key of keys) {
    if (!Object.hasOwn(right, key)) return false;
    pending.push([left[key], right[key]]);
  }
  return true;
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
