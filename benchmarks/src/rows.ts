import type { Scenario } from './case.ts';
import type { Cell, CellSample } from './cell.ts';
import { fitBoth, fitGrowth, type GrowthPoint } from './growth.ts';
import type { MeasuredCell } from './run-cells.ts';
import { median, pairedRatio, verdictOf, type Interval, type Ratio } from './statistics.ts';

/** One cell of the report; times are nanoseconds per operation. */
export interface Row extends Cell {
  readonly harness: MeasuredCell['harness'];
  /** What one operation is. */
  readonly operation: string;
  readonly rounds: number;
  readonly medianNs: number;
  readonly minNs: number;
  readonly p99Ns: number;
  readonly cpuNs: number;
  readonly coldNs: number;
  readonly uncollectedNs: number;
  readonly gcShare: number;
  /** Allocated; null where a collection came in between. */
  readonly bytesPerOp: number | null;
  readonly retainedBytes: number | null;
  readonly peakRssBytes: number;
  /** Null where the baseline, or the floor, was not measured at this size; of an A/A row, to the strategy's other measurement. */
  readonly ratioToBaseline: number | null;
  /** Null with a single pair of rounds, which says nothing of how far to trust the ratio. */
  readonly ratioToBaselineInterval: Interval | null;
  readonly verdict: ReturnType<typeof verdictOf> | null;
  readonly ratioToFloor: number | null;
  readonly ratioToFloorInterval: Interval | null;
  readonly figures: Readonly<Record<string, number>>;
  readonly samples: readonly CellSample[];
}

/** How the time grows; for one axis the exponent of the other is null. */
export interface GrowthRow {
  readonly scenario: string;
  readonly strategy: string;
  readonly exponentN: number | null;
  readonly exponentC: number | null;
  readonly ci: Interval | null;
  readonly r2: number | null;
  readonly exponentPastFixedCost: number | null;
  /** The size that was held while the other one grew; null where both vary. */
  readonly at: { readonly n: number } | { readonly c: number } | null;
}

export const controlSuffix = ' (A/A)';

export function rowsOf(scenario: Scenario, cells: readonly MeasuredCell[], random: () => number): readonly Row[] {
  const measured = cells.filter(({ samples, failure }) => samples.length > 0 && failure === undefined);
  return measured.map((cell) => rowOf(scenario, cell, { measured, random }));
}

function rowOf(
  scenario: Scenario,
  cell: MeasuredCell,
  { measured, random }: { readonly measured: readonly MeasuredCell[]; readonly random: () => number },
): Row {
  const { samples } = cell;
  const of = (field: 'ns' | 'p99Ns' | 'cpuNs' | 'coldNs' | 'uncollectedNs' | 'gcShare' | 'peakRssBytes'): number =>
    median(samples.map((sample) => sample[field]));
  const ratioTo = (strategy: string): Ratio | null => {
    const other = measured.find(
      (candidate) =>
        candidate.strategy === strategy &&
        !candidate.isControl &&
        candidate.harness === cell.harness &&
        isSameSize(candidate, cell),
    );
    return other === undefined ? null : pairedRatio(timesOf(cell), timesOf(other), random);
  };
  const baseline = ratioTo(cell.isControl ? cell.strategy : scenario.baseline);
  const floor = ratioTo(scenario.floor);
  const { n, c, harness } = cell;
  return {
    ...{ scenario: scenario.name, strategy: cell.strategy + (cell.isControl ? controlSuffix : ''), n, c, harness },
    ...{ operation: scenario.operation, rounds: samples.length, medianNs: of('ns'), p99Ns: of('p99Ns') },
    ...{ minNs: Math.min(...timesOf(cell)), cpuNs: of('cpuNs'), coldNs: of('coldNs') },
    ...{ uncollectedNs: of('uncollectedNs'), gcShare: of('gcShare'), peakRssBytes: of('peakRssBytes') },
    bytesPerOp: medianOrNull(samples.map(({ bytesPerOperation }) => bytesPerOperation)),
    retainedBytes: medianOrNull(samples.map((sample) => sample.retainedBytes)),
    ratioToBaseline: baseline?.median ?? null,
    ratioToBaselineInterval: intervalOf(baseline),
    verdict: intervalOf(baseline) === null || baseline === null ? null : verdictOf(baseline),
    ratioToFloor: floor?.median ?? null,
    ratioToFloorInterval: intervalOf(floor),
    figures: medianFigures(samples),
    samples,
  };
}

function timesOf({ samples }: MeasuredCell): readonly number[] {
  return samples.map(({ ns }) => ns);
}

function isSameSize(left: Cell, right: Cell): boolean {
  return left.n === right.n && left.c === right.c;
}

function intervalOf(ratio: Ratio | null): Interval | null {
  return ratio === null || ratio.pairs < 2 ? null : { low: ratio.low, high: ratio.high };
}

function medianOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

function medianFigures(samples: readonly CellSample[]): Readonly<Record<string, number>> {
  const names = new Set(samples.flatMap(({ figures }) => Object.keys(figures)));
  return Object.fromEntries(
    [...names].map((name) => [name, median(samples.flatMap(({ figures }) => figures[name] ?? []))]),
  );
}

/** The growth of every strategy along each axis, at the largest size of the other one, and along both together. */
export function growthOf(scenario: Scenario, rows: readonly Row[], random: () => number): readonly GrowthRow[] {
  const strategies = [...new Set(rows.map(({ strategy }) => strategy))].filter((name) => !name.endsWith(controlSuffix));
  return strategies.flatMap((strategy) => {
    const own = rows.filter((row) => row.strategy === strategy && row.harness !== 'benny');
    const single = scenario.growth.flatMap((axis) => growthAlong(axis, own, random));
    const both = fitBoth(own.map(({ n, c, medianNs }) => ({ n, c, value: medianNs * n })));
    if (both === undefined || scenario.growth.length < 2) return single;
    const fitted = { exponentN: both.alpha, exponentC: both.beta, ci: null, r2: null, exponentPastFixedCost: null };
    return [...single, { scenario: scenario.name, strategy, ...fitted, at: null }];
  });
}

function growthAlong(axis: 'n' | 'c', rows: readonly Row[], random: () => number): readonly GrowthRow[] {
  const other = axis === 'n' ? 'c' : 'n';
  const held = [...new Set(rows.map((row) => row[other]))];
  return held.flatMap((size) => {
    const points = rows.filter((row) => row[other] === size).map((row) => pointOf(axis, row));
    const growth = fitGrowth(points, random);
    const [first] = rows;
    if (growth === undefined || first === undefined) return [];
    const { exponent, ci, r2, exponentPastFixedCost } = growth;
    return [
      {
        ...{ scenario: first.scenario, strategy: first.strategy, ci, r2 },
        ...{ exponentN: axis === 'n' ? exponent : null, exponentC: axis === 'c' ? exponent : null },
        exponentPastFixedCost: exponentPastFixedCost ?? null,
        at: other === 'n' ? { n: size } : { c: size },
      },
    ];
  });
}

/** Along n the whole run counts, so that a flat cost per operation has the exponent 1; along c one operation does. */
function pointOf(axis: 'n' | 'c', row: Row): GrowthPoint {
  const scale = axis === 'n' ? row.n : 1;
  return { size: row[axis], samples: row.samples.map(({ ns }) => ns * scale) };
}
