import { equals } from './equality.ts';
import { isList, isMap, typeOf } from './json-value.ts';
import type { Run } from './run.ts';
import { searcherFor } from './text-search.ts';

/** UTF-16 units that are searched for the price of one step. */
const searchedPerStep = 16;

/** What `in` asks: an element of a list, a key of a map, a part of a text. */
export function contains(container: unknown, part: unknown, run: Run): boolean {
  if (isList(container)) return indexOfElement(container, part, run) >= 0;
  if (typeof container === 'string' && typeof part === 'string') return includesText(container, part, run);
  if (isMap(container) && typeof part === 'string') return Object.hasOwn(container, part);
  if (isMap(container) || typeof container === 'string') {
    throw run.typeError(`Only a string can be in a ${typeOf(container)}, got ${typeOf(part)}.`);
  }
  throw run.typeError(`Nothing can be in a ${typeOf(container)}; expected a list, a map or a string.`);
}

function includesText(text: string, part: string, run: Run): boolean {
  run.charge(Math.ceil(text.length / searchedPerStep));
  return searcherFor(text, part)(0) !== -1;
}

export function indexOfElement(list: readonly unknown[], wanted: unknown, run: Run): number {
  run.charge(list.length);
  return list.findIndex((element) => equals(element, wanted, run));
}
