import type { CaseReport } from './run-cases.ts';

/** The summary that is written as JSON. */
export interface Summary {
  /** The version of this form. */
  readonly v: 1;
  readonly node: string;
  readonly platform: string;
  /** What `FAULTS_ONLY` asked for; empty for everything. */
  readonly only: string;
  readonly durationMs: number;
  /** `failed` when a law was broken. Skipped cases do not fail. */
  readonly result: 'passed' | 'failed';
  /** Every count of the cases, added up. */
  readonly totals: Readonly<Record<string, number>>;
  readonly violations: number;
  readonly skipped: number;
  readonly cases: readonly CaseReport[];
}

export function summarize(reports: readonly CaseReport[], run: Pick<Summary, 'only' | 'durationMs'>): Summary {
  const totals: Record<string, number> = {};
  let [violations, skipped] = [0, 0];
  for (const report of reports) {
    if ('skipped' in report) {
      skipped += 1;
      continue;
    }
    violations += report.violations.length;
    for (const [name, count] of Object.entries(report.counts)) totals[name] = (totals[name] ?? 0) + count;
  }
  const { only, durationMs } = run;
  const machine = { node: process.version, platform: `${process.platform} ${process.arch}` };
  const result = violations === 0 ? 'passed' : 'failed';
  const cases = [...reports].sort((left, right) => left.name.localeCompare(right.name));
  return { v: 1, ...machine, only, durationMs, result, totals, violations, skipped, cases };
}

/** One case in words, with every law that it broke. */
export function formatCase(report: CaseReport): string {
  if ('skipped' in report) return `SKIPPED  ${report.name}: ${report.skipped}`;
  const { name, counts, violations, durationMs } = report;
  const head = `${violations.length === 0 ? 'ok      ' : 'BROKEN  '} ${name}: ${formatCounts(counts)} (${seconds(durationMs)})`;
  return [head, ...violations.map(({ law, place, detail }) => `    ${law} [${place}]: ${detail}`)].join('\n');
}

export function formatSummary({ totals, violations, skipped, cases, durationMs }: Summary): string {
  const lines = [`${cases.length - skipped} cases in ${seconds(durationMs)}: ${formatCounts(totals)}`];
  if (skipped > 0) {
    const reasons = new Set(cases.flatMap((report) => ('skipped' in report ? [report.skipped] : [])));
    lines.push(`*** ${skipped} CASES WERE SKIPPED: ${[...reasons].join('; ')} ***`);
  }
  lines.push(violations === 0 ? 'every law was kept' : `${violations} VIOLATIONS`);
  return lines.join('\n');
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${words(name)}`)
    .join(', ');
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1_000).toFixed(1)} s`;
}
