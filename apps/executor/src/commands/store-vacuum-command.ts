import type { KeptExecution, VacuumReport } from '@weftline/persistence';
import type { CommandContext } from '../command-context.ts';
import { ExitCode } from '../exit-code.ts';
import { formatBytes } from '../format-bytes.ts';
import { withMaintenance } from '../open-maintenance.ts';
import { resolveSettings } from '../settings.ts';
import { storeUrl } from '../store-location.ts';
import type { Terminal } from '../terminal.ts';

export interface VacuumCommandOptions {
  /** Milliseconds. */
  readonly endedBefore?: number;
}

/** Drops what nobody needs any more and tells what that gave back. */
export async function storeVacuumCommand(options: VacuumCommandOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const settings = await resolveSettings(context);
  const { endedBefore } = options;
  const wanted = endedBefore === undefined ? {} : { endedBeforeMs: Date.now() - endedBefore };
  const report = await withMaintenance(settings, ({ maintenance }) => maintenance.vacuum(wanted));
  await printReport(report, { store: storeUrl(settings.store), terminal });
  for (const line of keptLines(report.kept)) terminal.say(line);
  return report.kept.some(({ reason }) => reason === 'snapshot-damaged') ? ExitCode.damaged : ExitCode.succeeded;
}

async function printReport(
  report: VacuumReport,
  { store, terminal }: { readonly store: string; readonly terminal: Terminal },
): Promise<void> {
  if (terminal.output === 'none') return;
  if (terminal.output !== 'text') {
    await terminal.data(`${JSON.stringify({ v: 1, store, ...report })}\n`);
    return;
  }
  const { executionsRemoved, recordsDropped, bytesBefore, bytesAfter, bytesReusable } = report;
  const reusable = bytesReusable === 0 ? '' : `, of which ${formatBytes(bytesReusable)} are free for what comes`;
  await terminal.data(
    `${executionsRemoved} executions removed, ${recordsDropped} records dropped that snapshots stand for\n` +
      `${formatBytes(bytesBefore)} before, ${formatBytes(bytesAfter)} now${reusable}\n`,
  );
}

function keptLines(kept: readonly KeptExecution[]): string[] {
  const owned = kept.filter(({ reason }) => reason === 'owned').length;
  const damaged = kept.filter(({ reason }) => reason === 'snapshot-damaged');
  return [
    ...(owned > 0 ? [`${owned} ended executions were kept, because somebody owns them at present`] : []),
    ...damaged.map(({ execution }) => `${JSON.stringify(execution)} was left as it is: its snapshot is damaged`),
  ];
}
