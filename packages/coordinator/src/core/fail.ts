import { absorb } from './branch.ts';
import type { Draft } from './draft.ts';
import type { ExecutionProblem, Visit } from './state.ts';

/** A failure stands: what runs finishes, what of these visits has not begun never will. */
export function fail(draft: Draft, problem: ExecutionProblem, visits: readonly Visit[] = draft.visits()): void {
  draft.problem(problem);
  // After the first failure nothing comes about that could be dropped.
  if (draft.failing) return;
  draft.failing = true;
  for (const visit of visits) dropUnstarted(draft, visit);
}

/** Whether the first attempt was made and the next one waits: for the end of its back-off, or of a pause after that. */
export function isBetweenAttempts({ phase, attempt }: Visit): boolean {
  return phase === 'retrying' || (phase === 'ready' && attempt > 1);
}

/** Ends a visit that has not begun its work. */
export function dropUnstarted(draft: Draft, visit: Visit): void {
  if ((visit.phase !== 'ready' && visit.phase !== 'delayed') || isBetweenAttempts(visit)) return;
  draft.removeVisit(visit.id);
  absorb(draft, visit.context);
}
