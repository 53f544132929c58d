import type { BatchRequest } from './core/attempt-request.ts';
import type { BatchedItem } from './core/command.ts';
import type { TaskFailure } from './core/failure.ts';
import type { AttemptOutcome, AttemptSupport, BatchOutcome, TaskExecutor } from './task-executor.ts';

export interface BatchCall {
  readonly request: BatchRequest;
  /** All items of the call. */
  readonly items: readonly BatchedItem[];
  /** By index: items that the action is not called for. */
  readonly failures: ReadonlyMap<number, TaskFailure>;
}

/** What one call for several items comes to: as the result, the outcome of each of its items, in order. */
export function callForBatch(
  executor: TaskExecutor,
  { request, items, failures }: BatchCall,
  support: AttemptSupport,
): AttemptOutcome | Promise<AttemptOutcome> {
  if (executor.executeBatch === undefined) return { ok: false, failure: unsupported };
  const take = (answer: BatchOutcome): AttemptOutcome => {
    const outcomes = answer.ok ? answer.outcomes : request.items.map((): AttemptOutcome => answer);
    if (outcomes.length === request.items.length) return outcomeOfBatch(items, failures, outcomes);
    return { ok: false, failure: wrongLength(request.items.length, outcomes.length) };
  };
  const answer = executor.executeBatch(request, support);
  return answer instanceof Promise ? answer.then(take) : take(answer);
}

/** The outcomes of all items, from those of the items that the action was called for and the failures of the others. */
export function outcomeOfBatch(
  items: readonly BatchedItem[],
  failures: ReadonlyMap<number, TaskFailure>,
  answered: readonly AttemptOutcome[],
): AttemptOutcome {
  const rest = [...answered];
  const result = items.map(({ index }): AttemptOutcome => {
    const failure = failures.get(index);
    return failure === undefined ? (rest.shift() ?? { ok: true, result: null }) : { ok: false, failure };
  });
  return { ok: true, result };
}

const unsupported: TaskFailure = {
  ...{ kind: 'definition', code: 'BATCH_UNSUPPORTED', retryable: false },
  message: 'actions cannot be called for several items here',
};

function wrongLength(expected: number, got: number): TaskFailure {
  const message = `expected an outcome for each of ${expected} items, got ${got}`;
  return { kind: 'definition', code: 'BATCH_ANSWER', message, retryable: false };
}
