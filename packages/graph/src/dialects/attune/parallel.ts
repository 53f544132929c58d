import type { TaskDefinition, TransitionDefinition } from '../../definition.ts';

/** A parallel task as tasks of the normal form. */
export interface ExpandedParallel {
  readonly start: TaskDefinition;
  readonly members: readonly TaskDefinition[];
  readonly end: TaskDefinition;
}

/**
 * `start` leads to every member, and every member to `end`, which waits for all and has the name and the transitions of the parallel
 * task. How the members came out is told by two variables; a failure that none of the transitions takes up fails the execution.
 */
export function expandParallel(
  task: TaskDefinition,
  inner: readonly TaskDefinition[],
  isTaken: (name: string) => boolean,
): ExpandedParallel {
  const { name, delayMs, join } = task;
  const names = new Set(inner.map((member) => member.name));
  const start = unused(`${name}_start`, (candidate) => isTaken(candidate) || names.has(candidate));
  const failed = `${name}_has_failed`;
  const timedOut = `${name}_has_timed_out`;
  const leave = (when: string, publish: TransitionDefinition['publish'] = []): TransitionDefinition => {
    return { when: `{{ ${when} }}`, publish, do: [name] };
  };
  const next = [leave('succeeded()'), leave('failed()', [[failed, true]]), leave('timed_out()', [[timedOut, true]])];
  const begun: TransitionDefinition['publish'] = [
    [failed, false],
    [timedOut, false],
  ];
  const outcome = { succeeded: `not (${failed} or ${timedOut})`, failed, timed_out: timedOut };
  return {
    start: {
      name: start,
      input: {},
      ...(delayMs === undefined ? {} : { delayMs }),
      ...(join === undefined ? {} : { join }),
      next: [{ publish: begun, do: [...names] }],
    },
    members: inner.map((member) => ({ ...member, next })),
    end: {
      name,
      input: {},
      ...(inner.length > 1 ? { join: 'all' as const } : {}),
      next: [
        ...task.next.map((transition) => byOutcome(transition, outcome)),
        { otherwise: true, when: `{{ ${failed} or ${timedOut} }}`, publish: [], do: ['fail'] },
      ],
    },
  };
}

function unused(name: string, isTaken: (name: string) => boolean): string {
  return isTaken(name) ? unused(`${name}_`, isTaken) : name;
}

const asksOutcome = /^\s*(?:\{\{)?\s*(succeeded|failed|timed_out)\(\s*\)\s*(?:\}\})?\s*$/;

/** A condition that asks no more than how the task came out asks how the members did. */
function byOutcome(transition: TransitionDefinition, outcome: Readonly<Record<string, string>>): TransitionDefinition {
  const [, asked = ''] = asksOutcome.exec(transition.when ?? '') ?? [];
  const when = outcome[asked];
  return when === undefined ? transition : { ...transition, when: `{{ ${when} }}` };
}

/** Lets transitions to a parallel task lead to where it begins. */
export function redirect(task: TaskDefinition, starts: ReadonlyMap<string, string>): TaskDefinition {
  const next = task.next.map((transition) => ({
    ...transition,
    do: transition.do.map((target) => starts.get(target) ?? target),
  }));
  return { ...task, next };
}
