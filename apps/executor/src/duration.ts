const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Timers of Node fire at once when they are longer than this (about 24.8 days). */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Milliseconds of `250ms`, `10s`, `5m`, `2h`, `3d` or a bare number of seconds; undefined when it is none of these, or longer than `mostMs`. */
export function parseDuration(text: string, mostMs: number = TIMER_MS_MAX): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)(ms|s|m|h|d)?$/.exec(text.trim());
  if (match === null) return undefined;
  const durationMs = Math.round(Number(match[1]) * (UNITS.get(match[2] ?? 's') ?? 1_000));
  return durationMs <= mostMs ? durationMs : undefined;
}

/** For people: `340ms`, `4.2s`, `37s`, `3m05s`, `2h03m`, `4d06h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 1_000) return `${String(Math.round(ms))}ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${String(seconds)}s`;
  if (seconds < 3_600) return pair(seconds, 60, 'ms');
  const minutes = Math.round(seconds / 60);
  if (minutes < 1_440) return pair(minutes, 60, 'hm');
  return pair(Math.round(minutes / 60), 24, 'dh');
}

/** `units` holds the letters of the greater and of the lesser unit. */
function pair(total: number, base: number, units: 'ms' | 'hm' | 'dh'): string {
  const [greater = '', lesser = ''] = units;
  return `${Math.floor(total / base)}${greater}${String(total % base).padStart(2, '0')}${lesser}`;
}
