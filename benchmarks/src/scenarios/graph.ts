import { createGraph, type TaskDefinition, type WorkflowDefinition, type WorkflowGraph } from '@weftline/graph';
import type { Scenario, Size, Strategy } from '../case.ts';

/** A chain of tasks, each of which also leads two tasks ahead. */
function chainOf(n: number): WorkflowDefinition {
  const nameAt = (place: number): string => `task_${place}`;
  const tasks = Array.from({ length: n }, (_, place): [string, TaskDefinition] => {
    const ahead = [place + 1, place + 2].filter((next) => next < n).map(nameAt);
    const next = ahead.map((target) => ({ publish: [], do: [target] }));
    return [nameAt(place), { name: nameAt(place), input: {}, next }];
  });
  return { format: 1, name: 'chain', input: {}, vars: {}, tasks: Object.fromEntries(tasks) };
}

/** Every task is asked anew who leads to it. */
function scanInbound(definition: WorkflowDefinition, task: string): readonly string[] {
  return Object.values(definition.tasks)
    .filter(({ next }) => next.some(({ do: targets }) => targets.includes(task)))
    .map(({ name }) => name);
}

function checkCount(expected: number, answer: unknown): void {
  if (answer !== expected) throw new Error(`expected ${expected} edges, got ${String(answer)}`);
}

/** Two for each task, but for the last two. */
function edgesOf(n: number): number {
  return 2 * n - 3;
}

const skipScan = ({ n }: Size): string | undefined =>
  n > 1_000 ? `scanning ${n} tasks for each of ${n} takes minutes` : undefined;

const build: readonly Strategy[] = [
  {
    name: 'read the definition',
    prepare({ n }) {
      const definition = chainOf(n);
      const run = (): number =>
        Object.values(definition.tasks).reduce(
          (sum, { next }) => sum + next.reduce((all, way) => all + way.do.length, 0),
          0,
        );
      return Promise.resolve({ operations: n, run, check: (answer) => checkCount(edgesOf(n), answer) });
    },
  },
  {
    name: 'scan for each task',
    skip: skipScan,
    prepare({ n }) {
      const definition = chainOf(n);
      const run = (): number =>
        Object.keys(definition.tasks).reduce((sum, task) => sum + scanInbound(definition, task).length, 0);
      return Promise.resolve({ operations: n, run, check: (answer) => checkCount(edgesOf(n), answer) });
    },
  },
  {
    name: 'createGraph',
    prepare({ n }) {
      const definition = chainOf(n);
      const run = (): WorkflowGraph => createGraph(definition);
      const count = (graph: WorkflowGraph): number =>
        graph.taskNames.reduce((sum, task) => sum + graph.inbound(task).length, 0);
      return Promise.resolve({
        operations: n,
        run,
        check: (answer) => checkCount(edgesOf(n), count(answer as WorkflowGraph)),
      });
    },
  },
];

const sizes = [10, 100, 1_000, 10_000, 100_000].map((n) => ({ n, c: 0 }));

export const graphBuild: Scenario = {
  ...{ name: 'graph-build', title: 'edges of a workflow of n tasks with two transitions each', operation: 'task' },
  ...{ pace: 'whole-run', floor: 'read the definition', baseline: 'scan for each task', growth: ['n'], sizes },
  quickSizes: [100, 1_000, 10_000].map((n) => ({ n, c: 0 })),
  notes: ['All edges, inbound and outbound, computed once. Not measured: reading YAML and validation.'],
  strategies: build,
};

function lookUps(name: string, look: (of: Lookup) => () => unknown, skip?: Strategy['skip']): Strategy {
  return {
    name,
    ...(skip === undefined ? {} : { skip }),
    prepare({ n }) {
      const definition = chainOf(n);
      const run = look({ definition, graph: createGraph(definition), task: `task_${n >> 1}` });
      return Promise.resolve({
        operations: 1,
        run,
        check: (answer) => checkCount(4, (answer as readonly (readonly unknown[])[]).flat().length),
      });
    },
  };
}

interface Lookup {
  readonly definition: WorkflowDefinition;
  readonly graph: WorkflowGraph;
  readonly task: string;
}

export const graphLookup: Scenario = {
  ...{ name: 'graph-lookup', title: 'next tasks and inbound tasks of one of n tasks', operation: 'look-up' },
  ...{ pace: 'nanoseconds', floor: 'map', baseline: 'scan', growth: ['n'], sizes },
  quickSizes: [100, 1_000, 10_000].map((n) => ({ n, c: 0 })),
  notes: ['One task in the middle of a chain is asked for what follows it and for what leads to it.'],
  strategies: [
    lookUps('map', ({ graph, task }) => {
      const known = new Map([[task, [graph.outbound(task), graph.inboundTasks(task)]]]);
      return () => known.get(task);
    }),
    lookUps('scan', ({ definition, task }) => () => [definition.tasks[task]?.next, scanInbound(definition, task)]),
    lookUps('WorkflowGraph', ({ graph, task }) => () => [graph.outbound(task), graph.inboundTasks(task)]),
  ],
};
