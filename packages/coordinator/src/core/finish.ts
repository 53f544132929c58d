import { ExpressionError } from '@weftline/expression';
import { absorb } from './branch.ts';
import type { Draft } from './draft.ts';
import { expressionFailure, failureCode } from './failure.ts';
import { fitOutcome } from './fit-outcome.ts';
import { taskAtJoin } from './route.ts';
import { ContextScope } from './scope.ts';
import type { ExecutionOutcome, OutcomeStatus } from './state.ts';

/** Ends the execution when nothing is left to do, and a pause when nothing is in flight any more. */
export function settle(draft: Draft): void {
  if (draft.outcome !== undefined || draft.history?.isFoldingAgain === true) return;
  if (draft.visitCount === 0) {
    end(draft);
  } else if (draft.status === 'pausing' && draft.inFlight === 0) {
    draft.status = 'paused';
    draft.notices?.push({ type: 'execution-paused' });
  }
}

function end(draft: Draft): void {
  const canceled = draft.status === 'canceling';
  for (const [, round] of draft.rounds()) {
    for (const context of round.waiting) absorb(draft, context);
  }
  if (!canceled && !draft.failing) reportUnmetJoins(draft);
  const status: OutcomeStatus = canceled ? 'canceled' : draft.failing ? 'failed' : 'succeeded';
  finish(draft, status);
}

/** A join that waits for a task that never came would otherwise look like success. */
function reportUnmetJoins(draft: Draft): void {
  for (const [place, round] of draft.rounds()) {
    if (round.fired) continue;
    const task = taskAtJoin(place);
    const missing = draft.program.graph.inboundTasks(task).filter((name) => !round.from.has(name));
    draft.failing = true;
    draft.problem({
      code: 'JOIN_UNMET',
      task,
      message: `the join of "${task}" was not met: ${round.from.size} of ${draft.program.graph.joinCount(task)} arrived, none came from ${missing.map((name) => `"${name}"`).join(', ')}`,
      details: { arrived: round.from.toArray(), missing },
    });
  }
}

/** Renders the output whatever the status; a key that cannot be rendered is null, and turns success into failure. */
export function finish(draft: Draft, status: OutcomeStatus): void {
  const { output, failures } = renderOutput(draft);
  let outcome = status;
  if (status === 'succeeded' && failures.length > 0) {
    outcome = 'failed';
    for (const failure of failures) draft.problem(failure);
  }
  const fitting = fitOutcome({ status: outcome, output, errors: draft.errors, finishedAtMs: draft.atMs });
  draft.status = fitting.status;
  draft.errors = fitting.errors;
  draft.outcome = fitting;
  draft.notices?.push({ type: 'execution-finished', status: fitting.status, errors: fitting.errors });
}

function renderOutput(draft: Draft): { readonly output: unknown; readonly failures: ExecutionOutcome['errors'] } {
  const { output } = draft.program;
  let context = draft.final;
  const failures: ExecutionOutcome['errors'][number][] = [];
  const entries = output.map(([key, template]) => {
    try {
      const value = template.render(new ContextScope(context, draft.atMs));
      if (key !== undefined && draft.program.rules.outputSeesItself) {
        draft.version += 1;
        context = context.publish([[key, value]], draft.version);
      }
      return [key, value] as const;
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const failure = expressionFailure(error, key === undefined ? 'output' : `output.${key}`);
      failures.push({ code: failureCode(failure), message: failure.message, details: failure.details });
      return [key, null] as const;
    }
  });
  const [first] = entries;
  if (first === undefined) return { output: null, failures };
  if (first[0] === undefined) return { output: first[1], failures };
  return { output: Object.fromEntries(entries), failures };
}
