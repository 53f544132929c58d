import { List } from 'immutable';
import type { Draft, ItemsDraft } from './draft.ts';
import { endVisit } from './end-visit.ts';
import { batchIsDue, endInCall, loseCalls } from './calls.ts';
import type { ItemsProduced, SourceFailed, TimerPurpose } from './event.ts';
import { failureCode, type TaskFailure } from './failure.ts';
import { decideItem } from './item-decision.ts';
import { isComplete, itemAt, itemCount } from './item-list.ts';
import { itemsOutcome } from './items-outcome.ts';
import { dropPending, haltIfFailed, isAborting } from './list-policy.ts';
import { noteFailedAttempt } from './outcome.ts';
import { rateIsDue } from './rate.ts';
import { land } from './reduction.ts';
import { startTimer } from './report.ts';
import { shownItem } from './shown-item.ts';
import { resumeSource, sourceDue, sourceFailed, takeProduced } from './source.ts';
import type { DueItem, Visit, WaitingItem } from './state.ts';
import { refillWindow } from './window.ts';

/** Takes an answer for an item; false when nobody waits for it any more. */
function settleItem(
  draft: Draft,
  window: ItemsDraft,
  answer: { readonly index: number; readonly attempt: number },
): boolean {
  if (window.running.get(answer.index) !== answer.attempt) return false;
  window.running.delete(answer.index);
  endInCall(window, answer.index);
  draft.inFlight -= 1;
  return true;
}

export function itemSucceeded(draft: Draft, visit: Visit, answer: DueItem & { readonly result: unknown }): void {
  const window = draft.window(visit);
  if (!settleItem(draft, window, answer)) return;
  const { index, attempt, result } = answer;
  if (draft.task(visit.task).items?.collect === 'all') window.results.set(index, result);
  window.succeeded += 1;
  land(draft, visit, { index, landed: [result] });
  draft.notices?.push({ type: 'attempt-succeeded', task: visit.task, visit: visit.ordinal, attempt, item: index });
  goOn(draft, visit, window);
}

export function itemFailed(draft: Draft, visit: Visit, answer: DueItem & { readonly failure: TaskFailure }): void {
  const window = draft.window(visit);
  if (!settleItem(draft, window, answer)) return;
  const { index, attempt, failure } = answer;
  if (failure.kind === 'canceled' && isAborting(draft, visit)) {
    window.canceled += 1;
    land(draft, visit, { index, landed: [] });
    goOn(draft, visit, window);
    return;
  }
  const { items } = draft.task(visit.task);
  const item = itemAt(window, index);
  const shown = items === undefined ? item : shownItem(items, item);
  const context = visit.context.forItem(shown, index, items?.as);
  const decision = decideItem(draft, { visit, index, attempt, failure, context }, { mayRetry: !window.halted });
  const retryAtMs = decision.kind === 'retry' ? decision.dueAtMs : undefined;
  if (decision.kind === 'retry') retryLater(draft, visit, { index, attempt: attempt + 1, dueAtMs: decision.dueAtMs });
  else keepFailure(draft, visit, { ...decision, index, attempt });
  noteFailedAttempt(draft, visit, { index, attempt, failure, retryAtMs });
  goOn(draft, visit, window);
}

function retryLater(draft: Draft, visit: Visit, { index, ...item }: DueItem & WaitingItem): void {
  draft.window(visit).waiting.set(index, item);
  startTimer(draft, visit.id, { index, ...item });
}

function keepFailure(
  draft: Draft,
  visit: Visit,
  failed: DueItem & { readonly kind: 'count' | 'forgive' | 'fatal'; readonly failure: TaskFailure },
): void {
  const window = draft.window(visit);
  const { kind, index, attempt, failure } = failed;
  const item = window.source === undefined ? {} : { item: itemAt(window, index) };
  window.failures.push({ index, failure, attempts: attempt, ...item });
  if (kind === 'forgive') window.forgiven += 1;
  if (kind === 'fatal') window.fault ??= fatalFault(index, failure);
  land(draft, visit, { index, landed: [] });
}

function fatalFault(index: number, failure: TaskFailure): TaskFailure {
  const message = `item ${index} failed, which fails the whole list: ${failure.message}`;
  const details = { first: { index, code: failureCode(failure) } };
  return { kind: 'application', code: 'ITEMS_FAILED', message, retryable: false, details };
}

/** The back-off of an item is over. */
export function itemDue(draft: Draft, visit: Visit, item: DueItem): void {
  const window = draft.window(visit);
  if (window.waiting.get(item.index)?.attempt !== item.attempt) return;
  window.waiting.delete(item.index);
  window.due.push(item);
  refillWindow(draft, visit);
}

export function itemsProduced(draft: Draft, event: ItemsProduced): void {
  const visit = draft.visit(event.visit);
  if (visit?.items === undefined || !takeProduced(draft.window(visit), event)) return;
  goOn(draft, visit, draft.window(visit));
}

export function sourceHasFailed(draft: Draft, event: SourceFailed): void {
  const visit = draft.visit(event.visit);
  if (visit?.items === undefined || !sourceFailed(draft, visit, event)) return;
  goOn(draft, visit, draft.window(visit));
}

/** A batch has waited long enough, or a call may begin again. */
export function listTimerFired(draft: Draft, visit: Visit, purpose: TimerPurpose): void {
  const window = draft.window(visit);
  if (purpose === 'rate') rateIsDue(window);
  else batchIsDue(window, draft.atMs);
  if (visit.phase === 'running') refillWindow(draft, visit);
}

/** The back-off of the source is over. */
export function sourceIsDue(draft: Draft, visit: Visit, attempt: number): void {
  if (sourceDue(draft.window(visit), attempt)) refillWindow(draft, visit);
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
  window.due = List(loseCalls(window)).concat(window.due).asMutable();
  if (window.rate !== undefined) window.rate = { ...window.rate, dueAtMs: 0 };
  resumeSource(draft, visit);
  if (isAborting(draft, visit)) dropPending(draft, visit);
  else {
    const waiting = [...window.waiting].sort(([left], [right]) => left - right);
    for (const [index, { attempt, dueAtMs }] of waiting) startTimer(draft, visit.id, { index, attempt, dueAtMs });
  }
  goOn(draft, visit, window);
}

function goOn(draft: Draft, visit: Visit, window: ItemsDraft): void {
  if (draft.status === 'canceling') dropPending(draft, visit);
  else haltIfFailed(draft, visit);
  refillWindow(draft, visit);
  const open = window.running.size + window.waiting.size + window.due.size;
  if (open === 0 && isComplete(window) && window.cursor >= itemCount(window))
    endVisit(draft, visit, itemsOutcome(draft, visit));
}

/** A cancel reached this list: ends it at once when nothing of it is in flight. */
export function cancelItems(draft: Draft, visit: Visit): void {
  goOn(draft, visit, draft.window(visit));
}
