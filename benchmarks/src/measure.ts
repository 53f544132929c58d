import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchmarkCase, Cell } from './case.ts';
import type { CellSample } from './run-cell.ts';

export interface MeasuredCell extends Cell {
  readonly floor: boolean;
  readonly samples: readonly CellSample[];
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly warmups: number;
  onSample(cell: Cell, sample: CellSample, round: number): void;
}

/**
 * Runs every cell once a round, in an order shuffled anew for each round, each in a fresh process: what drifts on the machine
 * meets all of them alike, and ratios can be taken within a round.
 */
export async function measureCells(
  cases: readonly BenchmarkCase[],
  options: MeasureOptions,
): Promise<readonly MeasuredCell[]> {
  const cells = cases.flatMap(({ scenario, strategy, floor, sizes }) =>
    sizes.map((size) => ({ scenario, strategy, floor, ...size, samples: [] as CellSample[] })),
  );
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const cell of shuffled(cells)) {
      const { scenario, strategy, n, c } = cell;
      const sample = await runInChild({ scenario, strategy, n, c }, options.warmups);
      cell.samples.push(sample);
      options.onSample(cell, sample, round);
    }
  }
  return cells;
}

function shuffled<Member>(list: readonly Member[]): readonly Member[] {
  return list
    .map((member) => ({ member, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ member }) => member);
}

function runInChild(cell: Cell, warmups: number): Promise<CellSample> {
  return new Promise((resolve, reject) => {
    const script = fileURLToPath(new URL('run-cell.js', import.meta.url));
    const child = fork(script, [JSON.stringify({ cell, warmups })], { execArgv: ['--expose-gc'] });
    let sample: CellSample | undefined;
    child.on('message', (message) => (sample = message as CellSample));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (sample !== undefined && code === 0) resolve(sample);
      else reject(new Error(`${cell.scenario} / ${cell.strategy} at n=${cell.n} ended with exit code ${String(code)}`));
    });
  });
}
