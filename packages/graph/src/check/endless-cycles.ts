import type { TransitionDefinition } from '../definition.ts';
import type { Edge, WorkflowGraph } from '../graph.ts';

/**
 * Cycles that run forever once they are entered: each task on them is certainly started again by the one before, because
 * the transition between them has no condition. Other transitions of these tasks do not help, since all transitions that
 * hold are taken, not only the first; only the engine command `fail` beside them could end the execution.
 *
 * Found by taking away, again and again, each task that no remaining task certainly starts. A task with a join is
 * certainly started when as many remaining tasks as it needs lead to it. What remains starts itself forever.
 * Linear in the edges; one cycle is answered for every part that remains, as its edges in order.
 */
export function findEndlessCycles(graph: WorkflowGraph): readonly (readonly Edge[])[] {
  const certain = findCertainSources(graph);
  const remaining = takeAway(graph, certain);
  const walked = new Set<string>();
  const order = new Map(graph.taskNames.map((task, position) => [task, position] as const));
  const cycles: (readonly Edge[])[] = [];
  for (const task of graph.taskNames) {
    if (!remaining.has(task) || walked.has(task)) continue;
    const cycle = walkBack(task, { certain, remaining, walked });
    if (cycle.length > 0) cycles.push(startingWithFirst(cycle, order));
  }
  return cycles;
}

type CertainSources = ReadonlyMap<string, ReadonlyMap<string, Edge>>;

/** By task, the first edge from each task that always leads here. */
function findCertainSources(graph: WorkflowGraph): CertainSources {
  const certain = new Map(graph.taskNames.map((task) => [task, new Map<string, Edge>()] as const));
  for (const task of graph.taskNames) {
    const transitions = graph.transitions(task);
    if (transitions.some((transition) => transition.do.includes('fail'))) continue;
    const always = transitions.map(alwaysHolds);
    for (const edge of graph.outbound(task)) {
      const sources = certain.get(edge.to);
      if (always[edge.transition] === true && sources?.has(task) === false) sources.set(task, edge);
    }
  }
  return certain;
}

const alwaysTrue =
  /^\s*(?:\{\{\s*(?:true|completed\(\s*\))\s*\}\}|<%\s*(?:true|completed\(\s*\))\s*%>|true|completed\(\s*\))\s*$/;

function alwaysHolds({ otherwise, when }: TransitionDefinition): boolean {
  if (otherwise === true) return false;
  return when === undefined || alwaysTrue.test(when);
}

function takeAway(graph: WorkflowGraph, certain: CertainSources): ReadonlySet<string> {
  const remaining = new Set(graph.taskNames);
  const counts = new Map<string, number>();
  const needed = (task: string): number => Math.max(1, graph.joinCount(task));
  const lost: string[] = [];
  for (const [task, sources] of certain) {
    counts.set(task, sources.size);
    if (sources.size < needed(task)) lost.push(task);
  }
  for (const task of lost) remaining.delete(task);
  for (let task = lost.pop(); task !== undefined; task = lost.pop()) {
    for (const target of new Set(graph.outbound(task).map(({ to }) => to))) {
      if (certain.get(target)?.has(task) !== true) continue;
      const count = (counts.get(target) ?? 0) - 1;
      counts.set(target, count);
      if (count < needed(target) && remaining.delete(target)) lost.push(target);
    }
  }
  return remaining;
}

interface Walk {
  readonly certain: CertainSources;
  readonly remaining: ReadonlySet<string>;
  readonly walked: Set<string>;
}

/** Follows certain sources back from a task until the way closes; empty when it leads into one walked before. */
function walkBack(start: string, { certain, remaining, walked }: Walk): readonly Edge[] {
  const edges: Edge[] = [];
  let task = start;
  while (!walked.has(task)) {
    walked.add(task);
    const edge = [...(certain.get(task)?.values() ?? [])].find(({ from }) => remaining.has(from));
    if (edge === undefined) return [];
    edges.push(edge);
    task = edge.from;
  }
  const closing = edges.findIndex(({ to }) => to === task);
  return closing === -1 ? [] : edges.slice(closing).reverse();
}

/** Turns a cycle so that it begins with the task that is written first. */
function startingWithFirst(cycle: readonly Edge[], order: ReadonlyMap<string, number>): readonly Edge[] {
  let first = 0;
  for (const [at, { from }] of cycle.entries()) {
    if ((order.get(from) ?? 0) < (order.get(cycle[first]?.from ?? '') ?? 0)) first = at;
  }
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
