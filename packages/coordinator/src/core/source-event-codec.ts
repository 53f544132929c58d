import type { ItemsProduced, SourceFailed } from './event.ts';

/** The rows of events about sources; `ended` is a digit, and fields at the end that say nothing are left out. */
export function sourceRow(event: ItemsProduced | SourceFailed): [tag: string, atMs: number, ...fields: unknown[]] {
  const { atMs, visit, from } = event;
  if (event.type === 'source-failed') return ['source-err', atMs, visit, from, event.attempt, event.failure];
  const { items, ended, cursor, skip } = event;
  const place = cursor === undefined ? (skip === 0 ? [] : [skip]) : [skip, cursor];
  return ['items', atMs, visit, from, items, ended ? 1 : 0, ...place];
}

export function sourceEventFrom(
  tag: 'items' | 'source-err',
  atMs: number,
  fields: readonly unknown[],
): ItemsProduced | SourceFailed {
  const [visit, from, c, d, skip = 0, cursor] = fields as never[];
  if (tag === 'source-err') {
    return {
      type: 'source-failed',
      atMs,
      visit: visit as never,
      from: from as never,
      attempt: c as never,
      failure: d as never,
    };
  }
  return {
    ...{ type: 'items-produced', atMs, visit: visit as never, from: from as never, items: c as never },
    ...{ ended: d === 1, cursor, skip },
  };
}
