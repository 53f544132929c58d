import type { Draft } from './draft.ts';
import type { AttemptFailed, AttemptSucceeded } from './event.ts';
import type { Visit } from './state.ts';
import { refillWindow } from './window.ts';

/**
 * Takes an answer for one after which the next attempt waits until the execution is reopened, for the how manieth time
 * `reopening` tells. An answer that nobody waits for changes nothing.
 */
export function setAside(draft: Draft, event: AttemptSucceeded | AttemptFailed, reopening: number): void {
  const visit = draft.visit(event.visit);
  if (visit === undefined) return;
  const { index, attempt } = event;
  if (index === undefined) setVisitAside(draft, visit, { attempt, reopening });
  else if (visit.items !== undefined) setItemAside(draft, visit, { index, attempt, reopening });
}

function setVisitAside(
  draft: Draft,
  visit: Visit,
  { attempt, reopening }: { readonly attempt: number; readonly reopening: number },
): void {
  const isAwaited = visit.phase === 'running' || visit.phase === 'reporting';
  if (!isAwaited || visit.items !== undefined || visit.attempt !== attempt) return;
  draft.inFlight -= 1;
  draft.putVisit({ ...visit, phase: 'retrying', attempt: attempt + 1, dueAtMs: markOf(reopening) });
}

function setItemAside(
  draft: Draft,
  visit: Visit,
  answer: { readonly index: number; readonly attempt: number; readonly reopening: number },
): void {
  const window = draft.window(visit);
  if (window.running.get(answer.index) !== answer.attempt) return;
  window.running.delete(answer.index);
  draft.inFlight -= 1;
  window.waiting.set(answer.index, { attempt: answer.attempt + 1, dueAtMs: markOf(answer.reopening) });
  refillWindow(draft, visit);
}

/** Stands for the time of a reopening, which is not known by its number alone: two may happen within a millisecond. */
export function markOf(reopening: number): number {
  return -reopening;
}
