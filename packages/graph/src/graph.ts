import { findCyclic } from './cycles.ts';
import { ENGINE_COMMANDS, type TransitionDefinition, type WorkflowDefinition } from './definition.ts';

/** A transition with the task it leaves. Edges exist for tasks only, engine commands are not nodes. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Position in the `next` list of `from`. */
  readonly transition: number;
}

/** The edges of a definition, computed once in O(tasks x transitions); every query is O(1). */
export interface WorkflowGraph {
  readonly definition: WorkflowDefinition;
  readonly taskNames: readonly string[];
  /** Tasks nothing leads to, in the order written. */
  readonly entryTasks: readonly string[];
  /** Transitions of a task, as written. */
  transitions(task: string): readonly TransitionDefinition[];
  outbound(task: string): readonly Edge[];
  inbound(task: string): readonly Edge[];
  /** Distinct tasks that lead to `task`, in the order written; a join counts these. */
  inboundTasks(task: string): readonly string[];
  /** How many distinct inbound tasks satisfy the join of `task`; 0 when it has none. */
  joinCount(task: string): number;
  /** Whether transitions lead from `task` back to it. */
  isInCycle(task: string): boolean;
}

interface TaskEdges {
  readonly transitions: readonly TransitionDefinition[];
  readonly outbound: Edge[];
  readonly inbound: Edge[];
  readonly inboundTasks: string[];
}

const engineCommands: ReadonlySet<string> = new Set(ENGINE_COMMANDS);
const nothing: TaskEdges = { transitions: [], outbound: [], inbound: [], inboundTasks: [] };

/**
 * Computes the edges of a definition. Names that are no task have no edges: a target that does not exist gives none
 * (validation reports it), and a query for one gives empty lists.
 */
export function createGraph(definition: WorkflowDefinition): WorkflowGraph {
  const edges = connect(definition);
  const of = (task: string): TaskEdges => edges.get(task) ?? nothing;
  const taskNames = [...edges.keys()];
  const cyclic = findCyclic(taskNames, (task) => of(task).outbound.map(({ to }) => to));
  return {
    definition,
    taskNames,
    entryTasks: taskNames.filter((name) => of(name).inbound.length === 0),
    transitions: (task) => of(task).transitions,
    outbound: (task) => of(task).outbound,
    inbound: (task) => of(task).inbound,
    inboundTasks: (task) => of(task).inboundTasks,
    isInCycle: (task) => cyclic.has(task),
    joinCount: (task) => {
      const join = edges.has(task) ? definition.tasks[task]?.join : undefined;
      if (join === undefined) return 0;
      return join === 'all' ? of(task).inboundTasks.length : join === 'any' ? 1 : join;
    },
  };
}

function connect({ tasks }: WorkflowDefinition): ReadonlyMap<string, TaskEdges> {
  const edges = new Map<string, TaskEdges>();
  for (const [name, task] of Object.entries(tasks)) {
    edges.set(name, { transitions: task.next, outbound: [], inbound: [], inboundTasks: [] });
  }
  for (const [from, source] of edges) {
    for (const [position, transition] of source.transitions.entries()) {
      for (const to of transition.do) {
        const target = engineCommands.has(to) ? undefined : edges.get(to);
        if (target !== undefined) addEdge({ from, to, transition: position }, source, target);
      }
    }
  }
  return edges;
}

/** Tasks are connected one after the other, so a second edge from the same task directly follows its first. */
function addEdge(edge: Edge, source: TaskEdges, target: TaskEdges): void {
  source.outbound.push(edge);
  target.inbound.push(edge);
  if (target.inboundTasks.at(-1) !== edge.from) target.inboundTasks.push(edge.from);
}
