import type { Draft } from './draft.ts';
import { endVisit } from './end-visit.ts';
import type { AttemptFailed, AttemptSucceeded, TimerFired } from './event.ts';
import { itemDue, itemFailed, itemSucceeded, listTimerFired, sourceIsDue } from './items.ts';
import { failedOutcome, noteFailedAttempt, succeededOutcome } from './outcome.ts';
import { startTimer } from './report.ts';
import { decideRetry } from './retry.ts';
import type { Visit } from './state.ts';
import { startVisit } from './visit.ts';

/** An answer is taken once: one for a visit, item or attempt that nobody waits for any more changes nothing. */
export function attemptSucceeded(draft: Draft, event: AttemptSucceeded): void {
  const visit = draft.visit(event.visit);
  if (visit === undefined) return;
  const { index, attempt, result } = event;
  if (index !== undefined) {
    if (visit.items !== undefined) itemSucceeded(draft, visit, { index, attempt, result });
    return;
  }
  if (!awaits(visit, attempt)) return;
  draft.inFlight -= 1;
  draft.notices?.push({ type: 'attempt-succeeded', task: visit.task, visit: visit.ordinal, attempt });
  endVisit(draft, visit, succeededOutcome(result, attempt));
}

export function attemptFailed(draft: Draft, event: AttemptFailed): void {
  const visit = draft.visit(event.visit);
  if (visit === undefined) return;
  const { index, attempt, failure } = event;
  if (index !== undefined) {
    if (visit.items !== undefined) itemFailed(draft, visit, { index, attempt, failure });
    return;
  }
  if (!awaits(visit, attempt)) return;
  draft.inFlight -= 1;
  const decision = decideRetry(draft, { visit, index, attempt, failure, context: visit.context });
  noteFailedAttempt(draft, visit, {
    index,
    attempt,
    failure,
    retryAtMs: decision.retry ? decision.dueAtMs : undefined,
  });
  if (!decision.retry) {
    endVisit(draft, visit, failedOutcome(decision.failure, attempt));
    return;
  }
  const { dueAtMs } = decision;
  draft.putVisit({ ...visit, phase: 'retrying', attempt: attempt + 1, dueAtMs });
  startTimer(draft, visit.id, { index, attempt: attempt + 1, dueAtMs });
}

function awaits(visit: Visit, attempt: number): boolean {
  return (
    (visit.phase === 'running' || visit.phase === 'reporting') && visit.items === undefined && visit.attempt === attempt
  );
}

export function timerFired(draft: Draft, event: TimerFired): void {
  const visit = draft.visit(event.visit);
  if (visit === undefined) return;
  const { index, attempt } = event;
  if (index !== undefined) {
    if (visit.items !== undefined) itemDue(draft, visit, { index, attempt });
    return;
  }
  if (visit.items !== undefined) {
    if (event.purpose !== undefined) listTimerFired(draft, visit, event.purpose);
    else sourceIsDue(draft, visit, attempt);
    return;
  }
  const waits = visit.phase === 'delayed' || visit.phase === 'retrying';
  if (waits && visit.attempt === attempt) startVisit(draft, visit);
}
