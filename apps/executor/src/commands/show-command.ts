import type { ExecutionInspection, TaskProgress } from '@weftline/engine';
import type { CommandContext } from '../command-context.ts';
import { formatDuration } from '../duration.ts';
import { ExitCode } from '../exit-code.ts';
import { createFollowUp } from '../follow-up.ts';
import type { FollowUp } from '../follow-up.ts';
import { formatTime } from '../format-time.ts';
import { inspectExecution } from '../inspect-execution.ts';
import { errorLines } from '../outcome-report.ts';
import { printable, printableLine } from '../plain-text.ts';
import { itemsText, statusMark, visitName } from '../progress/task-text.ts';
import { resolveSettings } from '../settings.ts';
import type { Style } from '../style.ts';
import { durationOf, summaryObject } from '../summary-object.ts';
import { formatTable } from '../table.ts';

/** Prints how an execution stands according to its journal. */
export async function showCommand(id: string, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const settings = await resolveSettings(context);
  const inspection = await inspectExecution(context, settings, id);
  if (terminal.output === 'json' || terminal.output === 'jsonl') {
    await terminal.data(`${JSON.stringify(inspectionObject(inspection))}\n`);
  } else if (terminal.output === 'text') {
    const lines = inspectionLines(inspection, terminal.dataStyle);
    await terminal.data(`${lines.join('\n')}\n`);
  }
  const hint = advice(inspection, await createFollowUp(context, settings));
  if (hint !== undefined) terminal.note(hint);
  return ExitCode.succeeded;
}

function inspectionObject(inspection: ExecutionInspection): object {
  const { summary, input, labels, progress, outcome, variables } = inspection;
  return {
    v: 1,
    ...summaryObject(summary),
    status: progress.status,
    input,
    labels,
    tasks: progress.tasks,
    variables,
    output: outcome?.output ?? null,
    errors: outcome?.errors ?? [],
  };
}

function inspectionLines(inspection: ExecutionInspection, style: Style): string[] {
  const { summary, progress, outcome, input } = inspection;
  const { owner } = summary;
  const facts: string[][] = [
    ['id', summary.id],
    ['workflow', printableLine(inspection.workflow)],
    ['status', `${statusMark(progress.status, style)}${progress.status}`],
    ['started', formatTime(summary.createdAtMs)],
    ['duration', formatDuration(durationOf(summary))],
  ];
  if (owner !== undefined) facts.push(['owner', printableLine(`process ${owner.pid} on ${owner.host}`)]);
  const file = inspection.labels.file;
  if (file !== undefined) facts.push(['file', printableLine(file)]);
  facts.push(['input', printable(JSON.stringify(input))]);
  const lines = formatTable(facts);
  if (progress.tasks.length > 0) lines.push('', style.paint('bold', 'tasks'), ...taskLines(progress.tasks, style));
  if (outcome === undefined) return lines;
  if (outcome.errors.length > 0) lines.push('', style.paint('bold', 'errors'), ...errorLines(outcome.errors, style));
  lines.push('', style.paint('bold', 'output'), printable(JSON.stringify(outcome.output ?? null, null, 2)));
  return lines;
}

/** In the order in which they started. */
function taskLines(tasks: readonly TaskProgress[], style: Style): string[] {
  const inOrder = [...tasks].sort((left, right) => left.startedAtMs - right.startedAtMs);
  const rows = inOrder.map((task) => [
    `  ${statusMark(task.status, style) || '  '}${visitName(task)}`,
    task.status,
    task.finishedAtMs === undefined ? '' : formatDuration(task.finishedAtMs - task.startedAtMs),
    task.items === undefined ? '' : itemsText(task.items),
  ]);
  return formatTable(rows, [2]);
}

/** What can be done with an execution that has not ended. */
function advice({ summary, outcome }: ExecutionInspection, followUp: FollowUp): string | undefined {
  if (outcome !== undefined || summary.owner !== undefined) return undefined;
  const command = followUp.command('resume', summary.id);
  return command === undefined ? undefined : `nobody runs it at present; take it up with: ${command}`;
}
