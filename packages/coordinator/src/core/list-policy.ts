import type { Draft, ItemsDraft } from './draft.ts';
import { failureCode, type TaskFailure } from './failure.ts';
import { isComplete, itemCount, releaseItem } from './item-list.ts';
import { closeSource } from './source.ts';
import type { ItemsState, Visit } from './state.ts';

/**
 * Whether a list has failed, by one rule that does not depend on who finishes when: the list fails if more of its items
 * fail than are tolerated, or if it has a fault. A count is exceeded for good as soon as it is exceeded; a share is
 * judged against all items, so not before a source has ended.
 */
function hasFailed(window: ItemsState | ItemsDraft): boolean {
  return window.fault !== undefined || window.failures.size - window.forgiven > failuresAllowed(window);
}

/** Failed items that do not fail the list. */
function failuresAllowed(window: ItemsState | ItemsDraft): number {
  const { limit, isShare } = window.tolerated;
  if (!isShare) return limit;
  return isComplete(window) ? Math.floor((limit * itemCount(window)) / 100) : Infinity;
}

/** Once the list has failed, whether what is left of it still matters is for `on_failure` to say. */
export function haltIfFailed(draft: Draft, visit: Visit): void {
  const window = draft.window(visit);
  if (window.halted || !hasFailed(window)) return;
  const mode = draft.task(visit.task).items?.onFailure ?? 'continue';
  if (mode === 'continue' && window.fault === undefined) return;
  window.halted = true;
  dropPending(draft, visit);
  if (mode === 'cancel' && window.running.size > 0) {
    draft.commands.push({ type: 'abort-attempts', afterDurable: true, which: 'all', visit: visit.id });
  }
}

/** Whether what is in flight is being aborted, so that its end as canceled is not one of its own. */
export function isAborting(draft: Draft, visit: Visit): boolean {
  if (draft.status === 'canceling') return true;
  return draft.window(visit).halted && draft.task(visit.task).items?.onFailure === 'cancel';
}

/** Counts everything that is not in flight as canceled, so that the list ends with what is. */
export function dropPending(draft: Draft, visit: Visit): void {
  const window = draft.window(visit);
  const count = itemCount(window);
  window.canceled += window.waiting.size + window.due.size + count - window.cursor;
  for (const index of window.produced.keys()) {
    if (!window.running.has(index) && !window.landed.has(index)) releaseItem(window, index);
  }
  window.waiting.clear();
  window.due.clear();
  window.cursor = count;
  closeSource(draft, visit);
}

/** Why the list as a whole failed; undefined when it did not. Failures are sorted by index. */
export function listFailure(window: ItemsDraft, failures: ItemsState['failures']): TaskFailure | undefined {
  if (window.fault !== undefined) return window.fault;
  const first = failures.first();
  if (first !== undefined && hasFailed(window)) {
    const tolerated = failuresAllowed(window);
    const bound = tolerated === 0 ? '' : `, more than the ${tolerated} that are tolerated`;
    const message = `${failures.size} of ${itemCount(window)} items failed${bound}; item ${first.index}: ${first.failure.message}`;
    const details = { failed: failures.size, first: { index: first.index, code: failureCode(first.failure) } };
    return { kind: 'application', code: 'ITEMS_FAILED', message, retryable: false, details };
  }
  if (window.canceled === 0) return undefined;
  const message = `${window.canceled} of ${itemCount(window)} items were canceled`;
  return { kind: 'canceled', message, retryable: false };
}
