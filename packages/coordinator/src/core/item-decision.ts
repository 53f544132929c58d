import { isTruthy, type Scope, type Template } from '@weftline/expression';
import type { Draft } from './draft.ts';
import { expressionFailure, type TaskFailure } from './failure.ts';
import { decideRetry, scopeOfFailure, type FailedAttempt } from './retry.ts';

/**
 * What becomes of an item whose attempt failed: `retry`; or its failure stands, and counts towards the tolerance (`count`),
 * towards nothing (`forgive`), or fails the list (`fatal`).
 */
export type ItemDecision =
  | { readonly kind: 'retry'; readonly dueAtMs: number }
  | { readonly kind: 'count' | 'forgive' | 'fatal'; readonly failure: TaskFailure };

/** `fail_when` is asked first, then the retry, then `continue_when`. A condition that fails is the failure of the item. */
export function decideItem(
  draft: Draft,
  failed: FailedAttempt,
  { mayRetry }: { readonly mayRetry: boolean },
): ItemDecision {
  const { failure, visit } = failed;
  const items = draft.task(visit.task).items;
  if (failure.kind === 'canceled') return { kind: 'count', failure };
  const scope = scopeOfFailure(draft, failed);
  const fatal = holds(items?.failWhen, scope, `with.fail_when of task "${visit.task}"`);
  if (typeof fatal !== 'boolean') return { kind: 'count', failure: fatal };
  if (fatal) return { kind: 'fatal', failure };
  const retry = mayRetry ? decideRetry(draft, failed) : ({ retry: false, failure } as const);
  if (retry.retry) return { kind: 'retry', dueAtMs: retry.dueAtMs };
  const forgiven = holds(items?.continueWhen, scope, `with.continue_when of task "${visit.task}"`);
  if (typeof forgiven !== 'boolean') return { kind: 'count', failure: forgiven };
  return { kind: forgiven ? 'forgive' : 'count', failure: retry.failure };
}

function holds(condition: Template | undefined, scope: Scope, where: string): boolean | TaskFailure {
  if (condition === undefined) return false;
  try {
    return isTruthy(condition.render(scope));
  } catch (error) {
    return expressionFailure(error, where);
  }
}
