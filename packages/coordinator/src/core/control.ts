import type { Draft } from './draft.ts';
import { endVisit } from './end-visit.ts';
import type { CancelRequested, ConcurrencyChanged } from './event.ts';
import { dropUnstarted, isBetweenAttempts } from './fail.ts';
import type { TaskFailure } from './failure.ts';
import { cancelItems, resumeItems } from './items.ts';
import { failedOutcome } from './outcome.ts';
import { startTimer } from './report.ts';
import type { Visit } from './state.ts';
import { openVisit, runAttempt, startVisit } from './visit.ts';
import { refillWindow } from './window.ts';

const canceled: TaskFailure = { kind: 'canceled', message: 'the execution was canceled', retryable: false };

export function pauseRequested(draft: Draft): void {
  if (draft.status === 'running') draft.status = 'pausing';
}

export function resumeRequested(draft: Draft): void {
  if (draft.status !== 'pausing' && draft.status !== 'paused') return;
  draft.status = 'running';
  draft.notices?.push({ type: 'execution-resumed' });
  for (const visit of draft.visits()) {
    if (visit.phase === 'ready') startVisit(draft, visit);
    else if (visit.items !== undefined && visit.phase === 'running') refillWindow(draft, visit);
  }
}

/** Holds for lists of the task that are open, and for those that it opens later. */
export function concurrencyChanged(draft: Draft, { task, concurrency }: ConcurrencyChanged): void {
  if (!draft.program.tasks.has(task)) return;
  draft.concurrency = { ...draft.concurrency, [task]: concurrency };
  for (const visit of draft.visits()) {
    if (visit.task !== task || visit.items === undefined) continue;
    draft.window(visit).concurrency = concurrency;
    if (visit.phase === 'running') refillWindow(draft, visit);
  }
}

/** Nothing more is handed out; attempts in flight finish, or are aborted where that was asked for. */
export function cancelRequested(draft: Draft, event: CancelRequested): void {
  if (draft.status !== 'canceling') {
    draft.status = 'canceling';
    draft.notices?.push({
      type: 'execution-canceling',
      ...(event.reason === undefined ? {} : { reason: event.reason }),
    });
    for (const visit of draft.visits()) cancelVisit(draft, visit);
  } else if (!event.immediate) return;
  draft.commands.push({ type: 'abort-attempts', afterDurable: true, which: event.immediate ? 'all' : 'not-begun' });
}

function cancelVisit(draft: Draft, visit: Visit): void {
  if (isBetweenAttempts(visit)) endVisit(draft, visit, failedOutcome(canceled, visit.attempt - 1));
  else if (visit.items !== undefined && visit.phase === 'running') cancelItems(draft, visit);
  else dropUnstarted(draft, visit);
}

/**
 * A new owner takes the execution up: attempts in flight were lost with the old one and are made again under the same
 * number, unless the execution was being canceled or paused.
 */
export function executionRecovered(draft: Draft): void {
  draft.notices?.push({ type: 'execution-recovered' });
  draft.inFlight = 0;
  for (const visit of draft.visits()) {
    if (draft.status === 'canceling') loseVisit(draft, visit);
    else recoverVisit(draft, visit);
  }
}

function loseVisit(draft: Draft, visit: Visit): void {
  if (visit.items === undefined) endVisit(draft, visit, failedOutcome(canceled, visit.attempt));
  else resumeItems(draft, visit);
}

/** Goes on with a visit whose attempts in flight were lost. */
export function recoverVisit(draft: Draft, visit: Visit): void {
  const { id, attempt, dueAtMs } = visit;
  switch (visit.phase) {
    case 'ready':
      startVisit(draft, visit);
      return;
    case 'delayed':
    case 'retrying':
      startTimer(draft, id, { index: undefined, attempt, dueAtMs });
      return;
    case 'reporting':
      openVisit(draft, { ...visit, items: undefined });
      return;
    case 'running':
      if (visit.items !== undefined) resumeItems(draft, visit);
      else if (draft.handsOut) runAttempt(draft, visit);
      else draft.putVisit({ ...visit, phase: 'ready' });
  }
}
