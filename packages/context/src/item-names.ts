import { ownMember } from './own-member.ts';

/**
 * How an item is called beside `item`: one name for the whole of it, or several for its parts, in order: the members of a list
 * (`[x, y]`), or the key and the value of an entry (`{ key, value }`).
 */
export type ItemNames = string | readonly string[];

const entryParts = ['key', 'value'] as const;

export function namesIn(names: ItemNames | undefined): readonly string[] {
  return names === undefined ? [] : typeof names === 'string' ? [names] : names;
}

export function isItemName(names: ItemNames | undefined, name: string): boolean {
  return typeof names === 'string' ? names === name : names !== undefined && names.includes(name);
}

/** What one of the names stands for; undefined where the item has no such part. Of equal names the first counts. */
export function itemPart(item: unknown, names: ItemNames | undefined, name: string): unknown {
  if (names === undefined || typeof names === 'string') return item;
  const position = names.indexOf(name);
  if (Array.isArray(item)) return (item as readonly unknown[])[position];
  const key = entryParts[position];
  return key === undefined ? undefined : ownMember(item, key);
}

/** Whether an item has exactly one part for each of the names. */
export function hasItemParts(item: unknown, names: ItemNames | undefined): boolean {
  if (names === undefined || typeof names === 'string') return true;
  if (Array.isArray(item)) return item.length === names.length;
  return names.length === entryParts.length && entryParts.every((key) => ownMember(item, key) !== undefined);
}
