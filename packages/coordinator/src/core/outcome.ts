import type { TaskView } from '@weftline/context';
import type { Draft } from './draft.ts';
import { failureCode, failureView, type TaskFailure } from './failure.ts';
import { isoTime } from './iso-time.ts';
import type { ExecutionProblem, ItemCounts, Visit } from './state.ts';

/** How a visit came out, as expressions, observers and the error list need it. */
export interface VisitOutcome {
  readonly view: TaskView;
  readonly failure: TaskFailure | undefined;
  readonly counts: ItemCounts | undefined;
}

export function succeededOutcome(result: unknown, attempts: number): VisitOutcome {
  return { view: { status: 'succeeded', result, error: null, attempts }, failure: undefined, counts: undefined };
}

export function failedOutcome(failure: TaskFailure, attempts: number): VisitOutcome {
  return {
    view: { status: statusOf(failure), result: null, error: failureView(failure), attempts },
    failure,
    counts: undefined,
  };
}

export function statusOf(failure: TaskFailure): 'failed' | 'timed-out' | 'canceled' {
  if (failure.kind === 'timeout') return 'timed-out';
  return failure.kind === 'canceled' ? 'canceled' : 'failed';
}

export function taskProblem(task: string, failure: TaskFailure): ExecutionProblem {
  return {
    code: failureCode(failure),
    message: failure.message,
    task,
    ...(failure.details === undefined ? {} : { details: failure.details }),
  };
}

export function noteFailedAttempt(
  draft: Draft,
  visit: Visit,
  failed: {
    readonly index: number | undefined;
    readonly attempt: number;
    readonly failure: TaskFailure;
    readonly retryAtMs: number | undefined;
  },
): void {
  draft.notices?.push({
    type: 'attempt-failed',
    task: visit.task,
    visit: visit.ordinal,
    attempt: failed.attempt,
    error: taskProblem(visit.task, failed.failure),
    ...(failed.index === undefined ? {} : { item: failed.index }),
    ...(failed.retryAtMs === undefined ? {} : { retryAt: isoTime(failed.retryAtMs) }),
  });
}
