import type { Context } from '@weftline/context';
import { isCollection, type Collection } from 'immutable';
import type { ExecutionState } from '../src/core/state.ts';

/** A state as plain values, so that two of them can be compared whatever their collections look like inside. */
export function canonicalState(state: ExecutionState): unknown {
  return canonical(state);
}

export function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isContext(value)) return { entries: canonical(value.entries()) };
  if (isCollection(value)) return canonicalCollection(value);
  if (Array.isArray(value)) return value.map(canonical);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, canonical(member)]));
}

function canonicalCollection(collection: Collection<unknown, unknown>): unknown {
  const entries = [...collection.entries()].map(([key, value]) => [canonical(key), canonical(value)] as const);
  return entries.sort(([left], [right]) => (String(left) < String(right) ? -1 : 1));
}

function isContext(value: object): value is Context {
  return 'entries' in value && 'forItem' in value;
}
