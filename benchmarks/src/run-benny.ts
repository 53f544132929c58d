import benny from 'benny';
import { forkCases } from './cases/context-fork.ts';
import type { ForkFigure } from './run-mitata.ts';

/** The same cases as mitata's, measured by benny: figures of two harnesses that disagree are a finding. */
export async function runWithBenny(completedTasks: readonly number[]): Promise<readonly ForkFigure[]> {
  const figures: ForkFigure[] = [];
  for (const c of completedTasks) {
    const cases = forkCases([c]);
    const { results } = await benny.suite(
      `context fork + render, ${c} completed tasks of 10 KB`,
      ...cases.map(({ strategy, run }) => benny.add(strategy, () => void run(), { minSamples: 5, maxTime: 0.5 })),
    );
    for (const { name, ops } of results) figures.push({ strategy: name, c, nsPerFork: 1e9 / ops });
  }
  return figures;
}
