import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CellRequest, CellSample } from './cell.ts';
import type { Plan, PlannedCell } from './plan.ts';
import type { Settings } from './settings.ts';

/** A cell with its samples, one for each round; undefined where the round failed. */
export interface MeasuredCell extends PlannedCell {
  readonly samples: readonly CellSample[];
  /** Why it gave no answer, or a wrong one; such a cell is not measured any further. */
  readonly failure: string | undefined;
}

export interface MeasureOptions {
  readonly settings: Settings;
  readonly random: () => number;
  /** When the scenario's share of the time is used up, as `Date.now` tells it. */
  readonly untilMs: number;
  readonly onRound: (round: number) => void;
}

const cellTimeoutMs = 120_000;
const fewestRounds = { smoke: 1, quick: 3, full: 5 };
const mostRounds = { smoke: 1, quick: 5, full: 15 };

/**
 * Runs every cell once a round, in an order shuffled anew for each round, each in a fresh process: what drifts on the machine
 * meets all of them alike, and ratios can be taken within a round.
 */
export async function measureCells(plan: Plan, options: MeasureOptions): Promise<readonly MeasuredCell[]> {
  const { settings, random, untilMs, onRound } = options;
  const cells = plan.cells.map((cell) => ({
    ...cell,
    samples: [] as CellSample[],
    failure: undefined as string | undefined,
  }));
  const fewest = settings.rounds ?? fewestRounds[settings.extent];
  const most = settings.rounds ?? mostRounds[settings.extent];
  for (let round = 1; round <= most; round += 1) {
    if (round > fewest && Date.now() > untilMs) break;
    onRound(round);
    for (const cell of shuffled(cells, random)) {
      // The second harness is there to check the first, and once is enough for that.
      if (cell.failure !== undefined || (cell.harness === 'benny' && round > 1)) continue;
      try {
        cell.samples.push(await runInChild(cell, settings));
      } catch (error) {
        cell.failure = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return cells;
}

function shuffled<Member>(list: readonly Member[], random: () => number): readonly Member[] {
  return list
    .map((member) => ({ member, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ member }) => member);
}

/** Node's own options of a cell: collections on demand, and a young generation that a sample does not fill. */
const nodeOptions = ['--expose-gc', '--max-semi-space-size=128'];

export function runInChild(
  { scenario, strategy, n, c, harness }: PlannedCell,
  settings: Settings,
  options: { readonly nodeOptions?: readonly string[] } = {},
): Promise<CellSample> {
  const request: CellRequest = { cell: { scenario, strategy, n, c }, harness, smoke: settings.extent === 'smoke' };
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('run-cell.js', import.meta.url));
    const child = fork(script, [JSON.stringify(request)], {
      execArgv: [...nodeOptions, ...(options.nodeOptions ?? [])],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let sample: CellSample | undefined;
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4_000)));
    const timer = setTimeout(() => {
      errors += `no answer within ${cellTimeoutMs / 1000} s`;
      child.kill('SIGKILL');
    }, cellTimeoutMs);
    child.on('message', (message) => (sample = message as CellSample));
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      if (sample !== undefined && code === 0) resolve(sample);
      else reject(new Error(reasonIn(errors) ?? `ended with exit code ${String(code)}`));
    });
  });
}

/** The line that names the error, out of what a failing process leaves behind. */
function reasonIn(errors: string): string | undefined {
  const lines = errors.split('\n').map((line) => line.trim());
  return lines.find((line) => /^\w*(Error|Exception)\b.*:/.test(line)) ?? lines.findLast((line) => line !== '');
}
