import type { MeasuredCell } from './measure.ts';
import type { ForkFigure } from './run-mitata.ts';
import { median, pairedRatio, type Ratio } from './statistics.ts';

export interface Row {
  readonly scenario: string;
  readonly strategy: string;
  readonly n: number;
  readonly c: number;
  readonly medianNs: number;
  readonly cpuNsPerItem: number;
  readonly itemsPerSecond: number;
  /** Wall time over that of the floor, paired within rounds. */
  readonly ratioToFloor: Ratio;
  readonly wallNs: readonly number[];
}

/** One row for every cell. */
export function rowsOf(cells: readonly MeasuredCell[]): readonly Row[] {
  return cells.map((cell) => {
    const floor = cells.find(
      (other) => other.floor && other.scenario === cell.scenario && other.n === cell.n && other.c === cell.c,
    );
    if (floor === undefined) throw new Error(`${cell.scenario} at n=${cell.n} was measured without its floor`);
    const wallNs = cell.samples.map((sample) => sample.wallNs);
    const medianNs = median(wallNs);
    return {
      scenario: cell.scenario,
      strategy: cell.strategy,
      n: cell.n,
      c: cell.c,
      medianNs,
      cpuNsPerItem: median(cell.samples.map((sample) => sample.cpuNs)) / cell.n,
      itemsPerSecond: cell.n / (medianNs / 1e9),
      ratioToFloor: pairedRatio(
        wallNs,
        floor.samples.map((sample) => sample.wallNs),
      ),
      wallNs,
    };
  });
}

export function withItemsTable(rows: readonly Row[]): string {
  const lines = rows.map(({ strategy, n, itemsPerSecond, cpuNsPerItem, ratioToFloor: { median: ratio, low, high } }) =>
    [
      strategy.padEnd(34),
      String(n).padStart(7),
      Math.round(itemsPerSecond).toLocaleString('en').padStart(11),
      (cpuNsPerItem / 1000).toFixed(1).padStart(10),
      `${ratio.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`.padStart(22),
    ].join('  '),
  );
  const head = [
    'no-op list'.padEnd(34),
    'items'.padStart(7),
    'items/s'.padStart(11),
    'CPU us/it'.padStart(10),
    'time to floor (95 %)'.padStart(22),
  ];
  return [head.join('  '), ...lines].join('\n');
}

/** Both harnesses side by side: ratios that differ between them are a finding. */
export function contextForkTable(mitata: readonly ForkFigure[], benny: readonly ForkFigure[]): string {
  const head = [
    'context fork + render'.padEnd(36),
    'tasks'.padStart(6),
    'mitata ns'.padStart(13),
    'benny ns'.padStart(13),
  ];
  const lines = mitata.map(({ strategy, c, nsPerFork }) => {
    const other = benny.find((figure) => figure.strategy === strategy && figure.c === c);
    if (other === undefined) throw new Error(`${strategy} with ${c} tasks was measured by one harness only`);
    return [
      strategy.padEnd(36),
      String(c).padStart(6),
      wholeNs(nsPerFork).padStart(13),
      wholeNs(other.nsPerFork).padStart(13),
    ];
  });
  return [head, ...lines].map((cells) => cells.join('  ')).join('\n');
}

function wholeNs(ns: number): string {
  return Math.round(ns).toLocaleString('en');
}
