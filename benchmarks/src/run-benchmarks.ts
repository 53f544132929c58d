import type { Scenario } from './case.ts';
import { findingsOf } from './findings.ts';
import { loadNow, machineOf } from './machine.ts';
import { planScenario, type Plan } from './plan.ts';
import { profileMissed } from './profile-missed.ts';
import type { BenchResult, Failed } from './result.ts';
import { growthOf, rowsOf } from './rows.ts';
import { measureCells, type MeasuredCell } from './run-cells.ts';
import { assertKnown, type Settings } from './settings.ts';
import { seededRandom } from './statistics.ts';
import { judgeTargets } from './targets.ts';

/** Runs what the settings ask for; `say` is told how it goes on. */
export async function runBenchmarks(
  all: readonly Scenario[],
  settings: Settings,
  say: (line: string) => void,
): Promise<BenchResult> {
  const chosen = choose(all, settings);
  const startedAtMs = Date.now();
  const loadBefore = loadNow();
  const random = seededRandom(settings.seed);
  const plans = await Promise.all(chosen.map((scenario) => planScenario(scenario, settings)));
  const measured = await measureCells(plans, {
    ...{ settings, random, untilMs: startedAtMs + settings.budgetSeconds * 1000 },
    onRound: (round, cells) => say(`round ${round}: ${cells} cells`),
  });
  const parts = plans.map((plan) => partOf(plan, measured.get(plan) ?? [], random));
  const rows = parts.flatMap((part) => part.rows);
  const growth = parts.flatMap((part) => part.growth);
  const targets = settings.extent === 'smoke' ? [] : judgeTargets(rows, growth);
  const profiles = settings.profile ? await profileMissed(targets, chosen, settings) : [];
  return {
    ...{ v: 2, date: new Date(startedAtMs).toISOString(), settings, machine: machineOf() },
    ...{ load: { before: loadBefore, after: loadNow() }, seconds: (Date.now() - startedAtMs) / 1000 },
    scenarios: parts.map(({ note }) => note),
    ...{ rows, growth, targets, findings: parts.flatMap(({ findings }) => findings) },
    skipped: plans.flatMap(({ skipped }) => skipped),
    ...{ failed: parts.flatMap(({ failed }) => failed), profiles },
  };
}

/** Scenarios of other engines take part only when they were asked for. */
function choose(all: readonly Scenario[], settings: Settings): readonly Scenario[] {
  assertKnown(
    'scenario',
    settings.scenarios,
    all.map(({ name }) => name),
  );
  assertKnown('strategy', settings.strategies, [
    ...new Set(all.flatMap(({ strategies }) => strategies.map(({ name }) => name))),
  ]);
  return all.filter(({ name }) => settings.scenarios?.includes(name) ?? (name !== 'peers' || settings.peers));
}

function partOf(
  { scenario }: Plan,
  cells: readonly MeasuredCell[],
  random: () => number,
): Pick<BenchResult, 'rows' | 'growth' | 'findings' | 'failed'> & { readonly note: BenchResult['scenarios'][number] } {
  const rows = rowsOf(scenario, cells, random);
  const failed = cells.flatMap(({ strategy, n, c, failure }): readonly Failed[] =>
    failure === undefined ? [] : [{ scenario: scenario.name, strategy, n, c, reason: failure }],
  );
  const { name, title, operation, floor, baseline, notes } = scenario;
  const rounds = Math.max(0, ...cells.map(({ samples }) => samples.length));
  return {
    ...{ rows, failed, growth: growthOf(scenario, rows, random), findings: findingsOf(scenario, rows) },
    note: { name, title, operation, floor, baseline, notes, rounds },
  };
}
