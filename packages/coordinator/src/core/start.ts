import type { ContextRoot, ContextStrategy } from '@weftline/context';
import { ExpressionError } from '@weftline/expression';
import { Map } from 'immutable';
import type { Draft } from './draft.ts';
import type { ExecutionStarted } from './event.ts';
import { expressionFailure, failureCode } from './failure.ts';
import { finish } from './finish.ts';
import { isoTime } from './iso-time.ts';
import type { Program } from './program.ts';
import { ContextScope } from './scope.ts';
import type { ExecutionState, JoinRound, Visit } from './state.ts';
import { arrive } from './visit.ts';

/** The state before anything has run. */
export function initialState(program: Program, event: ExecutionStarted, strategy: ContextStrategy): ExecutionState {
  const root: ContextRoot = {
    input: event.input,
    execution: { id: event.id, started_at: isoTime(event.atMs), workflow: program.definition.name },
    env: event.env,
  };
  return {
    id: event.id,
    startedAtMs: event.atMs,
    sequence: 0,
    root,
    labels: event.labels,
    status: 'running',
    failing: false,
    visits: Map<number, Visit>(),
    inFlight: 0,
    nextVisit: 1,
    ordinals: Map<string, number>(),
    joins: Map<string, JoinRound>(),
    version: 0,
    final: strategy.create(root),
    errors: [],
    ended: [],
    outcome: undefined,
  };
}

/** Renders `vars` in the order written and starts every task that nothing leads to. */
export function executionStarted(draft: Draft, event: ExecutionStarted): void {
  const { definition, graph } = draft.program;
  draft.notices?.push({ type: 'execution-started', workflow: definition.name, input: event.input });
  let context = draft.final;
  for (const [name, template] of draft.program.vars) {
    try {
      draft.version += 1;
      context = context.publish([[name, template.render(new ContextScope(context, draft.atMs))]], draft.version);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const failure = expressionFailure(error, `vars.${name}`);
      draft.problem({ code: failureCode(failure), message: failure.message, details: failure.details });
      draft.failing = true;
      finish(draft, 'failed');
      return;
    }
  }
  draft.final = context;
  for (const task of graph.entryTasks) arrive(draft, task, { context, origin: undefined, from: undefined, repeats: 0 });
}
