import type { BenchResult } from '../result.ts';
import type { Row } from '../rows.ts';
import { escapeHtml, logLogPlot, type Series } from './plot.ts';
import { shownBytes, shownCount, shownFigures, shownRatio, shownTime } from './shown.ts';
import { style } from './style.ts';

type Note = BenchResult['scenarios'][number];

/** The whole report in one file that needs nothing else: no script, no font, no request. */
export function htmlReport(result: BenchResult): string {
  const body = [
    '<h1>Weftline benchmarks</h1>',
    machineBlock(result),
    block('Targets', targets(result)),
    block('Failed', list(result.failed.map((cell) => `${cellText(cell)}: ${cell.reason}`))),
    block('Findings', list(result.findings)),
    block('Profiles of missed targets', result.profiles.map(profile).join('')),
    ...result.scenarios.map((note) => scenario(result, note)),
    block('Left out', list(result.skipped.map((cell) => `${cellText(cell)}: ${cell.reason}`))),
  ];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Weftline benchmarks</title><style>${style}</style></head>
<body><main>
${body.filter((part) => part !== '').join('\n')}
</main></body></html>
`;
}

function machineBlock({ machine, load, date, seconds, settings }: BenchResult): string {
  const busy = Math.max(load.before, load.after) > machine.cores / 2;
  const facts: readonly (readonly [string, string])[] = [
    ['date', date],
    ['processor', `${machine.cores} x ${machine.cpu}, ${machine.platform}`],
    [
      'limits',
      `${shownBytes(machine.memoryBytes)} of memory, governor ${machine.governor ?? 'unknown'}, ${machine.cpuLimit ?? 'no group'}`,
    ],
    ['Node', `${machine.node}, V8 ${machine.v8}`],
    [
      'commit',
      `${machine.commit?.slice(0, 12) ?? 'unknown'}${machine.dirty ? ' with changes' : ''}, lockfile ${machine.lockfile ?? 'unknown'}`,
    ],
    ['run', `${settings.extent}, seed ${settings.seed}, ${Math.round(seconds)} s`],
    ['load', `${load.before.toFixed(2)} before, ${load.after.toFixed(2)} after`],
  ];
  const rows = facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('');
  const warning = '<p class="warning">The machine was busy: read ratios and their intervals, not times.</p>';
  return `<dl class="machine">${rows}</dl>${busy ? warning : ''}`;
}

function targets({ targets: all }: BenchResult): string {
  const mark = { reached: '✓ reached', missed: '✗ missed', 'not measured': '– not measured' };
  return table(
    ['', 'target', 'aim', 'measured'],
    all.map(({ name, aim, measured, status }) => [mark[status], name, aim, measured ?? '–']),
    all.map(({ status }) => status.replace(' ', '-')),
  );
}

function profile({ target, functions }: BenchResult['profiles'][number]): string {
  return `<h3>${escapeHtml(target)}</h3>${list(functions.map(({ name, share }) => `${(share * 100).toFixed(1)} % ${name}`))}`;
}

function scenario(result: BenchResult, note: Note): string {
  const rows = result.rows.filter((row) => row.scenario === note.name);
  const about = `<p>${note.rounds} rounds. Floor: <b>${escapeHtml(note.floor)}</b>. Baseline: <b>${escapeHtml(note.baseline)}</b>.</p>`;
  const parts = [
    about,
    list(note.notes),
    `<div class="plots">${plots(note, rows)}</div>`,
    rowTable(note, rows),
    growthTable(result, note),
  ];
  return block(`${note.name}: ${note.title}`, parts.join(''));
}

function plots(note: Note, rows: readonly Row[]): string {
  const measured = rows.filter(({ harness, strategy }) => harness !== 'benny' && !strategy.endsWith('(A/A)'));
  const each = `nanoseconds per ${note.operation}`;
  const [cs, ns] = [distinct(measured, 'c'), distinct(measured, 'n')];
  const [mostC, mostN] = [Math.max(...cs), Math.max(...ns)];
  return [
    ns.length > 1
      ? alongN(
          note,
          measured.filter(({ c }) => c === mostC),
          { each, mostC },
        )
      : '',
    cs.length > 2
      ? logLogPlot(
          seriesOf(
            measured.filter(({ n, c }) => n === mostN && c > 0),
            'c',
          ),
          { title: `by completed tasks, n = ${shownCount(mostN)}`, x: 'completed tasks of 10 KB', y: each },
        )
      : '',
  ].join('');
}

function alongN(
  note: Note,
  rows: readonly Row[],
  { each, mostC }: { readonly each: string; readonly mostC: number },
): string {
  const whole = seriesOf(rows, 'n').map(({ name, points }) => ({
    name,
    points: points.map(([n, ns]) => [n, (n * ns) / 1e6] as const),
  }));
  const at = `c = ${shownCount(mostC)}`;
  return (
    logLogPlot(whole, { title: `whole run by n, ${at}`, x: 'n', y: 'milliseconds' }) +
    logLogPlot(seriesOf(rows, 'n'), { title: `per ${note.operation} by n, ${at} (flat is linear)`, x: 'n', y: each })
  );
}

function distinct(rows: readonly Row[], axis: 'n' | 'c'): readonly number[] {
  return [...new Set(rows.map((row) => row[axis]))];
}

function seriesOf(rows: readonly Row[], axis: 'n' | 'c'): readonly Series[] {
  return [...new Set(rows.map(({ strategy }) => strategy))].map((name) => ({
    name,
    points: rows
      .filter((row) => row.strategy === name)
      .map((row) => [row[axis], row.medianNs] as const)
      .sort((a, b) => a[0] - b[0]),
  }));
}

function rowTable(note: Note, rows: readonly Row[]): string {
  const head = [
    'strategy',
    'n',
    'c',
    `per ${note.operation}`,
    'best',
    'p99',
    'cold',
    'to baseline (95 %)',
    'verdict',
    'to floor (95 %)',
    'CPU',
    'GC',
    'allocated',
    'kept',
    'peak RSS',
    'more',
  ];
  return table(
    head,
    rows.map((row) => [
      row.harness === 'benny' ? `${row.strategy} [benny]` : row.strategy,
      ...[
        shownCount(row.n),
        shownCount(row.c),
        shownTime(row.medianNs),
        shownTime(row.minNs),
        shownTime(row.p99Ns),
        shownTime(row.coldNs),
      ],
      ...[
        shownRatio(row.ratioToBaseline, row.ratioToBaselineInterval),
        row.verdict ?? '–',
        shownRatio(row.ratioToFloor, row.ratioToFloorInterval),
      ],
      ...[
        shownTime(row.cpuNs),
        `${(row.gcShare * 100).toFixed(0)} %`,
        shownBytes(row.bytesPerOp),
        shownBytes(row.retainedBytes),
      ],
      ...[shownBytes(row.peakRssBytes), shownFigures(row.figures)],
    ]),
  );
}

function growthTable({ growth }: BenchResult, note: Note): string {
  const own = growth.filter(({ scenario: name }) => name === note.name);
  return table(
    ['strategy', 'exponent in n', 'in c', '95 %', 'R²', 'past a fixed cost', 'at'],
    own.map(({ strategy, exponentN, exponentC, ci, r2, exponentPastFixedCost, at }) => [
      ...[strategy, exponentN?.toFixed(3) ?? '–', exponentC?.toFixed(3) ?? '–'],
      ...[ci === null ? '–' : `${ci.low.toFixed(3)} to ${ci.high.toFixed(3)}`, r2?.toFixed(3) ?? '–'],
      ...[
        exponentPastFixedCost?.toFixed(3) ?? '–',
        at === null
          ? 'both'
          : Object.entries(at)
              .map(([axis, size]) => `${axis} = ${size}`)
              .join(),
      ],
    ]),
  );
}

function block(title: string, content: string): string {
  return content === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[], classes: readonly string[] = []): string {
  if (rows.length === 0) return '';
  const cells = (tag: string, texts: readonly string[]): string =>
    texts.map((text) => `<${tag}>${escapeHtml(text)}</${tag}>`).join('');
  const lines = rows.map(
    (row, place) => `<tr${classes[place] === undefined ? '' : ` class="${classes[place]}"`}>${cells('td', row)}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${cells('th', head)}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}

function cellText({
  scenario: name,
  strategy,
  n,
  c,
}: {
  scenario: string;
  strategy: string;
  n: number;
  c: number;
}): string {
  return `${name} / ${strategy} at n = ${shownCount(n)}, c = ${shownCount(c)}`;
}
