import { controlSuffix, type Row } from '../rows.ts';
import { geometricMean } from '../statistics.ts';

export interface StrategyMean {
  readonly strategy: string;
  readonly mean: number;
  readonly cells: number;
}

/** Over all cells of a strategy that have a baseline to compare with, the best first. */
export function geometricMeans(rows: readonly Row[]): readonly StrategyMean[] {
  const ratios = new Map<string, number[]>();
  for (const { strategy, ratioToBaseline, harness } of rows) {
    if (ratioToBaseline === null || harness === 'benny' || strategy.endsWith(controlSuffix)) continue;
    ratios.set(strategy, [...(ratios.get(strategy) ?? []), ratioToBaseline]);
  }
  return [...ratios]
    .map(([strategy, values]) => ({ strategy, mean: geometricMean(values), cells: values.length }))
    .sort((a, b) => a.mean - b.mean);
}
