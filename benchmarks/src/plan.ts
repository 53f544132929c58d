import type { Scenario, Size } from './case.ts';
import type { Cell, CellRequest } from './cell.ts';
import type { Settings } from './settings.ts';

export interface PlannedCell extends Cell {
  readonly harness: CellRequest['harness'];
  /** A strategy measured once more: what differs between the two is noise. */
  readonly isControl: boolean;
  readonly youngGeneration?: 'as shipped';
}

export interface Skipped extends Cell {
  readonly reason: string;
}

export interface Plan {
  readonly scenario: Scenario;
  readonly cells: readonly PlannedCell[];
  readonly skipped: readonly Skipped[];
}

export async function planScenario(scenario: Scenario, settings: Settings): Promise<Plan> {
  const cells: PlannedCell[] = [];
  const skipped: Skipped[] = [];
  const always = [scenario.floor, scenario.baseline];
  for (const strategy of scenario.strategies) {
    const { name } = strategy;
    if (settings.strategies?.includes(name) === false && !always.includes(name)) continue;
    const unavailable = await strategy.unavailable?.();
    for (const size of sizesOf(scenario, settings)) {
      const cell = { scenario: scenario.name, strategy: name, ...size };
      const reason = unavailable ?? strategy.skip?.(size);
      if (reason === undefined) cells.push(...harnessed(scenario, cell, settings));
      else skipped.push({ ...cell, reason });
    }
  }
  return { scenario, cells, skipped };
}

function sizesOf(scenario: Scenario, { extent }: Settings): readonly Size[] {
  if (extent === 'full') return scenario.sizes;
  return extent === 'quick' ? scenario.quickSizes : scenario.quickSizes.slice(0, 1);
}

function harnessed(scenario: Scenario, at: Cell, { extent }: Settings): readonly PlannedCell[] {
  const { youngGeneration } = scenario;
  const cell = youngGeneration === undefined ? at : { ...at, youngGeneration };
  if (extent === 'smoke') return [{ ...cell, harness: 'run', isControl: false }];
  if (scenario.pace === 'nanoseconds') {
    // A second harness doubles the time; a quick run trusts the first.
    const compares = scenario.comparison === true && extent === 'full';
    const harnesses = compares ? (['mitata', 'benny'] as const) : (['mitata'] as const);
    return harnesses.map((harness) => ({ ...cell, harness, isControl: false }));
  }
  const measured: PlannedCell = { ...cell, harness: 'run', isControl: false };
  return cell.strategy === (scenario.control ?? scenario.baseline)
    ? [measured, { ...measured, isControl: true }]
    : [measured];
}
