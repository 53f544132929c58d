import type { CaseReport } from '../cases/run-case.ts';
import { findCaseFiles } from '../cases/find-case-files.ts';
import { runCase } from '../cases/run-case.ts';
import type { CommandContext } from '../command-context.ts';
import { ExitCode } from '../exit-code.ts';
import { printable, printableLine } from '../plain-text.ts';
import { issueLines } from '../problem.ts';
import type { Style } from '../style.ts';
import type { Terminal } from '../terminal.ts';

/** Simulates every case file of a folder and tells which do not come to what they expect. */
export async function testCommand(place: string, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const reports: CaseReport[] = [];
  for (const file of await findCaseFiles(place)) {
    const report = await runCase(file);
    reports.push(report);
    if (terminal.output === 'text') await terminal.data(`${textOf(report, terminal.dataStyle)}\n`);
    else if (terminal.output === 'jsonl') await printLine(terminal, { type: 'case', ...report });
  }
  const counts = countsOf(reports);
  if (terminal.output === 'json') await printLine(terminal, { ...counts, cases: reports });
  if (terminal.output === 'jsonl') await printLine(terminal, { type: 'summary', ...counts });
  const { passed, failed, invalid } = counts;
  terminal.say(
    `${reports.length} ${reports.length === 1 ? 'case' : 'cases'}: ${passed} passed, ${failed} failed, ${invalid} not valid`,
  );
  if (invalid > 0) return ExitCode.invalid;
  return failed > 0 ? ExitCode.failed : ExitCode.succeeded;
}

function countsOf(reports: readonly CaseReport[]): Readonly<Record<CaseReport['status'], number>> {
  const count = (status: CaseReport['status']): number => reports.filter((report) => report.status === status).length;
  return { passed: count('passed'), failed: count('failed'), invalid: count('invalid') };
}

async function printLine(terminal: Terminal, value: object): Promise<void> {
  await terminal.data(`${JSON.stringify({ v: 1, ...value })}\n`);
}

/** One line, and below it what is wrong: per difference the place, what was expected (-) and what was got (+). */
function textOf(report: CaseReport, style: Style): string {
  const title = printableLine(report.name === undefined ? report.file : `${report.file}: ${report.name}`);
  if (report.status === 'passed') return `${style.paint('green', 'passed')} ${title}`;
  const heading = `${style.paint('red', report.status === 'failed' ? 'failed' : 'invalid')} ${title}`;
  if (report.status === 'invalid') {
    const { code, message, issues = [] } = report.problem;
    return [heading, `  [${code}] ${printable(message)}`, ...issueLines(issues).map((line) => `  ${line}`)].join('\n');
  }
  const lines = report.differences.flatMap(({ path, expected, ...rest }) => [
    `  ${printableLine(path)}`,
    style.paint('red', `    - ${shown(expected)}`),
    style.paint('green', `    + ${'got' in rest ? shown(rest.got) : 'nothing'}`),
  ]);
  return [heading, ...lines].join('\n');
}

function shown(value: unknown): string {
  return printableLine(JSON.stringify(value) ?? 'nothing');
}
