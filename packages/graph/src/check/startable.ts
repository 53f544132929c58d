import type { WorkflowGraph } from '../graph.ts';

/**
 * The tasks that can ever start, if every condition may hold: entry tasks, tasks that one of these leads to, and joins
 * that enough of these lead to. The least set that satisfies this, found in one pass over the edges; a join that needs
 * itself, or another one that needs it, is not in it.
 */
export function findStartable(graph: WorkflowGraph): ReadonlySet<string> {
  const startable = new Set(graph.entryTasks);
  const arrived = new Map<string, number>();
  const pending = [...graph.entryTasks];
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    for (const target of new Set(graph.outbound(task).map(({ to }) => to))) {
      const count = (arrived.get(target) ?? 0) + 1;
      arrived.set(target, count);
      if (startable.has(target) || count < Math.max(1, graph.joinCount(target))) continue;
      startable.add(target);
      pending.push(target);
    }
  }
  return startable;
}

/** The tasks that some path of transitions leads to from an entry task, joins aside. */
export function findReachable(graph: WorkflowGraph): ReadonlySet<string> {
  const reachable = new Set(graph.entryTasks);
  const pending = [...graph.entryTasks];
  for (let task = pending.pop(); task !== undefined; task = pending.pop()) {
    for (const { to } of graph.outbound(task)) {
      if (reachable.has(to)) continue;
      reachable.add(to);
      pending.push(to);
    }
  }
  return reachable;
}
