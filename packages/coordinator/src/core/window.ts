import { beginCall, callsInFlight, takeCall } from './calls.ts';
import type { RunAttempt } from './command.ts';
import type { CompiledItems } from './compile-items.ts';
import type { Draft, ItemsDraft } from './draft.ts';
import { isComplete, itemAt, itemCount } from './item-list.ts';
import { openList } from './open-list.ts';
import { countStart, mayBegin } from './rate.ts';
import { failLater, report } from './report.ts';
import { pullIfLow } from './source.ts';
import type { DueItem, ItemCounts, ItemsState, Visit } from './state.ts';

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
  while (callsInFlight(window) < window.concurrency && hasItems(window) && mayBegin(draft, visit)) {
    const items = takeCall(draft, visit);
    if (items === undefined) break;
    countStart(window, draft.atMs);
    beginCall(window, items);
    draft.inFlight += items.length;
    draft.commands.push(runItems(window, visit, { items, opening }));
  }
  pullIfLow(draft, visit, opening);
}

function hasItems(window: ItemsDraft): boolean {
  return window.due.size > 0 || window.cursor < itemCount(window);
}

function runItems(
  window: ItemsDraft,
  visit: Visit,
  { items, opening }: { readonly items: readonly [DueItem, ...DueItem[]]; readonly opening: boolean },
): RunAttempt {
  const [first] = items;
  const isRetry = items.some(({ attempt }) => attempt > 1);
  const { id, task, ordinal, context } = visit;
  const batch = items.map(({ index, attempt }) => ({ index, item: itemAt(window, index), attempt }));
  return {
    type: 'run-attempt',
    // An item of a source is given its number by the event that brought it.
    afterDurable: opening || isRetry || window.source !== undefined,
    ...{ visit: id, task, ordinal, index: first.index, item: itemAt(window, first.index), attempt: first.attempt },
    ...(window.batch === undefined ? {} : { batch }),
    context,
  };
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
