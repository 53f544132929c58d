import { runSeed, type RunOptions } from './run-seed.ts';

/**
 * The least of a failing run that still fails: first with fewer executions, then with fewer disturbances, taken off from the end.
 * Answers undefined when the seed does not fail at all.
 */
export async function shrink(seed: number): Promise<RunOptions | undefined> {
  if (!(await fails({ seed }))) return undefined;
  let smallest: RunOptions = { seed };
  for (const bound of ['executionsMax', 'disturbancesMax'] as const) {
    for (let count = bound === 'executionsMax' ? 1 : 0; count < 16; count += 1) {
      const candidate = { ...smallest, [bound]: count };
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      break;
    }
  }
  return smallest;
}

async function fails(options: RunOptions): Promise<boolean> {
  return (await runSeed(options)).violations.length > 0;
}
