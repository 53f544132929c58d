import type { TaskView } from '@weftline/context';
import { ExpressionError, isTruthy } from '@weftline/expression';
import { ENGINE_COMMANDS, type EngineCommand } from '@weftline/graph';
import { endBranch, splitBranch, type Branch } from './branch.ts';
import type { Draft } from './draft.ts';
import { fail } from './fail.ts';
import { expressionFailure } from './failure.ts';
import { taskProblem } from './outcome.ts';
import type { CompiledTransition } from './program.ts';
import { CompletionScope } from './scope.ts';
import type { Visit } from './state.ts';
import { arrive } from './visit.ts';

/** How often the engine command `retry` may bring back one visit. */
const repeatsMax = 3;

/** A transition that holds, with its variables published. */
interface Taken {
  readonly transition: CompiledTransition;
  readonly context: Branch['context'];
}

/**
 * Takes every transition of a finished task that holds, in order. Answers whether a failure of the task is taken up by
 * them: one that names a task, `noop` or `retry` does; `continue`, `fail` or publishing alone leaves it standing.
 */
export function takeTransitions(draft: Draft, visit: Visit, view: TaskView): boolean {
  const taken = draft.task(visit.task).transitions.flatMap((transition, position) => {
    const holds = evaluate(draft, { visit, view, transition, position });
    return holds === undefined ? [] : [holds];
  });
  const targets = taken.flatMap(({ transition, context }) =>
    transition.do.filter((name) => !isEngineCommand(name)).map((name) => ({ name, context })),
  );
  const commands = new Set(taken.flatMap(({ transition }) => transition.do.filter(isEngineCommand)));
  const repeats = commands.has('retry') && visit.repeats < repeatsMax && !draft.failing;
  const successors = draft.failing ? [] : targets;
  const firstSuccessor = draft.nextVisit;
  leave(draft, visit, { taken, successors, repeats });
  if (commands.has('fail')) {
    const message = `task "${visit.task}" led to the engine command "fail"`;
    fail(draft, { code: 'FAIL_COMMAND', message, task: visit.task }, firstSuccessor);
  }
  return repeats || targets.length > 0 || commands.has('noop');
}

/** Splits the branch over its successors, or ends it where there are none. */
function leave(
  draft: Draft,
  visit: Visit,
  next: {
    readonly taken: readonly Taken[];
    readonly successors: readonly { name: string; context: Branch['context'] }[];
    readonly repeats: boolean;
  },
): void {
  const count = next.successors.length + (next.repeats ? 1 : 0);
  if (count === 0) {
    const [first, ...rest] = next.taken.map(({ context }) => context);
    endBranch(draft, { context: first === undefined ? visit.context : first.merge(rest, Infinity), fork: visit.fork });
    return;
  }
  const fork = splitBranch(draft, visit, count);
  for (const { name, context } of next.successors) {
    arrive(draft, name, { context, fork, from: visit.task, repeats: 0 });
  }
  if (next.repeats) {
    arrive(draft, visit.task, { context: visit.context, fork, from: undefined, repeats: visit.repeats + 1 });
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
    const scope = new CompletionScope(visit.context, draft.atMs, candidate.view);
    if (transition.when !== undefined && !isTruthy(transition.when.render(scope))) return undefined;
    return { transition, context: publish(draft, candidate) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const failure = expressionFailure(error, `next[${candidate.position}] of task "${visit.task}"`);
    fail(draft, taskProblem(visit.task, failure));
    return undefined;
  }
}

function publish(draft: Draft, { visit, view, transition }: Candidate): Branch['context'] {
  let { context } = visit;
  if (transition.publish.length === 0) return context;
  for (const [name, template] of transition.publish) {
    const value = template.render(new CompletionScope(context, draft.atMs, view));
    draft.version += 1;
    context = context.publish([[name, value]], draft.version);
  }
  const names = transition.publish.map(([name]) => name);
  draft.notices?.push({ type: 'variables-published', task: visit.task, names });
  return context;
}

function isEngineCommand(name: string): name is EngineCommand {
  return (ENGINE_COMMANDS as readonly string[]).includes(name);
}
