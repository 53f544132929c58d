import { nearestName } from '@weftline/expression';

export interface Settings {
  /** `smoke`: every case once at its smallest size. `quick`: fewer sizes and rounds. `full`: everything. */
  readonly extent: 'smoke' | 'quick' | 'full';
  /** Only these scenarios; undefined for all. */
  readonly scenarios: readonly string[] | undefined;
  readonly strategies: readonly string[] | undefined;
  /** Rounds of every cell; undefined for as many as the budget allows. */
  readonly rounds: number | undefined;
  readonly seed: number;
  /** Other engines take part. */
  readonly peers: boolean;
  /** Where results go. */
  readonly out: string;
  readonly budgetSeconds: number;
  /** Cells of missed targets are run once more under the CPU profiler. */
  readonly profile: boolean;
}

export const variables: Readonly<Record<string, string>> = {
  BENCH_QUICK: '1: fewer sizes and rounds; some minutes on two cores',
  BENCH_SMOKE: '1: every case once at its smallest size, only to see that it runs and answers right',
  BENCH_SCENARIOS: 'names of scenarios, separated by commas',
  BENCH_STRATEGIES: 'names of strategies, separated by commas; floors and baselines always take part',
  BENCH_ROUNDS: 'rounds of every cell, from 1; default as many as the budget allows, shared equally among the cells',
  BENCH_SEED: 'a whole number that decides the order of the cells; default 1',
  BENCH_PEERS: '1: other engines take part; they are installed on demand into benchmarks/peers',
  BENCH_OUT: 'folder of the results; default benchmarks/results',
  BENCH_BUDGET_SECONDS: 'seconds for all scenarios together; default 150 (quick) or 1,300',
  BENCH_PROFILE: '0: cells of missed targets are not run once more under the CPU profiler',
  BENCH_HELP: '1: prints this',
};

/** Thrown for a variable that is not known or has a value that cannot be meant. */
export class SettingsError extends Error {}

export function readSettings(env: Readonly<Record<string, string | undefined>>, defaultOut: string): Settings {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('BENCH_') || name in variables) continue;
    const near = nearestName(name, Object.keys(variables));
    throw new SettingsError(`${name} is not a setting${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
  const extent = flag(env, 'BENCH_SMOKE') ? 'smoke' : flag(env, 'BENCH_QUICK') ? 'quick' : 'full';
  return {
    extent,
    scenarios: names(env['BENCH_SCENARIOS']),
    strategies: names(env['BENCH_STRATEGIES']),
    rounds: wholeNumber(env, 'BENCH_ROUNDS', 1),
    seed: wholeNumber(env, 'BENCH_SEED', 0) ?? 1,
    peers: flag(env, 'BENCH_PEERS'),
    out: env['BENCH_OUT'] ?? defaultOut,
    budgetSeconds: wholeNumber(env, 'BENCH_BUDGET_SECONDS', 1) ?? { smoke: 60, quick: 150, full: 1_300 }[extent],
    profile: flag(env, 'BENCH_PROFILE', true),
  };
}

/** Throws for a name that none of `known` has. */
export function assertKnown(what: string, asked: readonly string[] | undefined, known: readonly string[]): void {
  for (const name of asked ?? []) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    const hint = near === undefined ? `; there are ${known.join(', ')}` : `; did you mean ${near}?`;
    throw new SettingsError(`there is no ${what} ${JSON.stringify(name)}${hint}`);
  }
}

function flag(env: Readonly<Record<string, string | undefined>>, name: string, unset = false): boolean {
  const text = env[name] ?? '';
  if (text === '') return unset;
  if (text === '0') return false;
  if (text === '1') return true;
  throw new SettingsError(`${name}: expected 1 or 0, got ${JSON.stringify(text)}`);
}

function names(text: string | undefined): readonly string[] | undefined {
  const list = (text ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  return list.length === 0 ? undefined : list;
}

function wholeNumber(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  smallest: number,
): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= smallest) return number;
  throw new SettingsError(`${name}: expected a whole number from ${smallest}, got ${JSON.stringify(text)}`);
}
