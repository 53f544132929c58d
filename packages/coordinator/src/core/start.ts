import type { ContextRoot, ContextStrategy } from '@weftline/context';
import { ExpressionError, type Template } from '@weftline/expression';
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
    concurrency: {},
    ended: [],
    outcome: undefined,
  };
}

/** Renders `vars` in the order written and starts every task that nothing leads to. */
export function executionStarted(draft: Draft, event: ExecutionStarted): void {
  const { definition, graph } = draft.program;
  draft.notices?.push({ type: 'execution-started', workflow: definition.name, input: event.input });
  let context = draft.final;
  for (const [name, template, where] of initialVariables(draft, event)) {
    try {
      draft.version += 1;
      const value = 'render' in template ? template.render(new ContextScope(context, draft.atMs)) : template.given;
      context = context.publish([[name, value]], draft.version);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const failure = expressionFailure(error, `${where}.${name}`);
      draft.problem({ code: failureCode(failure), message: failure.message, details: failure.details });
      draft.failing = true;
      finish(draft, 'failed');
      return;
    }
  }
  draft.final = context;
  for (const task of graph.entryTasks) arrive(draft, task, { context, origin: undefined, from: undefined, repeats: 0 });
}

type Initial = readonly [name: string, value: Template | { readonly given: unknown }, where: 'input' | 'vars'];

/** In the order in which they are set. An input that is a variable as well has its default only where it was not given. */
function initialVariables({ program }: Draft, { input }: ExecutionStarted): readonly Initial[] {
  const inputs = program.inputVariables.map(([name, fallback]): Initial => {
    return [name, Object.hasOwn(input, name) ? { given: input[name] } : fallback, 'input'];
  });
  return [...inputs, ...program.vars.map(([name, template]): Initial => [name, template, 'vars'])];
}
