import { argv } from 'node:process';
import type { CellRequest, CellSample } from './cell.ts';
import { loadScenario } from './scenarios/index.ts';

/** Measures one cell in a process of its own, so that no strategy runs in code that another one has warmed up. */
async function runCell({ cell, harness, smoke }: CellRequest): Promise<CellSample> {
  const { strategies } = await loadScenario(cell.scenario);
  const strategy = strategies.find(({ name }) => name === cell.strategy);
  if (strategy === undefined) throw new Error(`no strategy ${cell.strategy} in ${cell.scenario}`);
  const prepared = await strategy.prepare(cell);
  try {
    if (harness === 'run' || smoke) {
      const { measureRuns } = await import('./measure-runs.ts');
      return await measureRuns(prepared, smoke);
    }
    const { measureWithBenny, measureWithMitata } = await import('./measure-nanoseconds.ts');
    return await (harness === 'benny' ? measureWithBenny(prepared) : measureWithMitata(prepared));
  } finally {
    await prepared.close?.();
  }
}

const sample = await runCell(JSON.parse(argv[2] ?? '{}') as CellRequest);
process.send?.(sample, () => process.disconnect());
