import { formatIssues } from '@weftline/graph';
import type { DefinitionIssue, Language } from '@weftline/graph';
import type { CommandContext } from '../command-context.ts';
import { ExitCode } from '../exit-code.ts';
import { loadWorkflow } from '../load-workflow.ts';
import { printableLine } from '../plain-text.ts';
import { describeProblem } from '../problem.ts';
import type { Terminal } from '../terminal.ts';

export interface ValidateOptions {
  readonly dialect?: Language;
  readonly format?: 'text' | 'json' | 'github';
  readonly strict?: boolean;
}

interface FileReport {
  readonly file: string;
  readonly issues: readonly DefinitionIssue[];
  /** Set when the file could not be read at all. */
  readonly exitCode?: ExitCode;
}

/** Tells everything that is wrong with all files in one pass; never stops at the first. */
export async function validateCommand(
  files: readonly string[],
  options: ValidateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const reports: FileReport[] = [];
  for (const file of files) reports.push(await checkFile(file, options));
  await printReports(reports, options, terminal);
  const issues = reports.flatMap((report) => report.issues);
  const errors = issues.filter((issue) => issue.severity === 'error').length;
  terminal.note(summaryText(files.length, errors, issues.length - errors));
  return exitCodeOf(reports);
}

async function checkFile(file: string, { strict, dialect }: ValidateOptions): Promise<FileReport> {
  try {
    const { issues } = await loadWorkflow({ file, dialect });
    return { file, issues: strict === true ? issues.map((issue) => ({ ...issue, severity: 'error' })) : issues };
  } catch (error) {
    const { code, message, exitCode } = describeProblem(error);
    if (exitCode === ExitCode.internal) throw error;
    return { file, issues: [{ code, severity: 'error', category: 'syntax', message, path: '', file }], exitCode };
  }
}

/** Files that are not valid weigh more than files that are not there. */
function exitCodeOf(reports: readonly FileReport[]): ExitCode {
  const bad = reports.filter(({ issues }) => issues.some((issue) => issue.severity === 'error'));
  if (bad.length === 0) return ExitCode.succeeded;
  const codes = bad.map(({ exitCode }) => exitCode ?? ExitCode.invalid);
  return codes.includes(ExitCode.invalid) ? ExitCode.invalid : (codes[0] ?? ExitCode.invalid);
}

async function printReports(
  reports: readonly FileReport[],
  options: ValidateOptions,
  terminal: Terminal,
): Promise<void> {
  if (terminal.output === 'none') return;
  const issues = reports.flatMap((report) => report.issues);
  const format = options.format ?? (terminal.output === 'text' ? 'text' : 'json');
  if (format === 'json') {
    const valid = !issues.some((issue) => issue.severity === 'error');
    await terminal.data(`${JSON.stringify({ v: 1, valid, files: reports.map(({ file }) => file), issues })}\n`);
  } else if (issues.length > 0) {
    const text =
      format === 'github'
        ? issues.map(githubCommand).join('\n')
        : formatIssues(issues, { color: terminal.dataStyle.color });
    await terminal.data(`${text}\n`);
  }
}

/** An annotation as GitHub Actions reads it from the log. */
function githubCommand(issue: DefinitionIssue): string {
  const { severity, file, line, column, endLine, endColumn, code } = issue;
  const properties = Object.entries({ file, line, col: column, endLine, endColumn, title: code })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  const suggestion = issue.suggestion === undefined ? '' : ` (did you mean "${issue.suggestion}"?)`;
  return `::${severity} ${properties.join(',')}::${escapeData(printableLine(issue.message + suggestion))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function summaryText(files: number, errors: number, warnings: number): string {
  const parts = [count(files, 'file'), count(errors, 'error')];
  if (warnings > 0) parts.push(count(warnings, 'warning'));
  return parts.join(', ');
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
