import type { Draft, ItemsDraft } from './draft.ts';
import { isComplete, itemAt, itemCount } from './item-list.ts';
import { startTimer } from './report.ts';
import type { BatchState, DueItem, Visit } from './state.ts';

const firstAttempt = 1;

/** Calls of the action in flight: one for each item, or for each batch. */
export function callsInFlight({ batch, calls, running }: ItemsDraft): number {
  return batch === undefined ? running.size : calls.size;
}

/** The items of the next call: those that are due, then new ones by the cursor; undefined where there is none now. */
export function takeCall(draft: Draft, visit: Visit): readonly [DueItem, ...DueItem[]] | undefined {
  const window = draft.window(visit);
  const { batch } = window;
  const first = window.due.first() ?? newItem(window);
  if (first === undefined) return undefined;
  if (batch === undefined) return [takeItem(window, first)];
  const lost = window.callOf.get(first.index);
  if (lost !== undefined) return takeLost(window, lost);
  return waitsForMore(draft, visit, batch) ? undefined : takeBatch(window, batch, first);
}

function newItem(window: ItemsDraft): DueItem | undefined {
  const { cursor } = window;
  return cursor < itemCount(window) ? { index: cursor, attempt: firstAttempt } : undefined;
}

function takeItem(window: ItemsDraft, item: DueItem): DueItem {
  if (window.due.first()?.index === item.index) window.due.shift();
  else window.cursor += 1;
  return item;
}

/** A call that was lost in flight is made again with the same items. */
function takeLost(window: ItemsDraft, call: number): readonly [DueItem, ...DueItem[]] | undefined {
  const items: DueItem[] = [];
  for (let item = window.due.first(); item !== undefined; item = window.due.first()) {
    if (window.callOf.get(item.index) !== call) break;
    items.push(takeItem(window, item));
  }
  const [first, ...others] = items;
  return first === undefined ? undefined : [first, ...others];
}

function takeBatch(
  window: ItemsDraft,
  { size, bytesMax }: BatchState,
  first: DueItem,
): readonly [DueItem, ...DueItem[]] {
  const items: [DueItem, ...DueItem[]] = [takeItem(window, first)];
  let bytes = bytesMax === 0 ? 0 : bytesOf(window, first);
  while (items.length < size) {
    const next = window.due.first() ?? newItem(window);
    if (next === undefined || window.callOf.has(next.index)) break;
    bytes += bytesMax === 0 ? 0 : bytesOf(window, next);
    if (bytes > bytesMax && bytesMax > 0) break;
    items.push(takeItem(window, next));
  }
  return items;
}

/** As JSON, in characters. */
function bytesOf(window: ItemsDraft, { index }: DueItem): number {
  return JSON.stringify(itemAt(window, index))?.length ?? 0;
}

/** Whether an incomplete batch waits for further items, from a source or from back-off. */
function waitsForMore(draft: Draft, visit: Visit, batch: BatchState): boolean {
  const window = draft.window(visit);
  const available = window.due.size + itemCount(window) - window.cursor;
  const mayGrow = !isComplete(window) || window.waiting.size > 0;
  if (batch.waitMs === 0 || available >= batch.size || !mayGrow) return false;
  if (batch.dueAtMs === 0) {
    const dueAtMs = draft.atMs + batch.waitMs;
    window.batch = { ...batch, dueAtMs };
    startTimer(draft, visit.id, { index: undefined, attempt: 0, dueAtMs, purpose: 'batch' });
    return true;
  }
  if (batch.dueAtMs > draft.atMs) return true;
  window.batch = { ...batch, dueAtMs: 0 };
  return false;
}

/** The timer has fired: an incomplete batch waits no longer, whatever the clock says. */
export function batchIsDue(window: ItemsDraft, atMs: number): void {
  const { batch } = window;
  if (batch !== undefined && batch.dueAtMs > atMs) window.batch = { ...batch, dueAtMs: atMs };
}

/** The items of a call are in flight. */
export function beginCall(window: ItemsDraft, items: readonly [DueItem, ...DueItem[]]): void {
  for (const { index, attempt } of items) window.running.set(index, attempt);
  if (window.batch === undefined) return;
  const [{ index: call }] = items;
  window.calls.set(call, items.length);
  for (const { index } of items) window.callOf.set(index, call);
}

/** One item of a call was answered. */
export function endInCall(window: ItemsDraft, index: number): void {
  const call = window.callOf.get(index);
  if (call === undefined) return;
  window.callOf.delete(index);
  const open = (window.calls.get(call) ?? 1) - 1;
  if (open === 0) window.calls.delete(call);
  else window.calls.set(call, open);
}

/** What was in flight, call by call, in item order; nothing is in flight any more. */
export function loseCalls(window: ItemsDraft): readonly DueItem[] {
  const callOf = (index: number): number => window.callOf.get(index) ?? index;
  const lost = [...window.running].map(([index, attempt]) => ({ index, attempt }));
  lost.sort((left, right) => callOf(left.index) - callOf(right.index) || left.index - right.index);
  window.running.clear();
  window.calls.clear();
  if (window.batch !== undefined) window.batch = { ...window.batch, dueAtMs: 0 };
  return lost;
}
