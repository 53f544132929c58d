import type { ItemNames } from '@weftline/context';
import type { TaskFailure } from './failure.ts';

/** The failure of an item that has other parts than there are names for. */
export function unfitItem(item: unknown, names: ItemNames | undefined): TaskFailure {
  const list = Array.isArray(names) ? (names as readonly string[]) : [];
  const message = `expected an item with ${list.length} parts, for ${list.join(', ')}, got ${describe(item)}`;
  return { kind: 'definition', code: 'ITEM_PARTS', message, retryable: false };
}

function describe(item: unknown): string {
  if (Array.isArray(item)) return `a list of ${item.length}`;
  if (typeof item === 'object') return item === null ? 'null' : 'a map';
  return `the ${typeof item} ${JSON.stringify(item).slice(0, 60)}`;
}
