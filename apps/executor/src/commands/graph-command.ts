import { createGraph, toDot, toMermaid } from '@weftline/graph';
import type { Language, WorkflowGraph } from '@weftline/graph';
import type { CommandContext } from '../command-context.ts';
import { ExitCode } from '../exit-code.ts';
import { requireWorkflow } from '../load-workflow.ts';

export interface GraphOptions {
  readonly dialect?: Language;
  readonly format?: 'mermaid' | 'dot' | 'json';
}

/** Prints the drawing of a workflow; nothing is run and no store is opened. */
export async function graphCommand(file: string, options: GraphOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const graph = createGraph(await requireWorkflow({ file, dialect: options.dialect }, terminal));
  if (terminal.output === 'none') return ExitCode.succeeded;
  const json = terminal.output !== 'text';
  await terminal.data(`${draw(graph, options.format ?? (json ? 'json' : 'mermaid')).trimEnd()}\n`);
  return ExitCode.succeeded;
}

function draw(graph: WorkflowGraph, format: 'mermaid' | 'dot' | 'json'): string {
  if (format === 'mermaid') return toMermaid(graph);
  return format === 'dot' ? toDot(graph) : JSON.stringify(graphObject(graph));
}

function graphObject(graph: WorkflowGraph): object {
  const { definition, taskNames, entryTasks } = graph;
  const tasks = taskNames.map((name) => {
    const task = definition.tasks[name];
    return { name, action: task?.action ?? null, items: task?.with !== undefined, join: task?.join ?? null };
  });
  return { v: 1, name: definition.name, entryTasks, tasks, edges: taskNames.flatMap((name) => graph.outbound(name)) };
}
