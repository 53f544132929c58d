import { resolve } from 'node:path';
import { ActionError, type Action } from '../../action.ts';
import { argument, filePath, integer, listOf, optional, pairsOf, text } from '../../input/fields.ts';
import { invalidInput, mismatch, readInput, type Field } from '../../input/read-input.ts';
import { runProcess, type ProcessEnd, type ProcessRequest } from './run-process.ts';

/** What `core.shell` answers. */
export interface ShellResult {
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const outputBytesDefault = 10_000_000;
/** How much of the end of each output a failure keeps. */
const failureOutputLength = 4_000;

/**
 * Runs a command to its end. A text goes to the shell of the system, a list is a program with its arguments and meets no shell.
 * Fails with SHELL_EXIT, SHELL_NOT_STARTED or SHELL_OUTPUT_TOO_LARGE. When aborted, the whole process group gets SIGTERM and,
 * two seconds later, SIGKILL.
 */
export function createShell(baseDirectory: string | undefined): Action<unknown, ShellResult> {
  return async (input, { signal }) => {
    const read = readInput(input, {
      command: commandField,
      cwd: optional(filePath, '.'),
      env: optional(environmentField, []),
      stdin: optional(text, ''),
      output_bytes_max: optional(integer(0), outputBytesDefault),
    });
    const request: ProcessRequest = {
      command: read.command,
      cwd: resolve(baseDirectory ?? '.', read.cwd),
      env: { ...process.env, ...Object.fromEntries(read.env) },
      stdin: read.stdin,
      outputBytesMax: read.output_bytes_max,
    };
    const end = await runProcess(request, signal);
    if (end.exitCode !== 0 || end.overflowed) throw failureOf(request, end);
    return { exit_code: end.exitCode, stdout: end.stdout, stderr: end.stderr };
  };
}

const commandField: Field<string | readonly string[]> = (value, path) => {
  if (Array.isArray(value) && value.length > 0 && value[0] !== '') return listOf(argument)(value, path);
  if (typeof value === 'string' && value.trim() !== '') return argument(value, path);
  throw mismatch(path, 'a command line, or a list of a program and its arguments', value);
};

const environmentField: Field<readonly (readonly [string, string])[]> = (value, path) => {
  const pairs = pairsOf(argument)(value, path);
  const wrong = pairs.find(([name]) => name === '' || /[=\0]/.test(name));
  if (wrong === undefined) return pairs;
  throw invalidInput(`expected ${path} to name environment variables, got ${JSON.stringify(wrong[0])}`);
};

function failureOf(request: ProcessRequest, end: ProcessEnd): ActionError {
  const { exitCode, stdout, stderr } = end;
  const details = {
    exit_code: exitCode,
    signal: end.signal,
    stdout: stdout.slice(-failureOutputLength),
    stderr: stderr.slice(-failureOutputLength),
  };
  if (end.overflowed) {
    const message = `expected at most ${request.outputBytesMax} bytes of output, got more; the command was stopped`;
    return new ActionError(message, { code: 'SHELL_OUTPUT_TOO_LARGE', retryable: false, details });
  }
  const ended = exitCode === null ? `was ended by ${end.signal ?? 'a signal'}` : `ended with exit code ${exitCode}`;
  const said = lastLine(stderr);
  return new ActionError(`the command ${ended}${said === '' ? '' : `: ${said}`}`, { code: 'SHELL_EXIT', details });
}

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1)?.slice(-200) ?? '';
}
