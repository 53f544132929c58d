import { describeValue } from './describe-value.ts';
import { DefinitionError } from './errors.ts';
import { DURATION_PATTERN } from './language.ts';

/** A hundred years: what is longer was not meant, and every sum of it with a date is still a date. */
export const DURATION_MS_MAX: number = 100 * 365 * 86_400_000;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const pattern = new RegExp(DURATION_PATTERN);

/**
 * Milliseconds of `250ms`, `10s`, `5m`, `2h`, `3d` or a number of seconds, rounded to whole ones.
 * Throws DefinitionError with code DURATION_INVALID for anything else, also below 0 and above a hundred years.
 */
export function parseDuration(value: unknown): number {
  const durationMs = measure(value);
  if (durationMs === undefined || !(durationMs >= 0 && durationMs <= DURATION_MS_MAX)) {
    const message = `expected a duration such as 250ms, 10s, 5m, 2h or 3d, or a number of seconds, got ${describeValue(value)}`;
    throw new DefinitionError(message, [], 'DURATION_INVALID');
  }
  return Math.round(durationMs);
}

function measure(value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1_000;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (!pattern.test(text)) return undefined;
  const unit = /[a-z]+$/.exec(text)?.[0] ?? 's';
  return Number.parseFloat(text) * (unitMs[unit] ?? Number.NaN);
}
