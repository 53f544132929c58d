/** A number in [0, 1) for each call: mulberry32 by Tommy Ettinger, so that a report can be made again from its samples. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** By linear interpolation between the two nearest. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('a quantile of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const resamples = 1_000;

/** 95 % interval of what `measure` says of the members, by bootstrap. */
export function bootstrap<Member>(
  members: readonly Member[],
  measure: (sample: readonly Member[]) => number,
  random: () => number,
): Interval {
  const pick = (): Member => members[Math.floor(random() * members.length)] as Member;
  const estimates = Array.from({ length: resamples }, () => measure(members.map(pick))).filter(Number.isFinite);
  if (estimates.length === 0) return { low: Number.NaN, high: Number.NaN };
  return { low: quantile(estimates, 0.025), high: quantile(estimates, 0.975) };
}

export interface Ratio extends Interval {
  readonly median: number;
  readonly pairs: number;
}

/** Ratio of two series measured round by round, each pair taken within its round. */
export function pairedRatio(values: readonly number[], others: readonly number[], random: () => number): Ratio {
  const ratios = values.slice(0, others.length).map((value, round) => value / (others[round] ?? Number.NaN));
  return { median: median(ratios), pairs: ratios.length, ...bootstrap(ratios, median, random) };
}

/** A difference is only claimed where the interval leaves 1 out and the effect is more than 5 %. */
export function verdictOf({
  median: ratio,
  low,
  high,
}: Omit<Ratio, 'pairs'>): 'faster' | 'slower' | 'no difference shown' {
  if (high < 1 && ratio < 0.95) return 'faster';
  return low > 1 && ratio > 1.05 ? 'slower' : 'no difference shown';
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
