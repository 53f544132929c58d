import { typeOf } from './json-value.ts';
import type { Run } from './run.ts';

/** Negative, 0 or positive; undefined unless both are numbers or both are texts, which compare by UTF-16 unit. */
function compare(left: unknown, right: unknown): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  return undefined;
}

export function compareOrRefuse(left: unknown, right: unknown, run: Run): number {
  const order = compare(left, right);
  if (order !== undefined) return order;
  const types = `${typeOf(left)} and ${typeOf(right)}`;
  throw run.typeError(`Only two numbers or two strings have an order, got ${types}.`);
}
