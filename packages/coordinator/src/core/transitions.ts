import type { Context, TaskView } from '@weftline/context';
import { ExpressionError, isTruthy } from '@weftline/expression';
import { ENGINE_COMMANDS, type EngineCommand } from '@weftline/graph';
import { absorb } from './branch.ts';
import type { Draft } from './draft.ts';
import { fail } from './fail.ts';
import { expressionFailure } from './failure.ts';
import { taskProblem } from './outcome.ts';
import type { CompiledTransition } from './program.ts';
import { routeThrough } from './route.ts';
import { CompletionScope } from './scope.ts';
import type { Visit } from './state.ts';
import { arrive, type Arrival } from './visit.ts';

/** How often the engine command `retry` may bring back one visit. */
const repeatsMax = 3;

/** A transition that holds, with its variables published. */
interface Taken {
  readonly transition: CompiledTransition;
  readonly position: number;
  readonly context: Context;
}

/** Where a branch goes on. */
interface Next extends Omit<Arrival, 'origin'> {
  readonly name: string;
}

/**
 * Takes every transition of a finished task that holds, in order. Answers whether a failure of the task is taken up by
 * them: one that names a task, `noop` or `retry` does; `continue`, `fail` or publishing alone leaves it standing.
 */
export function takeTransitions(draft: Draft, visit: Visit, view: TaskView): boolean {
  const taken = findTaken(draft, visit, view);
  const commands = new Set(taken.flatMap(({ transition }) => transition.do.filter(isEngineCommand)));
  const targets = taken.flatMap((each) => targetsOf(draft, visit, each));
  const repeat = visit.repeats < repeatsMax ? taken.flatMap((each) => repeatOf(visit, each)).slice(0, 1) : [];
  const takenUp = targets.length > 0 || commands.has('noop') || (repeat.length > 0 && !draft.failing);
  // What is asked for together with the failure still runs.
  const before = commands.has('fail') ? draft.visits() : [];
  leave(draft, visit, { taken, next: draft.failing ? [] : [...targets, ...repeat] });
  if (commands.has('fail')) {
    const message = `task "${visit.task}" led to the engine command "fail"`;
    fail(draft, { code: 'FAIL_COMMAND', message, task: visit.task }, before);
  }
  return takenUp;
}

function findTaken(draft: Draft, visit: Visit, view: TaskView): readonly Taken[] {
  const taken: Taken[] = [];
  for (const [position, transition] of draft.task(visit.task).transitions.entries()) {
    if (transition.otherwise && taken.length > 0) continue;
    const holds = evaluate(draft, { visit, view, transition, position });
    if (holds !== undefined) taken.push(holds);
  }
  return taken;
}

function targetsOf({ program }: Draft, visit: Visit, { transition, context, position }: Taken): readonly Next[] {
  const { task: from, route } = visit;
  const names = transition.do.filter((name) => !isEngineCommand(name));
  return names.map((name, place) => {
    const split = program.splits.has(name) ? { from, position, place } : undefined;
    return { name, context, from, repeats: 0, route: split === undefined ? route : routeThrough(route, split) };
  });
}

function repeatOf(visit: Visit, { transition, context }: Taken): readonly Next[] {
  if (!transition.do.includes('retry')) return [];
  return [{ name: visit.task, context, from: undefined, repeats: visit.repeats + 1, route: visit.route }];
}

/** Splits the branch over what comes next, or ends it. What was published on a way that ends is kept for the output. */
function leave(
  draft: Draft,
  visit: Visit,
  options: { readonly taken: readonly Taken[]; readonly next: readonly Next[] },
): void {
  const { taken, next } = options;
  const goesOn = new Set(next.map(({ context }) => context));
  for (const { context } of taken) if (!goesOn.has(context)) absorb(draft, context);
  if (next.length === 0) {
    absorb(draft, visit.context);
    return;
  }
  for (const [way, arrival] of next.entries()) {
    arrive(draft, arrival.name, { ...arrival, origin: { visit: visit.id, way } });
  }
}

interface Candidate {
  readonly visit: Visit;
  readonly view: TaskView;
  readonly transition: CompiledTransition;
  readonly position: number;
}

/** Undefined when the transition does not hold. One that cannot be evaluated does not hold and fails the execution. */
function evaluate(draft: Draft, candidate: Candidate): Taken | undefined {
  const { visit, transition } = candidate;
  try {
    const scope = new CompletionScope(visit.context, draft.atMs, { view: candidate.view, rules: draft.program.rules });
    if (transition.when !== undefined && !isTruthy(transition.when.render(scope))) return undefined;
    return { transition, position: candidate.position, context: publish(draft, candidate) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const failure = expressionFailure(error, `next[${candidate.position}] of task "${visit.task}"`);
    fail(draft, taskProblem(visit.task, failure));
    return undefined;
  }
}

function publish(draft: Draft, { visit, view, transition }: Candidate): Context {
  let { context } = visit;
  if (transition.publish.length === 0) return context;
  const published: [name: string, value: unknown][] = [];
  for (const [name, template] of transition.publish) {
    const value = template.render(new CompletionScope(context, draft.atMs, { view, rules: draft.program.rules }));
    draft.version += 1;
    context = context.publish([[name, value]], draft.version);
    published.push([name, value]);
  }
  const names = transition.publish.map(([name]) => name);
  draft.publications?.push({ visit: visit.id, task: visit.task, vars: Object.fromEntries(published) });
  draft.notices?.push({ type: 'variables-published', task: visit.task, names });
  return context;
}

function isEngineCommand(name: string): name is EngineCommand {
  return (ENGINE_COMMANDS as readonly string[]).includes(name);
}
