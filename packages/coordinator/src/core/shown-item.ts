import type { CompiledItems } from './compile-items.ts';

/**
 * The item as expressions see it. Where names are members of `item`, a list is spread over them, also over a single one; what
 * is no list has the name, if there is but one, and stays as it is among several.
 */
export function shownItem({ members }: CompiledItems, item: unknown): unknown {
  if (members === undefined) return item;
  if (Array.isArray(item)) {
    const parts: readonly unknown[] = item;
    return Object.fromEntries(members.slice(0, parts.length).map((name, position) => [name, parts[position]]));
  }
  const [name, ...others] = members;
  return name !== undefined && others.length === 0 ? { [name]: item } : item;
}
