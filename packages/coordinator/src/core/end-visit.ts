import { absorb } from './branch.ts';
import type { Draft } from './draft.ts';
import { fail } from './fail.ts';
import { taskProblem, type VisitOutcome } from './outcome.ts';
import { repeatTask } from './repeat-task.ts';
import type { Visit } from './state.ts';
import { takeTransitions } from './transitions.ts';

/** The work of a visit is over: records the outcome, takes the transitions and lets go of the branch. */
export function endVisit(draft: Draft, visit: Visit, outcome: VisitOutcome): void {
  const problems = draft.errors.length;
  draft.removeVisit(visit.id);
  draft.version += 1;
  const context = visit.context.withTask(visit.task, outcome.view, draft.version);
  const error = outcome.failure === undefined ? undefined : taskProblem(visit.task, outcome.failure);
  const status =
    outcome.failure === undefined ? 'succeeded' : outcome.failure.kind === 'canceled' ? 'canceled' : 'failed';
  draft.recordEnd({
    task: visit.task,
    ordinal: visit.ordinal,
    status,
    startedAtMs: visit.startedAtMs,
    finishedAtMs: draft.atMs,
    items: outcome.counts,
  });
  draft.notices?.push({
    type: 'task-finished',
    task: visit.task,
    visit: visit.ordinal,
    status,
    ...(error === undefined ? {} : { error }),
    ...(outcome.counts === undefined ? {} : { items: outcome.counts }),
  });
  if (draft.status === 'canceling') {
    absorb(draft, context);
    draft.history?.end(visit, { status, stands: error !== undefined, counts: outcome.counts });
    return;
  }
  if (repeatTask(draft, visit, outcome)) {
    absorb(draft, context);
    draft.history?.end(visit, { status, stands: false, counts: outcome.counts });
    return;
  }
  const takenUp = takeTransitions(draft, { ...visit, context }, outcome.view);
  if (error !== undefined && !takenUp) fail(draft, error);
  const stands = draft.errors.length > problems;
  draft.history?.end(visit, { status, stands, counts: outcome.counts });
}
