import { CommanderError } from 'commander';
import type { CommandContext, GlobalOptions } from './command-context.ts';
import { ExecutorError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { describeProblem, reportProblem } from './problem.ts';
import { createProgram } from './program.ts';
import type { Performer } from './program.ts';
import { OUTPUT_MODES, Terminal } from './terminal.ts';
import type { OutputMode } from './terminal.ts';

/**
 * Runs one command line and ends the process with its exit code.
 *
 * 1. Every way out passes through `leave`, which shows the cursor again; what stdout and stderr still hold is written first.
 * 2. The process ends when the command is done, also when an action module has left a server or a timer behind.
 */
export async function main(host: NodeJS.Process): Promise<void> {
  const run = new CommandRun(host);
  host.on('uncaughtException', (error) => void run.fail(error));
  host.on('unhandledRejection', (error) => void run.fail(error));
  const exitCode = await run.perform();
  await run.terminal.flush();
  run.leave(await run.checkOutput(exitCode));
}

class CommandRun {
  terminal: Terminal;
  readonly #host: NodeJS.Process;
  #failed = false;

  constructor(host: NodeJS.Process) {
    this.#host = host;
    this.terminal = this.#createTerminal({ verbose: 0 });
  }

  /** Ends the process at once. */
  leave(exitCode: ExitCode): never {
    this.terminal.restore();
    this.#host.exit(exitCode);
  }

  /** For errors that nothing caught: nothing is known of the state any more, so the process says so and ends. */
  async fail(error: unknown): Promise<void> {
    if (this.#failed) return;
    this.#failed = true;
    this.terminal.restore();
    const problem = describeProblem(error);
    await reportProblem(this.terminal, problem, error);
    await this.terminal.flush();
    this.leave(problem.exitCode);
  }

  async perform(): Promise<ExitCode> {
    let exitCode: ExitCode = ExitCode.succeeded;
    const perform: Performer = async (options, command) => {
      this.terminal = this.#createTerminal(options);
      exitCode = await command(this.#context(options));
    };
    const { stdout, stderr } = this.#host;
    const program = createProgram(perform, {
      out: (text) => void stdout.write(text),
      err: (text) => void stderr.write(text),
    });
    try {
      await program.parseAsync(this.#host.argv);
      return exitCode;
    } catch (error) {
      return this.#report(error);
    }
  }

  /** A command whose data did not get to stdout has not succeeded. */
  async checkOutput(exitCode: ExitCode): Promise<ExitCode> {
    const cause = this.terminal.outputFailure;
    if (cause === undefined) return exitCode;
    const error = new ExecutorError('cannot write to stdout', { code: 'OUTPUT_UNWRITABLE', cause });
    const problem = describeProblem(error);
    await reportProblem(this.terminal, problem, error);
    const worse = exitCode !== ExitCode.succeeded && exitCode !== ExitCode.paused;
    return worse ? exitCode : problem.exitCode;
  }

  async #report(error: unknown): Promise<ExitCode> {
    // Help and the version come as errors too, with nothing to report.
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.succeeded;
    const known = error instanceof CommanderError ? usageError(error) : error;
    const problem = describeProblem(known);
    await reportProblem(this.terminal, problem, known);
    return problem.exitCode;
  }

  #context(options: GlobalOptions): CommandContext {
    const { env } = this.#host;
    return {
      terminal: this.terminal,
      options,
      cwd: this.#host.cwd(),
      env,
      stdin: this.#host.stdin,
      surroundings: { signals: this.#host, leave: (exitCode) => this.leave(exitCode) },
    };
  }

  #createTerminal(options: GlobalOptions): Terminal {
    const { stdout, stderr, env, platform, argv } = this.#host;
    const output = options.json === true ? 'json' : (options.output ?? outputOf(argv.slice(2)) ?? outputFrom(env));
    const verbosity = options.quiet === true ? -1 : options.verbose;
    return new Terminal({ stdout, stderr, env, platform, output, verbosity, color: options.color });
  }
}

/** The output mode that the arguments ask for, read by hand, because a usage error must be told in that mode too. */
function outputOf(args: readonly string[]): OutputMode | undefined {
  if (args.includes('--json')) return 'json';
  const text = args.map((arg, index) => {
    if (arg === '-o' || arg === '--output') return args[index + 1];
    return /^(?:--output=|-o=?)(.+)$/.exec(arg)?.[1];
  });
  return text.filter(isOutputMode).at(-1);
}

function outputFrom(env: NodeJS.ProcessEnv): OutputMode {
  const text = env.WEFTLINE_OUTPUT;
  return isOutputMode(text) ? text : 'text';
}

function isOutputMode(text: string | undefined): text is OutputMode {
  return OUTPUT_MODES.some((mode) => mode === text);
}

function usageError(error: CommanderError): ExecutorError {
  if (error.code === 'commander.help')
    return new ExecutorError('expected a command, got none', { code: 'USAGE_INVALID' });
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const hint = rest
    .join(' ')
    .trim()
    .replace(/^\((.*)\)$/, '$1');
  return new ExecutorError(first, { code: 'USAGE_INVALID', ...(hint !== '' && { hint }) });
}
