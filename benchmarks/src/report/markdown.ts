import type { BenchResult } from '../result.ts';
import { geometricMeans } from './geometric-means.ts';
import { shownBytes, shownCount, shownFigures, shownRatio, shownTime } from './shown.ts';

/** The report for a pull request or a terminal. */
export function markdownReport(result: BenchResult): string {
  const { targets, findings, skipped, failed, profiles } = result;
  return [
    '# Benchmarks',
    ...heading(result),
    ...section('Targets', table(['', 'target', 'aim', 'measured'], targets.map(targetCells))),
    ...section('Failed', list(failed.map((cell) => `${place(cell)}: ${cell.reason}`))),
    ...section('Findings', list(findings)),
    ...section('Profiles of missed targets', profiles.flatMap(profileLines)),
    ...result.scenarios.flatMap((scenario) => scenarioSection(result, scenario)),
    ...section(
      'Geometric means of the ratio to the baseline',
      table(
        ['strategy', 'mean', 'cells'],
        geometricMeans(result.rows).map(({ strategy, mean, cells }) => [strategy, mean.toPrecision(3), String(cells)]),
      ),
    ),
    ...section('Left out', list(skipped.map((cell) => `${place(cell)}: ${cell.reason}`))),
    '',
  ].join('\n');
}

function heading({ machine, load, date, seconds, settings }: BenchResult): readonly string[] {
  const { cpu, cores, node, platform, commit, dirty } = machine;
  const busy = Math.max(load.before, load.after) > cores / 2;
  return [
    '',
    `${date}, ${settings.extent}, ${Math.round(seconds)} s, seed ${settings.seed}. ${cores} x ${cpu}, ${platform}, Node ${node}, commit ${commit?.slice(0, 10) ?? 'unknown'}${dirty ? ' with changes' : ''}. Load ${load.before.toFixed(1)} before, ${load.after.toFixed(1)} after.`,
    ...(busy ? ['', '**The machine was busy: read ratios and their intervals, not times.**'] : []),
  ];
}

function targetCells({ name, aim, measured, status }: BenchResult['targets'][number]): readonly string[] {
  const mark = { reached: 'reached', missed: '**missed**', 'not measured': 'not measured' }[status];
  return [mark, name, aim, measured ?? '-'];
}

function profileLines({ target, functions }: BenchResult['profiles'][number]): readonly string[] {
  return [`${target}:`, '', ...list(functions.map(({ name, share }) => `${(share * 100).toFixed(1)} % ${name}`)), ''];
}

function scenarioSection(result: BenchResult, scenario: BenchResult['scenarios'][number]): readonly string[] {
  const rows = result.rows.filter((row) => row.scenario === scenario.name);
  const growth = result.growth.filter((row) => row.scenario === scenario.name);
  const head = [
    'strategy',
    'n',
    'c',
    `per ${scenario.operation}`,
    'p99',
    'to baseline (95 %)',
    'to floor (95 %)',
    'CPU',
    'allocated',
    'kept',
    'more',
  ];
  const cells = rows.map((row) => [
    row.harness === 'benny' ? `${row.strategy} [benny]` : row.strategy,
    ...[shownCount(row.n), shownCount(row.c), shownTime(row.medianNs), shownTime(row.p99Ns)],
    ...[
      shownRatio(row.ratioToBaseline, row.ratioToBaselineInterval),
      shownRatio(row.ratioToFloor, row.ratioToFloorInterval),
    ],
    ...[shownTime(row.cpuNs), shownBytes(row.bytesPerOp), shownBytes(row.retainedBytes), shownFigures(row.figures)],
  ]);
  const exponents = growth.map(({ strategy, exponentN, exponentC, ci, r2, at }) => [
    ...[strategy, exponentN?.toFixed(3) ?? '-', exponentC?.toFixed(3) ?? '-'],
    ...[ci === null ? '-' : `${ci.low.toFixed(3)} to ${ci.high.toFixed(3)}`, r2?.toFixed(3) ?? '-'],
    at === null
      ? 'both'
      : Object.entries(at)
          .map(([axis, size]) => `${axis} = ${size}`)
          .join(),
  ]);
  return [
    ...['', `## ${scenario.name}: ${scenario.title}`, ''],
    `${scenario.rounds} rounds. Floor: ${scenario.floor}. Baseline: ${scenario.baseline}.`,
    ...scenario.notes.map((note) => `- ${note}`),
    '',
    ...table(head, cells),
    ...(exponents.length === 0
      ? []
      : ['', ...table(['strategy', 'exponent in n', 'in c', '95 %', 'R2', 'at'], exponents)]),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines];
}

function list(items: readonly string[]): readonly string[] {
  return items.map((item) => `- ${item}`);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function place({ scenario, strategy, n, c }: { scenario: string; strategy: string; n: number; c: number }): string {
  return `${scenario} / ${strategy} at n=${shownCount(n)} c=${shownCount(c)}`;
}
