import { argv } from 'node:process';
import type { Cell } from './case.ts';
import { withItems } from './cases/with-items.ts';

/** What a child process measured in one cell. */
export interface CellSample {
  readonly wallNs: number;
  readonly cpuNs: number;
}

/**
 * Measures one cell in a process of its own, so that no strategy runs in code that another one has warmed up: a few runs to warm
 * up, then one that is timed, after a collection, with its answer checked.
 */
async function runCell(cell: Cell, warmups: number): Promise<CellSample> {
  const found = withItems.find(({ scenario, strategy }) => scenario === cell.scenario && strategy === cell.strategy);
  if (found === undefined) throw new Error(`no case ${cell.scenario} / ${cell.strategy}`);
  const prepared = await found.prepare(cell);
  try {
    for (let warmup = 0; warmup < warmups; warmup += 1) prepared.check(await prepared.run());
    globalThis.gc?.();
    const cpuBefore = process.cpuUsage();
    const before = process.hrtime.bigint();
    const answer = await prepared.run();
    const wallNs = Number(process.hrtime.bigint() - before);
    const cpu = process.cpuUsage(cpuBefore);
    prepared.check(answer);
    return { wallNs, cpuNs: (cpu.user + cpu.system) * 1000 };
  } finally {
    await prepared.close();
  }
}

const request = JSON.parse(argv[2] ?? '{}') as { readonly cell: Cell; readonly warmups: number };
process.send?.(await runCell(request.cell, request.warmups));
