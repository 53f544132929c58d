import type { Draft, ItemsDraft } from './draft.ts';
import { failureView } from './failure.ts';
import { itemCount } from './item-list.ts';
import { listFailure } from './list-policy.ts';
import type { VisitOutcome } from './outcome.ts';
import { foldRest } from './reduction.ts';
import type { ItemCounts, ItemsState, Visit } from './state.ts';
import { countItems } from './window.ts';

/** The outcome of a list whose items have all ended, as its policy has it and never its last finisher. */
export function itemsOutcome(draft: Draft, visit: Visit): VisitOutcome {
  foldRest(draft, visit);
  const window = draft.window(visit);
  const counts = countItems(window);
  const sorted = window.failures.sortBy((failed) => failed.index);
  const failure = listFailure(window, sorted);
  const failedItems = viewsOf(window, sorted);
  return {
    failure,
    counts,
    view: {
      status: failure === undefined ? 'succeeded' : failure.kind === 'canceled' ? 'canceled' : 'failed',
      result: resultOf(draft, visit, { counts, failedItems }),
      error: failure === undefined ? null : failureView(failure),
      attempts: visit.attempt,
      counts: countsView(counts),
      failed_items: failedItems,
    },
  };
}

function viewsOf(window: ItemsDraft, failures: ItemsState['failures']): readonly unknown[] {
  return failures
    .map((failed) => ({
      index: failed.index,
      item: failed.item ?? window.list[failed.index] ?? null,
      error: failureView(failed.failure),
      attempts: failed.attempts,
    }))
    .toArray();
}

function resultOf(
  draft: Draft,
  visit: Visit,
  { counts, failedItems }: { readonly counts: ItemCounts; readonly failedItems: readonly unknown[] },
): unknown {
  const { items } = draft.task(visit.task);
  const window = draft.window(visit);
  if (items?.reduce !== undefined) return window.acc;
  switch (items?.collect) {
    case 'failed':
      return failedItems;
    case 'count':
      return countsView(counts);
    case 'none':
      return null;
    case 'all':
    case undefined:
      return collectResults(window);
  }
}

/** At the end the total is known. */
function countsView({ known: _known, ...counts }: ItemCounts): Readonly<Record<string, number>> {
  return counts;
}

/** In item order; null where an item has no result. */
function collectResults(window: ItemsDraft): readonly unknown[] {
  const results = new Array<unknown>(itemCount(window)).fill(null);
  window.results.forEach((result, index) => {
    if (result !== undefined) results[index] = result;
  });
  return results;
}
