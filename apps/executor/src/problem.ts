import type { DefinitionIssue } from '@weftline/graph';
import { ExecutorError, messageOf, systemErrorCode } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { printable, printableLine } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

/** An error as it is shown: the same facts for people on stderr and for programs on stdout. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly exitCode: ExitCode;
  /** Everything that is wrong, where one sentence does not hold it all. */
  readonly issues?: readonly unknown[];
  readonly hint?: string;
}

/**
 * Exit codes by error code. Codes are told apart by name and not by class, because an embedder's store or action
 * module may carry its own copy of the package that defines the class.
 */
const EXIT_CODES: ReadonlyMap<string, ExitCode> = new Map<string, ExitCode>([
  ['USAGE_INVALID', ExitCode.usage],
  ['CONFIG_INVALID', ExitCode.usage],
  ['CONFIG_AMBIGUOUS', ExitCode.usage],
  ['STORE_URL_INVALID', ExitCode.usage],
  ['EXECUTION_EXISTS', ExitCode.usage],
  ['EXECUTION_ID_INVALID', ExitCode.usage],
  ['EXECUTION_FINISHED', ExitCode.usage],
  ['DEFINITION_INVALID', ExitCode.invalid],
  ['INPUT_INVALID', ExitCode.invalid],
  ['INPUT_FILE_INVALID', ExitCode.invalid],
  ['CASE_INVALID', ExitCode.invalid],
  ['ACTION_UNKNOWN', ExitCode.invalid],
  ['TASK_UNKNOWN', ExitCode.notFound],
  ['ACTION_INVALID', ExitCode.invalid],
  ['ACTION_MODULE_INVALID', ExitCode.invalid],
  ['FILE_NOT_TEXT', ExitCode.invalid],
  ['FILE_TOO_LARGE', ExitCode.invalid],
  ['FILE_NOT_FOUND', ExitCode.notFound],
  ['CASES_NOT_FOUND', ExitCode.notFound],
  ['FILE_UNREADABLE', ExitCode.notFound],
  ['ACTION_MODULE_NOT_FOUND', ExitCode.notFound],
  ['EXECUTION_NOT_FOUND', ExitCode.notFound],
  ['STORE_NOT_FOUND', ExitCode.notFound],
  ['EXECUTION_HELD', ExitCode.unavailable],
  ['STORE_HELD', ExitCode.unavailable],
  ['STORE_CONFLICT', ExitCode.unavailable],
  ['STORE_UNAVAILABLE', ExitCode.unavailable],
  ['STORE_UNKNOWN_OUTCOME', ExitCode.unavailable],
  ['STORE_CORRUPT', ExitCode.unavailable],
  ['STORE_COMPACTED', ExitCode.unavailable],
  ['STORE_CLOSED', ExitCode.unavailable],
  ['EXECUTION_LOST', ExitCode.unavailable],
  ['JOURNAL_FORMAT', ExitCode.unavailable],
  ['EVENTS_OVERFLOW', ExitCode.unavailable],
  ['OUTPUT_UNWRITABLE', ExitCode.unavailable],
  ['CANCEL_TIMEOUT', ExitCode.timedOut],
]);

const OUR_ERRORS: ReadonlySet<string> = new Set([
  'ExecutorError',
  'ActionSetupError',
  'EngineError',
  'CoordinatorError',
  'StoreError',
  'DefinitionError',
]);

/** Said in place of messages that only repeat the issues below them. */
const HEADINGS: ReadonlyMap<string, string> = new Map([
  ['INPUT_INVALID', 'the input does not fit the workflow'],
  [
    'ACTION_UNKNOWN',
    'the workflow uses actions that are not there; modules are named with --actions or in a configuration file',
  ],
]);

export function describeProblem(error: unknown): Problem {
  const code = systemErrorCode(error);
  const exitCode = code === undefined ? undefined : EXIT_CODES.get(code);
  if (!(error instanceof Error) || code === undefined || exitCode === undefined || !OUR_ERRORS.has(error.name)) {
    return {
      code: 'INTERNAL',
      message: `unexpected fault: ${messageOf(error)}`,
      exitCode: ExitCode.internal,
      hint: 'this is a fault in weftline or in an action module; please report it with the output of `weftline version` and of this command with -vv',
    };
  }
  const issues = 'issues' in error && Array.isArray(error.issues) ? (error.issues as readonly unknown[]) : [];
  return {
    code,
    message: (issues.length > 0 ? HEADINGS.get(code) : undefined) ?? messageWithCause(error),
    exitCode,
    ...(issues.length > 0 && { issues }),
    ...(error instanceof ExecutorError && error.hint !== undefined && { hint: error.hint }),
  };
}

/** The message, followed by the reason below it unless the message tells it already, as those of the engine do. */
function messageWithCause(error: Error): string {
  if (error.name === 'EngineError') return error.message;
  const reason = error.cause === undefined ? '' : messageOf(error.cause);
  return reason === '' || error.message.includes(reason) ? error.message : `${error.message}: ${reason}`;
}

/** Tells the problem on stderr and, in the JSON modes, as one object on stdout as well. */
export async function reportProblem(terminal: Terminal, problem: Problem, error?: unknown): Promise<void> {
  const { style } = terminal;
  if (problem.code === 'DEFINITION_INVALID') {
    // The parser of workflows is loaded by then, which it is not for every command.
    const { formatIssues } = await import('@weftline/graph');
    terminal.say(formatIssues(problem.issues as readonly DefinitionIssue[], { color: style.color }));
  } else {
    terminal.say(`${style.paint('red', 'error')}[${problem.code}]: ${printable(problem.message)}`);
    for (const line of issueLines(problem.issues ?? [])) terminal.say(line);
  }
  if (problem.hint !== undefined) terminal.say(`${style.paint('cyan', 'hint')}: ${printable(problem.hint)}`);
  if (terminal.verbosity >= 2) for (const stack of stacksOf(error)) terminal.say(style.paint('dim', printable(stack)));
  if (terminal.output === 'json' || terminal.output === 'jsonl') {
    const { code, message, exitCode, issues, hint } = problem;
    await terminal.data(`${JSON.stringify({ v: 1, type: 'problem', code, message, exitCode, issues, hint })}\n`);
  }
}

/** A line for each, with its place as far as there is one. */
export function issueLines(issues: readonly unknown[]): string[] {
  return issues.map((issue) => {
    const { path, message, file, line, column } = issue as Readonly<Partial<Record<string, unknown>>>;
    const place = typeof file === 'string' ? `${file}:${String(line)}:${String(column)}: ` : '';
    const where = typeof path === 'string' && path !== '' ? `${path}: ` : '';
    return `  ${printableLine(`${place}${where}${typeof message === 'string' ? message : JSON.stringify(issue)}`)}`;
  });
}

function stacksOf(error: unknown): string[] {
  const stacks: string[] = [];
  for (let current = error; current instanceof Error && stacks.length < 5; current = current.cause) {
    stacks.push(current.stack ?? current.message);
  }
  return stacks;
}
