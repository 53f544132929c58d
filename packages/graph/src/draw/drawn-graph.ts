import { ENGINE_COMMANDS, type TransitionDefinition } from '../definition.ts';
import type { WorkflowGraph } from '../graph.ts';

/** What a drawing shows, in plain text; each notation escapes it in its own way. */
export interface DrawnGraph {
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

export interface DrawnNode {
  /** `t0`, `t1` …: never a word of the notation. */
  readonly id: string;
  readonly kind: 'task' | 'items' | 'join' | 'command';
  readonly lines: readonly string[];
}

export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /** The condition; empty when there is none. */
  readonly label: string;
}

const labelMax = 80;

/** One node for each task and for each engine command that is used, one edge for each target of each transition. */
export function describeDrawing(graph: WorkflowGraph): DrawnGraph {
  const ids = new Map(graph.taskNames.map((name, position) => [name, `t${position}`] as const));
  const commands = new Set<string>();
  const edges: DrawnEdge[] = [];
  for (const [name, from] of ids) {
    for (const transition of graph.transitions(name)) {
      for (const target of transition.do) {
        const to = (ENGINE_COMMANDS as readonly string[]).includes(target) ? `c_${target}` : ids.get(target);
        if (to === undefined) continue;
        if (to === `c_${target}`) commands.add(target);
        edges.push({ from, to, label: conditionOf(transition) });
      }
    }
  }
  const tasks = [...ids].map(([name, id]) => describeTask(name, id, graph));
  const ends = [...commands].map((name): DrawnNode => ({ id: `c_${name}`, kind: 'command', lines: [name] }));
  return { nodes: [...tasks, ...ends], edges };
}

function describeTask(name: string, id: string, graph: WorkflowGraph): DrawnNode {
  const task = graph.definition.tasks[name];
  const join = task?.join;
  const lines = [
    name,
    ...(task?.action === undefined ? [] : [shorten(task.action)]),
    ...(task?.with === undefined ? [] : ['for each item']),
    ...(join === undefined ? [] : [`join ${join}`]),
  ];
  return { id, kind: task?.with !== undefined ? 'items' : join !== undefined ? 'join' : 'task', lines };
}

function conditionOf({ when }: TransitionDefinition): string {
  if (when === undefined) return '';
  const inner = /^\s*\{\{([^]*)\}\}\s*$/.exec(when)?.[1];
  return shorten((inner === undefined || inner.includes('{{') ? when : inner).trim().replace(/\s+/g, ' '));
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= labelMax ? text : `${characters.slice(0, labelMax - 1).join('')}…`;
}
