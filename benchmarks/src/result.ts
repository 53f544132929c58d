import type { Scenario } from './case.ts';
import type { Machine } from './machine.ts';
import type { Skipped } from './plan.ts';
import type { GrowthRow, Row } from './rows.ts';
import type { Settings } from './settings.ts';
import type { Target } from './targets.ts';

export interface Failed {
  readonly scenario: string;
  readonly strategy: string;
  readonly n: number;
  readonly c: number;
  readonly reason: string;
}

/** What is said of a scenario beside its rows. */
export interface ScenarioNote extends Pick<Scenario, 'name' | 'title' | 'operation' | 'floor' | 'baseline' | 'notes'> {
  readonly rounds: number;
}

/** The hottest functions of a cell whose target was missed. */
export interface Profile {
  readonly target: string;
  readonly functions: readonly { readonly name: string; readonly share: number }[];
}

/** `latest.json`. Its shape is public: `v` grows with every change that could break a reader. */
export interface BenchResult {
  readonly v: 2;
  readonly date: string;
  readonly settings: Settings;
  readonly machine: Machine;
  readonly load: { readonly before: number; readonly after: number };
  readonly seconds: number;
  readonly scenarios: readonly ScenarioNote[];
  readonly rows: readonly Row[];
  readonly growth: readonly GrowthRow[];
  readonly targets: readonly Target[];
  readonly findings: readonly string[];
  readonly skipped: readonly Skipped[];
  readonly failed: readonly Failed[];
  readonly profiles: readonly Profile[];
}

export class ResultError extends Error {}

/** Reads a result, or throws ResultError for what is none of this version. */
export function parseResult(text: string, file: string): BenchResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ResultError(`${file}: expected JSON`, { cause });
  }
  const { v, rows, growth } = value as Partial<BenchResult>;
  if (v !== 2) throw new ResultError(`${file}: expected a result of version 2, got ${JSON.stringify(v)}`);
  if (!Array.isArray(rows) || !Array.isArray(growth)) throw new ResultError(`${file}: expected "rows" and "growth"`);
  return value as BenchResult;
}
