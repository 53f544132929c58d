import { bench, do_not_optimize, group, run } from 'mitata';
import { forkCases } from './cases/context-fork.ts';

export interface ForkFigure {
  readonly strategy: string;
  readonly c: number;
  readonly nsPerFork: number;
}

/** Fork and render one value, measured by mitata (median). */
export async function runWithMitata(completedTasks: readonly number[]): Promise<readonly ForkFigure[]> {
  const cases = forkCases(completedTasks);
  for (const { run: forkOnce, check } of cases) check(forkOnce());
  for (const c of completedTasks) {
    group(`context fork + render, ${c} completed tasks of 10 KB`, () => {
      for (const forkCase of cases.filter((candidate) => candidate.c === c)) {
        bench(forkCase.strategy, () => do_not_optimize(forkCase.run()));
      }
    });
  }
  const { benchmarks } = await run({ colors: false });
  return benchmarks.map((benchmark, index) => {
    const figure = benchmark.runs[0]?.stats?.p50;
    const forkCase = cases[index];
    if (figure === undefined || forkCase === undefined) throw new Error('mitata gave no figure for a case');
    forkCase.check(forkCase.run());
    return { strategy: forkCase.strategy, c: forkCase.c, nsPerFork: figure };
  });
}
