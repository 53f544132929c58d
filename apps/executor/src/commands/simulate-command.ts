import { formatIssues } from '@weftline/graph';
import type { Language } from '@weftline/graph';
import { emptyCase, parseCase } from '../cases/case-document.ts';
import type { CaseDocument } from '../cases/case-document.ts';
import { invalidWorkflow, simulateCase } from '../cases/simulate-case.ts';
import type { CommandContext } from '../command-context.ts';
import { ExitCode, exitCodeOfStatus } from '../exit-code.ts';
import { loadWorkflow } from '../load-workflow.ts';
import { errorLines } from '../outcome-report.ts';
import { readTextFile, readTextStream } from '../read-text-file.ts';
import type { Terminal } from '../terminal.ts';

export interface SimulateOptions {
  /** A file with inputs, variables and mocks, or `-` for stdin; without it nothing is given and nothing is mocked. */
  readonly case?: string;
  readonly dialect?: Language;
}

/** Prints what comes of a workflow when mocks answer in the place of its actions; nothing is run and no store is opened. */
export async function simulateCommand(
  file: string,
  options: SimulateOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const { definition, issues } = await loadWorkflow({ file, dialect: options.dialect });
  const shown = issues.length === 0 ? undefined : formatIssues(issues, { color: terminal.style.color });
  if (definition === undefined) {
    terminal.say(shown ?? `${file} is not a valid workflow`);
    await print(terminal, invalidWorkflow(issues));
    return ExitCode.invalid;
  }
  if (shown !== undefined) terminal.note(shown);
  const document = await readCase(options.case, context);
  const result = simulateCase(definition, document, document.value);
  for (const line of errorLines(result.errors, terminal.style)) terminal.note(line);
  await print(terminal, result);
  return exitCodeOfStatus(result.status);
}

async function readCase(file: string | undefined, { stdin }: CommandContext): Promise<CaseDocument> {
  if (file === undefined) return emptyCase;
  if (file === '-') return parseCase(await readTextStream(stdin, 'the case'), 'stdin');
  return parseCase(await readTextFile(file, 'the case'), file);
}

async function print(terminal: Terminal, result: object): Promise<void> {
  if (terminal.output === 'none') return;
  const text = terminal.output === 'text' ? JSON.stringify(result, undefined, 2) : JSON.stringify(result);
  await terminal.data(`${text}\n`);
}
