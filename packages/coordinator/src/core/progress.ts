import type { ExecutionState, ExecutionStatus, ItemCounts, OutcomeStatus, Visit } from './state.ts';
import { countItems } from './window.ts';

export interface ExecutionProgress {
  readonly status: ExecutionStatus;
  readonly tasks: readonly TaskProgress[];
}

/** One visit of a task that is under way or has ended. */
export interface TaskProgress {
  readonly task: string;
  /** 1 for the first visit of this task. */
  readonly visit: number;
  readonly status: 'waiting' | 'delayed' | 'running' | 'retrying' | OutcomeStatus;
  readonly startedAtMs: number;
  readonly finishedAtMs?: number;
  /** Only for tasks with items. */
  readonly items?: ItemCounts;
}

const visitsShownMax = 100;

/** Visits under way first, by age, then the latest that ended, at most 100 of each; items are never scanned. */
export function progressOf(state: ExecutionState): ExecutionProgress {
  const active = [...state.visits.values()].sort((left, right) => left.id - right.id).slice(0, visitsShownMax);
  const ended = state.ended.map(({ task, ordinal, status, startedAtMs, finishedAtMs, items }) => ({
    task,
    visit: ordinal,
    status,
    startedAtMs,
    finishedAtMs,
    ...(items === undefined ? {} : { items }),
  }));
  return { status: state.status, tasks: [...active.map(activeVisit), ...ended] };
}

function activeVisit(visit: Visit): TaskProgress {
  return {
    task: visit.task,
    visit: visit.ordinal,
    status: statusOfPhase[visit.phase],
    startedAtMs: visit.startedAtMs,
    ...(visit.items === undefined ? {} : { items: countItems(visit.items) }),
  };
}

const statusOfPhase: Readonly<Record<Visit['phase'], TaskProgress['status']>> = {
  ready: 'waiting',
  delayed: 'delayed',
  running: 'running',
  reporting: 'running',
  retrying: 'retrying',
};
