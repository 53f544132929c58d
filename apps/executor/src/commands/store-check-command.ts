import type { StoreFinding } from '@weftline/persistence';
import type { CommandContext } from '../command-context.ts';
import { ExitCode } from '../exit-code.ts';
import { formatBytes } from '../format-bytes.ts';
import { withMaintenance } from '../open-maintenance.ts';
import { printableLine } from '../plain-text.ts';
import { resolveSettings } from '../settings.ts';
import { storeUrl } from '../store-location.ts';
import type { Terminal } from '../terminal.ts';

/** So many findings one JSON object holds; `jsonl` tells them all. */
const FINDINGS_MAX = 10_000;

/** Reads the whole store and tells what is wrong with it; exits with 8 when something is damaged. */
export async function storeCheckCommand(id: string | undefined, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const settings = await resolveSettings(context);
  const store = storeUrl(settings.store);
  const tally = new Tally();
  await withMaintenance(settings, async ({ maintenance, resolveId }) => {
    const scope = id === undefined ? {} : { execution: await resolveId(id) };
    for await (const finding of maintenance.check(scope)) {
      tally.add(finding);
      await printFinding(finding, terminal);
    }
  });
  await printSummary(tally, { store, terminal });
  terminal.say(tally.sentence(store));
  return tally.damage > 0 ? ExitCode.damaged : ExitCode.succeeded;
}

class Tally {
  damage = 0;
  notes = 0;
  reclaimableBytes = 0;
  readonly first: StoreFinding[] = [];

  add(finding: StoreFinding): void {
    if (finding.severity === 'damage') this.damage++;
    else this.notes++;
    if (finding.code === 'RECLAIMABLE') this.reclaimableBytes += finding.bytes ?? 0;
    if (this.first.length < FINDINGS_MAX) this.first.push(finding);
  }

  sentence(store: string): string {
    const state = this.damage === 0 ? 'no damage' : `${this.damage} ${this.damage === 1 ? 'damage' : 'damages'}`;
    const space = this.reclaimableBytes === 0 ? '' : `; vacuum would give back ${formatBytes(this.reclaimableBytes)}`;
    return `${store}: ${state} found${space}`;
  }
}

async function printFinding(finding: StoreFinding, terminal: Terminal): Promise<void> {
  if (terminal.output === 'jsonl') await terminal.data(`${JSON.stringify({ v: 1, type: 'finding', ...finding })}\n`);
  if (terminal.output !== 'text') return;
  const { dataStyle: style } = terminal;
  const mark = finding.severity === 'damage' ? style.paint('red', 'damage') : 'note  ';
  await terminal.data(`${mark}  ${finding.code}  ${placeText(finding)}${printableLine(finding.message)}\n`);
}

function placeText({ place: { file, offset, table } }: StoreFinding): string {
  const where = [
    ...(file === undefined ? [] : [printableLine(file)]),
    ...(offset === undefined ? [] : [`offset ${offset}`]),
    ...(table === undefined ? [] : [`table ${table}`]),
  ];
  return where.length === 0 ? '' : `${where.join(', ')}: `;
}

async function printSummary(
  { damage, notes, reclaimableBytes, first }: Tally,
  { store, terminal }: { readonly store: string; readonly terminal: Terminal },
): Promise<void> {
  const summary = { store, damage, notes, reclaimableBytes };
  if (terminal.output === 'json') await terminal.data(`${JSON.stringify({ v: 1, ...summary, findings: first })}\n`);
  if (terminal.output === 'jsonl') await terminal.data(`${JSON.stringify({ v: 1, type: 'check', ...summary })}\n`);
}
