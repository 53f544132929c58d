export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) throw new RangeError('the median of no values');
  const lower = sorted.length % 2 === 0 ? sorted[middle - 1] : upper;
  return ((lower ?? upper) + upper) / 2;
}

export interface Ratio {
  readonly median: number;
  /** 95 % interval of the median, by bootstrap over the pairs. */
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;

/** Ratio of two series measured round by round, each pair taken within its round. */
export function pairedRatio(values: readonly number[], floor: readonly number[]): Ratio {
  const ratios = values.map((value, round) => value / (floor[round] ?? Number.NaN));
  const medians = Array.from({ length: resamples }, () =>
    median(ratios.map(() => ratios[Math.floor(Math.random() * ratios.length)] ?? Number.NaN)),
  ).sort((a, b) => a - b);
  return {
    median: median(ratios),
    low: medians[Math.floor(resamples * 0.025)] ?? Number.NaN,
    high: medians[Math.floor(resamples * 0.975)] ?? Number.NaN,
  };
}
