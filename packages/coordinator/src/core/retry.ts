import type { Context } from '@weftline/context';
import { isTruthy } from '@weftline/expression';
import type { Draft } from './draft.ts';
import { expressionFailure, failureView, type TaskFailure } from './failure.ts';
import { statusOf } from './outcome.ts';
import type { CompiledRetry } from './program.ts';
import { measureCount, measureDuration } from './quantity.ts';
import { CompletionScope } from './scope.ts';
import type { Visit } from './state.ts';

export interface FailedAttempt {
  readonly visit: Visit;
  readonly index: number | undefined;
  readonly attempt: number;
  readonly failure: TaskFailure;
  /** Context of the task, or of the item. */
  readonly context: Context;
}

export type RetryDecision =
  | { readonly retry: true; readonly dueAtMs: number }
  /** The failure that stands: the attempt's own, or that of the retry expressions. */
  | { readonly retry: false; readonly failure: TaskFailure };

/** A hundred years, the longest duration that can be written: every sum of it with a date is still a date. */
const backoffMsMax = 100 * 365 * 86_400_000;

/** Whether, and when, a failed attempt is made again. */
export function decideRetry(draft: Draft, failed: FailedAttempt): RetryDecision {
  const { retry } = draft.task(failed.visit.task);
  const { failure } = failed;
  if (retry === undefined || draft.status === 'canceling' || failure.kind === 'canceled')
    return { retry: false, failure };
  const where = `retry of task "${failed.visit.task}"`;
  const scope = scopeOfFailure(draft, failed);
  const count = measureCount(retry.count, scope, { where, minimum: 0 });
  if (!count.ok) return { retry: false, failure: count.failure };
  if (failed.attempt > count.value) return { retry: false, failure };
  try {
    const again = retry.when === undefined ? failure.retryable : isTruthy(retry.when.render(scope));
    if (!again) return { retry: false, failure };
  } catch (error) {
    return { retry: false, failure: expressionFailure(error, where) };
  }
  const delay = backoffMs(draft, retry, { failed, scope, where });
  return delay.ok ? { retry: true, dueAtMs: draft.atMs + delay.value } : { retry: false, failure: delay.failure };
}

/** What conditions about a failed attempt see. */
export function scopeOfFailure(draft: Draft, { context, failure, attempt }: FailedAttempt): CompletionScope {
  const error = failureView(failure);
  const view = { status: statusOf(failure), result: null, error, attempts: attempt };
  return new CompletionScope(context, draft.atMs, { view, rules: draft.program.rules });
}

/** How long to wait before the next try. */
export function backoffMs(
  draft: Draft,
  retry: CompiledRetry,
  at: {
    readonly failed: Pick<FailedAttempt, 'visit' | 'index' | 'attempt'>;
    readonly scope: CompletionScope;
    readonly where: string;
  },
): ReturnType<typeof measureDuration> {
  const delay = measureDuration(retry.delay, at.scope, at.where);
  if (!delay.ok) return delay;
  const bound = measureDuration(retry.maxDelay ?? backoffMsMax, at.scope, at.where);
  if (!bound.ok) return bound;
  const { attempt, index, visit } = at.failed;
  const factor = { constant: 1, linear: attempt, exponential: Math.min(2 ** (attempt - 1), backoffMsMax) }[
    retry.backoff
  ];
  const full = Math.min(delay.value * factor, bound.value);
  const share = retry.jitter * chance(`${draft.executionId}/${visit.id}/${index ?? ''}/${attempt}`);
  return { ok: true, value: Math.round(full * (1 - share)) };
}

/**
 * A number in [0, 1) that depends on the text alone, so that replay decides as the live run did.
 * FNV-1a over UTF-16 units, finished with the mixer of MurmurHash3.
 */
export function chance(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
