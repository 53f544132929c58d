import type { WorkflowGraph } from '../graph.ts';
import { describeDrawing, type DrawnNode } from './drawn-graph.ts';

const attributes: Readonly<Record<DrawnNode['kind'], string>> = {
  task: 'shape=box',
  items: 'shape=box, peripheries=2',
  join: 'shape=hexagon',
  command: 'shape=oval',
};

/** A directed graph for Graphviz. Iterations have a double border, joins are hexagons, engine commands are ovals. */
export function toDot(graph: WorkflowGraph): string {
  const { nodes, edges } = describeDrawing(graph);
  const lines = [`digraph "${escape(graph.definition.name)}" {`, '  rankdir=TB;', '  node [fontname="sans-serif"];'];
  for (const { id, kind, lines: label } of nodes) {
    lines.push(`  ${id} [label="${label.map(escape).join('\\n')}", ${attributes[kind]}];`);
  }
  for (const { from, to, label } of edges) {
    lines.push(label === '' ? `  ${from} -> ${to};` : `  ${from} -> ${to} [label="${escape(label)}"];`);
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

/** Within double quotes only these end the text or begin an escape; control characters have no place in a label. */
function escape(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').replace(/["\\]/g, (character) => `\\${character}`);
}
