import type { BenchResult } from './result.ts';

/** A bound on a ratio or an exponent; times are never checked, because machines differ. */
export interface Threshold {
  readonly scenario: string;
  readonly strategy: string;
  /** Any size where it is left out. */
  readonly n?: number;
  readonly c?: number;
  readonly of: 'ratioToBaseline' | 'ratioToFloor' | 'exponentN' | 'exponentC' | 'retainedBytes';
  readonly most: number;
}

/** What is over its bound; a bound whose cells were not measured is told too, because it guards nothing. */
export function exceeded(result: BenchResult, thresholds: readonly Threshold[]): readonly string[] {
  return thresholds.flatMap((threshold) => {
    const values = valuesOf(result, threshold);
    const place = `${threshold.scenario} / ${threshold.strategy}${sizeOf(threshold)}: ${threshold.of}`;
    if (values.length === 0) return [`${place} was not measured`];
    const worst = Math.max(...values);
    return worst <= threshold.most ? [] : [`${place} is ${worst.toPrecision(3)}, expected at most ${threshold.most}`];
  });
}

function valuesOf(result: BenchResult, { scenario, strategy, n, c, of }: Threshold): readonly number[] {
  if (of === 'exponentN' || of === 'exponentC') {
    return result.growth.flatMap((growth) =>
      growth.scenario === scenario && growth.strategy === strategy && growth.at !== null ? (growth[of] ?? []) : [],
    );
  }
  return result.rows.flatMap((row) => {
    const isMeant = row.scenario === scenario && row.strategy === strategy && row.harness !== 'benny';
    if (!isMeant || (n !== undefined && row.n !== n) || (c !== undefined && row.c !== c)) return [];
    return row[of] ?? [];
  });
}

function sizeOf({ n, c }: Threshold): string {
  return `${n === undefined ? '' : ` n=${n}`}${c === undefined ? '' : ` c=${c}`}`;
}
