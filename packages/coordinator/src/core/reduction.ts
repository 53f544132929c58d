import type { Draft, ItemsDraft } from './draft.ts';
import { expressionFailure } from './failure.ts';
import type { CompiledReduce } from './compile-items.ts';
import { itemAt, releaseItem } from './item-list.ts';
import { ReduceScope } from './scope.ts';
import { shownItem } from './shown-item.ts';
import type { Landed, Visit } from './state.ts';

/**
 * Folds results in item order, whatever the order in which items end.
 *
 * Invariants:
 * 1. `acc` stands for every item below `folded`; those that failed add nothing.
 * 2. `landed` holds items above `folded` alone: what ended early waits for the item before it.
 * 3. After a fault nothing is folded any more.
 */
export function land(draft: Draft, visit: Visit, item: { readonly index: number; readonly landed: Landed }): void {
  const { items } = draft.task(visit.task);
  const window = draft.window(visit);
  if (items?.reduce === undefined || window.fault !== undefined) {
    releaseItem(window, item.index);
    return;
  }
  window.landed.set(item.index, item.landed);
  for (let next = take(window, window.folded); next !== undefined; next = take(window, window.folded)) {
    fold(draft, visit, { reduce: items.reduce, index: window.folded, landed: next });
    window.folded += 1;
  }
}

/** Folds what waited for items that will never end. */
export function foldRest(draft: Draft, visit: Visit): void {
  const { items } = draft.task(visit.task);
  const window = draft.window(visit);
  if (items?.reduce === undefined) return;
  for (const index of [...window.landed.keys()].sort((left, right) => left - right)) {
    const landed = take(window, index);
    if (landed !== undefined) fold(draft, visit, { reduce: items.reduce, index, landed });
  }
}

function take(window: ItemsDraft, index: number): Landed | undefined {
  const landed = window.landed.get(index);
  if (landed !== undefined) window.landed.delete(index);
  return landed;
}

function fold(
  draft: Draft,
  visit: Visit,
  { reduce, index, landed }: { readonly reduce: CompiledReduce; readonly index: number; readonly landed: Landed },
): void {
  const window = draft.window(visit);
  const item = itemAt(window, index);
  releaseItem(window, index);
  if (landed.length === 0 || window.fault !== undefined) return;
  const { items } = draft.task(visit.task);
  const shown = items === undefined ? item : shownItem(items, item);
  const context = visit.context.forItem(shown, index, items?.as);
  try {
    window.acc = reduce.value.render(new ReduceScope(context, draft.atMs, { acc: window.acc, result: landed[0] }));
  } catch (error) {
    window.fault = expressionFailure(error, `with.reduce of task "${visit.task}", item ${index}`);
    window.landed.clear();
  }
}
