import type { WorkflowDefinition } from '../definition.ts';
import { createGraph, type Edge, type WorkflowGraph } from '../graph.ts';

/**
 * By task, the variables that certainly have a value when it begins, whichever way led to it. A task that no way leads to is not
 * in the answer.
 *
 * Begins with the assumption that everything is set everywhere and takes away what some way does not set, until nothing changes:
 * a task is looked at again only when one before it has lost a variable.
 */
export function findAssigned(definition: WorkflowDefinition): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = createGraph(definition);
  const base = new Set([...Object.keys(definition.input), ...Object.keys(definition.vars)]);
  const assigned = new Map<string, ReadonlySet<string>>(graph.entryTasks.map((task) => [task, base]));
  const pending = [...graph.entryTasks];
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    for (const target of new Set(graph.outbound(task).map(({ to }) => to))) {
      const before = assigned.get(target);
      const now = assignedAt(target, graph, assigned);
      if (before?.size === now.size) continue;
      assigned.set(target, now);
      pending.push(target);
    }
  }
  return assigned;
}

type Assigned = ReadonlyMap<string, ReadonlySet<string>>;

/** What is set where a task begins, by what is known so far of the tasks before it. */
function assignedAt(task: string, graph: WorkflowGraph, assigned: Assigned): ReadonlySet<string> {
  const ways = graph.inboundTasks(task).flatMap((from) => {
    const edges = graph.inbound(task).filter((edge) => edge.from === from);
    const sets = edges.flatMap((edge) => along(edge, graph, assigned) ?? []);
    return sets.length === 0 ? [] : [intersectionOf(sets)];
  });
  const unknown = graph.inboundTasks(task).length - ways.length;
  const needed = graph.joinCount(task);
  if (needed === 0) return intersectionOf(ways);
  // Of a join so many tasks arrive, that a variable is set if fewer than these lack it.
  const counts = new Map<string, number>();
  for (const way of ways) for (const name of way) counts.set(name, (counts.get(name) ?? 0) + 1);
  const all = ways.length + unknown;
  return new Set([...counts].filter(([, count]) => all - count - unknown < needed).map(([name]) => name));
}

/** What is set at the end of one way; undefined while nothing is known of the task that it leaves. */
function along({ from, transition }: Edge, graph: WorkflowGraph, assigned: Assigned): ReadonlySet<string> | undefined {
  const before = assigned.get(from);
  if (before === undefined) return undefined;
  const published = graph.transitions(from)[transition]?.publish ?? [];
  return new Set([...before, ...published.map(([name]) => name)]);
}

function intersectionOf([first, ...rest]: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set([...(first ?? [])].filter((name) => rest.every((set) => set.has(name))));
}
