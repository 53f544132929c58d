import { List } from 'immutable';
import type { Draft, ItemsDraft } from './draft.ts';
import { endVisit } from './end-visit.ts';
import { failureCode, failureView, type TaskFailure } from './failure.ts';
import { noteFailedAttempt, type VisitOutcome } from './outcome.ts';
import { startTimer } from './report.ts';
import { decideRetry } from './retry.ts';
import type { DueItem, ItemsState, Visit } from './state.ts';
import { countItems, refillWindow } from './window.ts';

/** Takes an answer for an item; false when nobody waits for it any more. */
function settleItem(
  draft: Draft,
  window: ItemsDraft,
  answer: { readonly index: number; readonly attempt: number },
): boolean {
  if (window.running.get(answer.index) !== answer.attempt) return false;
  window.running.delete(answer.index);
  draft.inFlight -= 1;
  return true;
}

export function itemSucceeded(draft: Draft, visit: Visit, answer: DueItem & { readonly result: unknown }): void {
  const window = draft.window(visit);
  if (!settleItem(draft, window, answer)) return;
  window.results.set(answer.index, answer.result);
  window.succeeded += 1;
  draft.notices?.push({
    type: 'attempt-succeeded',
    task: visit.task,
    visit: visit.ordinal,
    attempt: answer.attempt,
    item: answer.index,
  });
  goOn(draft, visit, window);
}

export function itemFailed(draft: Draft, visit: Visit, answer: DueItem & { readonly failure: TaskFailure }): void {
  const window = draft.window(visit);
  if (!settleItem(draft, window, answer)) return;
  const { index, attempt, failure } = answer;
  if (failure.kind === 'canceled' && draft.status === 'canceling') {
    window.canceled += 1;
    goOn(draft, visit, window);
    return;
  }
  const { as } = draft.task(visit.task).items ?? {};
  const context = visit.context.forItem(window.list[index], index, as);
  const decision = decideRetry(draft, { visit, index, attempt, failure, context });
  if (decision.retry) {
    window.waiting.set(index, { attempt: attempt + 1, dueAtMs: decision.dueAtMs });
    startTimer(draft, visit.id, { index, attempt: attempt + 1, dueAtMs: decision.dueAtMs });
  } else {
    window.failures.push({ index, failure: decision.failure, attempts: attempt });
  }
  noteFailedAttempt(draft, visit, {
    index,
    attempt,
    failure,
    retryAtMs: decision.retry ? decision.dueAtMs : undefined,
  });
  goOn(draft, visit, window);
}

/** The back-off of an item is over. */
export function itemDue(draft: Draft, visit: Visit, item: DueItem): void {
  const window = draft.window(visit);
  if (window.waiting.get(item.index)?.attempt !== item.attempt) return;
  window.waiting.delete(item.index);
  window.due.push(item);
  refillWindow(draft, visit);
}

export function itemsExhausted(draft: Draft, visit: Visit): void {
  draft.inFlight -= 1;
  goOn(draft, visit, draft.window(visit));
}

/**
 * Attempts in flight were lost: they are handed out again before anything else, under the same number. While the
 * execution is being canceled they are canceled instead. Back-off goes on.
 */
export function resumeItems(draft: Draft, visit: Visit): void {
  const window = draft.window(visit);
  const lost = [...window.running].map(([index, attempt]) => ({ index, attempt })).sort((a, b) => a.index - b.index);
  window.running.clear();
  window.due = List(lost).concat(window.due).asMutable();
  if (draft.status !== 'canceling') {
    const waiting = [...window.waiting].sort(([left], [right]) => left - right);
    for (const [index, { attempt, dueAtMs }] of waiting) startTimer(draft, visit.id, { index, attempt, dueAtMs });
  }
  goOn(draft, visit, window);
}

function goOn(draft: Draft, visit: Visit, window: ItemsDraft): void {
  if (draft.status === 'canceling') dropPending(window);
  refillWindow(draft, visit);
  const open = window.running.size + window.waiting.size + window.due.size;
  if (open === 0 && window.cursor >= window.list.length) endVisit(draft, visit, itemsOutcome(visit, window));
}

/** Counts everything that is not in flight as canceled, so that the list ends with what is. */
function dropPending(window: ItemsDraft): void {
  window.canceled += window.waiting.size + window.due.size + window.list.length - window.cursor;
  window.waiting.clear();
  window.due.clear();
  window.cursor = window.list.length;
}

/** A cancel reached this list: ends it at once when nothing of it is in flight. */
export function cancelItems(draft: Draft, visit: Visit): void {
  goOn(draft, visit, draft.window(visit));
}

/**
 * The outcome of a list is decided by policy when all of its items have ended, never by the last to finish.
 * The policy: any failed item fails the task.
 */
function itemsOutcome(visit: Visit, window: ItemsDraft): VisitOutcome {
  const counts = countItems(window);
  const failures = window.failures.sortBy((failed) => failed.index);
  const failure = listFailure(window, failures);
  return {
    failure,
    counts,
    view: {
      status: failure === undefined ? 'succeeded' : failure.kind === 'canceled' ? 'canceled' : 'failed',
      result: collectResults(window),
      error: failure === undefined ? null : failureView(failure),
      attempts: visit.attempt,
      counts: { ...counts },
      failed_items: failures
        .map((failed) => ({
          index: failed.index,
          item: window.list[failed.index] ?? null,
          error: failureView(failed.failure),
          attempts: failed.attempts,
        }))
        .toArray(),
    },
  };
}

function listFailure(window: ItemsDraft, failures: ItemsState['failures']): TaskFailure | undefined {
  const first = failures.first();
  if (first !== undefined) {
    const message = `${failures.size} of ${window.list.length} items failed; item ${first.index}: ${first.failure.message}`;
    const details = { failed: failures.size, first: { index: first.index, code: failureCode(first.failure) } };
    return { kind: 'application', code: 'ITEMS_FAILED', message, retryable: false, details };
  }
  if (window.canceled === 0) return undefined;
  const message = `${window.canceled} of ${window.list.length} items were canceled`;
  return { kind: 'canceled', message, retryable: false };
}

/** In item order; null where an item has no result. */
function collectResults(window: ItemsDraft): readonly unknown[] {
  const results = new Array<unknown>(window.list.length).fill(null);
  window.results.forEach((result, index) => {
    if (result !== undefined) results[index] = result;
  });
  return results;
}
