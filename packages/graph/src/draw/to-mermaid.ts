import type { WorkflowGraph } from '../graph.ts';
import { describeDrawing, type DrawnNode } from './drawn-graph.ts';

const shapes: Readonly<Record<DrawnNode['kind'], readonly [open: string, close: string]>> = {
  task: ['[', ']'],
  items: ['[[', ']]'],
  join: ['{{', '}}'],
  command: ['([', '])'],
};

/** A flowchart in Mermaid. Iterations have double sides, joins are hexagons, engine commands have round ends. */
export function toMermaid(graph: WorkflowGraph): string {
  const { nodes, edges } = describeDrawing(graph);
  const lines = ['flowchart TD'];
  for (const { id, kind, lines: label } of nodes) {
    const [open, close] = shapes[kind];
    lines.push(`  ${id}${open}"${label.map(escape).join('<br/>')}"${close}`);
  }
  for (const { from, to, label } of edges) {
    lines.push(label === '' ? `  ${from} --> ${to}` : `  ${from} -->|"${escape(label)}"| ${to}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Everything that is not plain is written as a character code, which Mermaid shows as the character. */
function escape(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.,:=()/+*?!'-]/gu, (character) => `#${character.codePointAt(0) ?? 0};`);
}
