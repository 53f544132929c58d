import { CoordinatorError } from '../errors.ts';
import type { Advanced, Core } from './advance.ts';
import type { Event, ExecutionReopened } from './event.ts';
import type { VisitHistory } from './history.ts';
import { reopen, replayAll } from './replay.ts';
import type { ExecutionState, ItemsState } from './state.ts';
import { followersOf, takeBack, type ItemRange, type RetrySelection } from './take-back.ts';

/** What a retry does. */
export interface RetryPlan {
  /** What runs at once, in the order in which it first began. */
  readonly runs: readonly RetryRun[];
  /** What followed from it and is brought about anew, if the workflow leads there again. */
  readonly undone: readonly UndoneTask[];
}

export interface RetryRun {
  readonly task: string;
  /** 1 for the first visit of the task. */
  readonly visit: number;
  /** The next attempt; from 1. Absent for a list whose items have attempts of their own. */
  readonly attempt?: number;
  /** Only for tasks with items: those that run, and that were never handed out. */
  readonly items?: { readonly count: number; readonly ranges: readonly ItemRange[] };
}

export interface UndoneTask {
  readonly task: string;
  /** How many of its visits. */
  readonly visits: number;
}

export interface PreparedRetry {
  readonly plan: RetryPlan;
  readonly event: ExecutionReopened;
  readonly reopened: Advanced;
}

/**
 * Decides what a retry of an execution that has ended takes back, and what the execution is from then on. `events` are all of
 * it, from the first one on. Throws RETRY_TASK_UNKNOWN, RETRY_ITEMS_INVALID, RETRY_NOTHING or RETRY_BLOCKED.
 */
export function prepareRetry(
  core: Core,
  events: readonly Event[],
  { selection, atMs }: { readonly selection: RetrySelection; readonly atMs: number },
): PreparedRetry {
  const replayed = replayAll(core, events);
  const takenBack = takeBack(core.program, replayed, selection);
  const roots = new Set(takenBack.map(({ visit }) => visit));
  const visits = [...replayed.history.visits.values()];
  const undone = followersOf(visits, roots);
  const event: ExecutionReopened = { type: 'execution-reopened', atMs, takenBack };
  const reopened = reopen(core, replayed, { events, event });
  if (reopened.state.failing && undone.size > 0) throw blocked(reopened.state);
  return { plan: { runs: runsOf(reopened.state), undone: undoneTasks(visits, undone) }, event, reopened };
}

function runsOf({ visits }: ExecutionState): readonly RetryRun[] {
  return [...visits.values()]
    .sort((left, right) => left.id - right.id)
    .map((visit) => ({
      task: visit.task,
      visit: visit.ordinal,
      ...(visit.items === undefined ? { attempt: visit.attempt } : { items: itemsOf(visit.items) }),
    }));
}

/** Items in flight, those that wait for their turn or for a back-off, and all from the cursor on. */
function itemsOf({ running, due, waiting, cursor, list }: ItemsState): NonNullable<RetryRun['items']> {
  const known = [...running.keys(), ...waiting.keys(), ...due.map(({ index }) => index)].sort((a, b) => a - b);
  const ranges: [first: number, last: number][] = [];
  for (const index of known) {
    const before = ranges.at(-1);
    if (before?.[1] === index - 1) before[1] = index;
    else ranges.push([index, index]);
  }
  const pending = list.length - cursor;
  const before = ranges.at(-1);
  if (pending > 0 && before?.[1] === cursor - 1) before[1] = list.length - 1;
  else if (pending > 0) ranges.push([cursor, list.length - 1]);
  return { count: known.length + pending, ranges };
}

function undoneTasks(visits: readonly VisitHistory[], undone: ReadonlySet<number>): readonly UndoneTask[] {
  const counts = new Map<string, number>();
  for (const { id, task } of visits) if (undone.has(id)) counts.set(task, (counts.get(task) ?? 0) + 1);
  return [...counts].map(([task, count]) => ({ task, visits: count }));
}

function blocked({ errors }: ExecutionState): CoordinatorError {
  const tasks = [...new Set(errors.flatMap(({ task }) => (task === undefined ? [] : [`"${task}"`])))];
  const message = `the failure of ${tasks.join(' and ')} would still stand, so that nothing could follow: what is retried has to include it`;
  return new CoordinatorError(message, { code: 'RETRY_BLOCKED' });
}
