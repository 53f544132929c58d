import { InvalidArgumentError, Option } from 'commander';
import { parseDuration } from './duration.ts';
import { parseInputFlag } from './input-flag.ts';
import type { InputFlag } from './input-flag.ts';

// What options of the command line may be given, and what is said about anything else.

export function dialect(): Option {
  const option = new Option('--dialect <dialect>', 'language of the workflow (default: what it looks like)');
  return option.choices(['native', 'orquesta', 'attune']);
}

export function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

export function collectInput(text: string, before: readonly InputFlag[] = []): readonly InputFlag[] {
  const flag = parseInputFlag(text);
  if (flag === undefined) throw new InvalidArgumentError('Expected name=value.');
  return [...before, flag];
}

export function duration(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined)
    throw new InvalidArgumentError('Expected a duration such as 250ms, 30s, 5m or 2h, at most 24d.');
  return durationMs;
}

/** As long as anything may be kept, unlike what a timer can wait for. */
export function age(text: string): number {
  const ageMs = parseDuration(text, Number.MAX_SAFE_INTEGER);
  if (ageMs === undefined) throw new InvalidArgumentError('Expected an age such as 12h or 30d.');
  return ageMs;
}

export function count(text: string): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}

export function limit(text: string): number {
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > 1_000) throw new InvalidArgumentError('Expected a whole number from 1 to 1000.');
  return count;
}
