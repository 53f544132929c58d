import { recoverVisit } from './control.ts';
import type { Draft, ItemsDraft } from './draft.ts';
import type { ExecutionReopened } from './event.ts';
import { invariant } from './invariant.ts';
import { markOf } from './set-aside.ts';
import type { Visit } from './state.ts';
import { openVisit, startVisit } from './visit.ts';

/**
 * An execution that had ended goes on: what was taken back is tried again, what had not begun when it ended begins now, and
 * whatever else is open, because a cancellation stopped it, goes on as after a crash.
 */
export function executionReopened(draft: Draft, event: ExecutionReopened): void {
  const { history } = draft;
  invariant(history !== undefined, 'an execution is reopened by folding its events from the first one on');
  const { number, begin } = history.reopened();
  draft.status = 'running';
  draft.inFlight = 0;
  draft.sequence = history.eventCount;
  draft.goOnCounting(history);
  draft.notices?.push({ type: 'execution-reopened' });
  for (const visit of draft.visits()) {
    if (begin.has(visit.id)) openVisit(draft, { ...visit, startedAtMs: event.atMs });
    else goOn(draft, visit, markOf(number));
  }
}

function goOn(draft: Draft, visit: Visit, mark: number): void {
  if (visit.phase === 'retrying' && visit.dueAtMs === mark) {
    startVisit(draft, visit);
    return;
  }
  if (visit.items !== undefined) handOutFirst(draft.window(visit), mark);
  recoverVisit(draft, visit);
}

/** Items that waited for this alone go before all others, in their order. */
function handOutFirst(window: ItemsDraft, mark: number): void {
  const items = [...window.waiting]
    .filter(([, { dueAtMs }]) => dueAtMs === mark)
    .sort(([left], [right]) => left - right);
  for (const [index, { attempt }] of items) {
    window.waiting.delete(index);
    window.due.push({ index, attempt });
  }
}
