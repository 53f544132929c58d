import { bootstrap, median, type Interval } from './statistics.ts';

/** The samples of one size. */
export interface GrowthPoint {
  readonly size: number;
  readonly samples: readonly number[];
}

export interface Growth {
  /** `k` of `time = b * size^k`, fitted in logarithms by least squares. */
  readonly exponent: number;
  readonly ci: Interval;
  readonly r2: number;
  /** `k` of `time = a + b * size^k`, where a fixed cost `a` is fitted too; undefined with fewer than five sizes. */
  readonly exponentPastFixedCost: number | undefined;
}

/** Undefined with fewer than three sizes above 0. */
export function fitGrowth(points: readonly GrowthPoint[], random: () => number): Growth | undefined {
  const usable = points.filter(({ size, samples }) => size > 0 && samples.length > 0);
  if (usable.length < 3) return undefined;
  const pairs = usable.map(({ size, samples }) => [size, median(samples)] as const);
  const { slope, r2 } = logFit(pairs);
  // One bootstrap sample draws anew within each size, so every size stays in.
  const ci = bootstrap(
    [0],
    () => logFit(usable.map((point) => [point.size, redrawn(point, random)] as const)).slope,
    random,
  );
  return { exponent: slope, ci, r2, exponentPastFixedCost: pairs.length < 5 ? undefined : fitPastFixedCost(pairs) };
}

function redrawn({ samples }: GrowthPoint, random: () => number): number {
  return median(samples.map(() => samples[Math.floor(random() * samples.length)] ?? Number.NaN));
}

type Pair = readonly [size: number, value: number];

function logFit(pairs: readonly Pair[]): { readonly slope: number; readonly r2: number; readonly residual: number } {
  const points = pairs.map(([size, value]) => [Math.log(size), Math.log(value)] as const);
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const varianceX = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const varianceY = points.reduce((sum, [, y]) => sum + (y - meanY) ** 2, 0);
  const slope = covariance / varianceX;
  const residual = Math.max(0, varianceY - slope * covariance);
  return { slope, residual, r2: varianceY === 0 ? 1 : 1 - residual / varianceY };
}

/** Takes the fixed cost off that leaves the straightest line in logarithms. */
function fitPastFixedCost(pairs: readonly Pair[]): number {
  const smallest = Math.min(...pairs.map(([, value]) => value));
  let best = logFit(pairs);
  for (let share = 0.01; share < 1; share += 0.01) {
    const fit = logFit(pairs.map(([size, value]) => [size, value - share * smallest] as const));
    if (fit.r2 > best.r2) best = fit;
  }
  return best.slope;
}

/** `time = a * n^alpha * c^beta` over cells where both vary; undefined with fewer than two sizes of either. */
export function fitBoth(
  cells: readonly { readonly n: number; readonly c: number; readonly value: number }[],
): { readonly alpha: number; readonly beta: number } | undefined {
  const usable = cells.filter(({ n, c }) => n > 0 && c > 0);
  const [ns, cs] = [new Set(usable.map(({ n }) => n)), new Set(usable.map(({ c }) => c))];
  if (ns.size < 2 || cs.size < 2) return undefined;
  const rows = usable.map(({ n, c, value }) => [Math.log(n), Math.log(c), Math.log(value)] as const);
  const mean = [0, 1, 2].map((column) => rows.reduce((sum, row) => sum + (row[column] ?? 0), 0) / rows.length);
  const moment = (a: number, b: number): number =>
    rows.reduce((sum, row) => sum + ((row[a] ?? 0) - (mean[a] ?? 0)) * ((row[b] ?? 0) - (mean[b] ?? 0)), 0);
  const determinant = moment(0, 0) * moment(1, 1) - moment(0, 1) ** 2;
  if (determinant === 0) return undefined;
  const alpha = (moment(0, 2) * moment(1, 1) - moment(1, 2) * moment(0, 1)) / determinant;
  const beta = (moment(1, 2) * moment(0, 0) - moment(0, 2) * moment(0, 1)) / determinant;
  return { alpha, beta };
}
