import type { CompiledItems } from './compile-items.ts';
import type { Draft, ItemsDraft } from './draft.ts';
import { isComplete, itemAt, itemCount } from './item-list.ts';
import { openList } from './open-list.ts';
import { failLater, report } from './report.ts';
import { pullIfLow } from './source.ts';
import type { DueItem, ItemCounts, ItemsState, Visit } from './state.ts';

const runningForTheFirstTime = 1;

/** Evaluates the list and hands out the first window. An empty list ends by an event of its own. */
export function openItems(draft: Draft, compiled: CompiledItems, visit: Visit): void {
  const list = openList(draft, compiled, visit);
  if (!list.ok) {
    failLater(draft, visit, list.failure);
    return;
  }
  const items = list.value;
  draft.notices?.push({
    type: 'task-started',
    task: visit.task,
    visit: visit.ordinal,
    ...(items.source === undefined ? { items: items.list.length } : {}),
  });
  const opened: Visit = { ...visit, items };
  if (items.source === undefined && items.list.length === 0) {
    report(draft, opened, { type: 'items-exhausted', atMs: draft.atMs, visit: visit.id });
    return;
  }
  draft.putVisit(opened);
  refillWindow(draft, opened, true);
}

/**
 * Hands out items until the window is full: first those whose back-off is over, then new ones by the cursor.
 * `opening` items depend on the event that opened the list; later ones depend on no event, since items are
 * independent of each other.
 */
export function refillWindow(draft: Draft, visit: Visit, opening = false): void {
  if (!draft.handsOut) return;
  const window = draft.window(visit);
  while (window.running.size < window.concurrency) {
    const next = takeNext(window);
    if (next === undefined) break;
    window.running.set(next.index, next.attempt);
    draft.inFlight += 1;
    draft.commands.push({
      type: 'run-attempt',
      // An item of a source is given its number by the event that brought it.
      afterDurable: opening || next.attempt > runningForTheFirstTime || window.source !== undefined,
      visit: visit.id,
      task: visit.task,
      ordinal: visit.ordinal,
      index: next.index,
      item: itemAt(window, next.index),
      attempt: next.attempt,
      context: visit.context,
    });
  }
  pullIfLow(draft, visit, opening);
}

function takeNext(window: ItemsDraft): DueItem | undefined {
  const due = window.due.first();
  if (due !== undefined) {
    window.due.shift();
    return due;
  }
  if (window.cursor >= itemCount(window)) return undefined;
  const index = window.cursor;
  window.cursor += 1;
  return { index, attempt: runningForTheFirstTime };
}

export function countItems(items: ItemsState | ItemsDraft): ItemCounts {
  return {
    total: itemCount(items),
    ...(isComplete(items) ? {} : { known: false }),
    succeeded: items.succeeded,
    failed: items.failures.size,
    canceled: items.canceled,
    running: items.running.size,
    retrying: items.waiting.size + items.due.size,
    pending: itemCount(items) - items.cursor,
  };
}
