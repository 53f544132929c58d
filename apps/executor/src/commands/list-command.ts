import type { ExecutionPage, ExecutionSummary } from '@weftline/persistence';
import type { CommandContext } from '../command-context.ts';
import { formatDuration } from '../duration.ts';
import { ExitCode } from '../exit-code.ts';
import { formatTime } from '../format-time.ts';
import { withReader } from '../open-engine.ts';
import { printableLine } from '../plain-text.ts';
import { resolveSettings } from '../settings.ts';
import { storeUrl } from '../store-location.ts';
import { durationOf, summaryObject } from '../summary-object.ts';
import { formatTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';

export interface ListOptions {
  readonly status?: readonly string[];
  readonly workflow?: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** Prints the newest executions: a table for people, summaries for programs. */
export async function listCommand(options: ListOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const settings = await resolveSettings(context);
  const { status = [], workflow, limit, cursor } = options;
  const query = {
    limit,
    ...(status.length > 0 && { statuses: status }),
    ...(workflow !== undefined && { workflow }),
    ...(cursor !== undefined && { cursor }),
  };
  const page = (await withReader({ settings, terminal }, (engine) => engine.list(query))) ?? { executions: [] };
  await printPage(page, terminal);
  if (page.executions.length === 0) terminal.note(`no executions in ${storeUrl(settings.store)}`);
  if (page.cursor !== undefined) terminal.note(`there are more; go on with: --cursor ${page.cursor}`);
  return ExitCode.succeeded;
}

async function printPage(page: ExecutionPage, terminal: Terminal): Promise<void> {
  switch (terminal.output) {
    case 'text': {
      if (page.executions.length === 0) return;
      const header = ['ID', 'WORKFLOW', 'STATUS', 'STARTED', 'DURATION'];
      const lines = formatTable([header, ...page.executions.map(row)], [4]);
      return terminal.data(`${lines.join('\n')}\n`);
    }
    case 'json': {
      const { executions, cursor } = page;
      return terminal.data(`${JSON.stringify({ v: 1, executions: executions.map(summaryObject), cursor })}\n`);
    }
    case 'jsonl': {
      const lines = page.executions.map((summary) => `${JSON.stringify({ v: 1, ...summaryObject(summary) })}\n`);
      return terminal.data(lines.join(''));
    }
    case 'none':
      return;
  }
}

function row(summary: ExecutionSummary): string[] {
  const { id, workflow, status, createdAtMs } = summary;
  return [id, printableLine(workflow), status, formatTime(createdAtMs), formatDuration(durationOf(summary))];
}
