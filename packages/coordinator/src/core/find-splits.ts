import type { WorkflowGraph } from '@weftline/graph';

/** Tasks without a join that more than one way leads to. A task that leads back to itself is none: each round is one more visit. */
export function findSplits(graph: WorkflowGraph): ReadonlySet<string> {
  const reached = graph.taskNames.filter((task) => graph.joinCount(task) === 0 && graph.inbound(task).length > 1);
  return new Set(reached.filter((task) => !graph.isInCycle(task)));
}
