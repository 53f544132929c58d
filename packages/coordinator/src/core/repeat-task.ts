import type { Context } from '@weftline/context';
import { ExpressionError, isTruthy } from '@weftline/expression';
import type { Draft } from './draft.ts';
import { fail } from './fail.ts';
import { expressionFailure } from './failure.ts';
import { taskProblem, type VisitOutcome } from './outcome.ts';
import { backoffMs } from './retry.ts';
import { measureCount } from './quantity.ts';
import { CompletionScope } from './scope.ts';
import type { Visit } from './state.ts';
import { arrive } from './visit.ts';

/**
 * Does a task again that has come to its end, where its retry is one of the task as a whole: as a visit of its own, with what the
 * one before knew. Answers whether it does; then no transition is looked at. A retry that cannot be evaluated fails the execution.
 */
export function repeatTask(draft: Draft, visit: Visit, outcome: VisitOutcome): boolean {
  const { repeat } = draft.task(visit.task);
  const { failure, view } = outcome;
  if (repeat === undefined || failure?.kind === 'canceled') return false;
  const where = `retry of task "${visit.task}"`;
  const scope = new CompletionScope(visit.context, draft.atMs, { view, rules: draft.program.rules });
  const count = measureCount(repeat.count, scope, { where, minimum: 0 });
  if (!count.ok) return stop(draft, visit, count.failure);
  if (visit.repeats >= count.value) return false;
  try {
    const again = repeat.when === undefined ? failure !== undefined : isTruthy(repeat.when.render(scope));
    if (!again) return false;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return stop(draft, visit, expressionFailure(error, where));
  }
  const round = { attempt: visit.repeats + 1, index: undefined, visit };
  const delay = backoffMs(draft, repeat, { failed: round, scope, where });
  if (!delay.ok) return stop(draft, visit, delay.failure);
  repeatAfter(draft, visit, { context: visit.context, delayMs: delay.value });
  return true;
}

function stop(draft: Draft, { task }: Visit, failure: Parameters<typeof taskProblem>[1]): false {
  fail(draft, taskProblem(task, failure));
  return false;
}

function repeatAfter(
  draft: Draft,
  visit: Visit,
  { context, delayMs }: { readonly context: Context; readonly delayMs: number },
): void {
  const { task: name, repeats, route } = visit;
  const origin = { visit: visit.id, way: 0 };
  arrive(draft, name, { context, origin, from: undefined, repeats: repeats + 1, delayMs, route });
}
