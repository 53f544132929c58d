import type { Interval } from '../statistics.ts';

/** `1.23 ms`: three digits and the unit that fits. */
export function shownTime(ns: number): string {
  const units = [
    ['ns', 1],
    ['us', 1e3],
    ['ms', 1e6],
    ['s', 1e9],
  ] as const;
  const [unit, size] = units.findLast(([, least]) => ns >= least) ?? units[0];
  return `${(ns / size).toPrecision(3)} ${unit}`;
}

export function shownBytes(bytes: number | null): string {
  if (bytes === null) return '-';
  if (bytes < 10_000) return `${Math.round(bytes)} B`;
  return bytes < 1e7 ? `${(bytes / 1e3).toFixed(0)} KB` : `${(bytes / 1e6).toFixed(0)} MB`;
}

export function shownRatio(ratio: number | null, interval: Interval | null): string {
  if (ratio === null || interval === null) return '-';
  const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  return `${digits(ratio)} (${digits(interval.low)} to ${digits(interval.high)})`;
}

export function shownCount(count: number): string {
  return count.toLocaleString('en');
}

export function shownFigures(figures: Readonly<Record<string, number>>): string {
  const shown = Object.entries(figures).map(
    ([name, value]) => `${name} ${Number.isInteger(value) ? shownCount(value) : value.toPrecision(3)}`,
  );
  return shown.join(', ');
}
