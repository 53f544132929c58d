import { ExpressionError, evaluateText } from '@weftline/expression';
import type { Language } from '@weftline/expression';
import type { CommandContext } from '../command-context.ts';
import { ExecutorError, messageOf } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { displayWidth, printableLine } from '../plain-text.ts';
import { reportProblem } from '../problem.ts';
import { readTextStream } from '../read-text-file.ts';

export interface EvalOptions {
  /** A JSON object, or `-` to read one from stdin; nothing is known without it. */
  readonly scope?: string;
  readonly language?: Language;
}

/** Prints the value of one template as JSON; nothing is run and no store is opened. */
export async function evalCommand(template: string, options: EvalOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const scope = options.scope === undefined ? {} : await readScope(options.scope, context.stdin);
  let value: unknown;
  try {
    value = evaluateText(template, scope, options.language === undefined ? {} : { language: options.language });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { code, suggestion } = error;
    const hint = suggestion === undefined ? {} : { hint: `did you mean ${printableLine(suggestion)}?` };
    await reportProblem(terminal, { code, message: locatedMessage(error), exitCode: ExitCode.invalid, ...hint }, error);
    return ExitCode.invalid;
  }
  if (terminal.output === 'text') await terminal.data(`${JSON.stringify(value, undefined, 2)}\n`);
  else if (terminal.output !== 'none') await terminal.data(`${JSON.stringify({ v: 1, value })}\n`);
  return ExitCode.succeeded;
}

async function readScope(text: string, stdin: AsyncIterable<unknown>): Promise<Record<string, unknown>> {
  const fromStdin = text === '-';
  const code = fromStdin ? 'INPUT_FILE_INVALID' : 'USAGE_INVALID';
  const source = fromStdin ? 'stdin' : '--scope';
  let value: unknown;
  try {
    value = JSON.parse(fromStdin ? await readTextStream(stdin, 'the scope') : text);
  } catch (error) {
    if (error instanceof ExecutorError) throw error;
    throw new ExecutorError(`${source}: expected a JSON object: ${messageOf(error)}`, { code, cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  throw new ExecutorError(`${source}: expected a JSON object, got ${got}`, { code });
}

/** The message with line and column, and below it the line with its place underlined. */
function locatedMessage({ message, source, start, end }: ExpressionError): string {
  const before = source.slice(0, start);
  const line = before.split('\n').length;
  const column = start - before.lastIndexOf('\n');
  const [text = ''] = source.slice(start - column + 1).split('\n');
  const shown = printableLine(text);
  const margin = displayWidth(printableLine(text.slice(0, column - 1)));
  const place = printableLine(text.slice(column - 1, column - 1 + Math.max(1, end - start)));
  const underline = `${' '.repeat(margin)}${'^'.repeat(Math.max(1, displayWidth(place)))}`;
  return `${line}:${column}: ${message}\n  ${shown}\n  ${underline}`;
}
