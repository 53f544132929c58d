import { Command, Option } from 'commander';
import type { CancelOptions } from './commands/cancel-command.ts';
import type { ConvertOptions } from './commands/convert-command.ts';
import type { EvalOptions } from './commands/eval-command.ts';
import type { GraphOptions } from './commands/graph-command.ts';
import type { ListOptions } from './commands/list-command.ts';
import type { ResumeOptions } from './commands/resume-command.ts';
import type { RunOptions } from './commands/run-command.ts';
import type { VacuumCommandOptions } from './commands/store-vacuum-command.ts';
import type { ValidateOptions } from './commands/validate-command.ts';
import type { WorkerOptions } from './commands/worker-command.ts';
import { addSetting } from './set-program.ts';
import { addSimulating } from './simulate-program.ts';
import type { CommandContext, GlobalOptions } from './command-context.ts';
import type { ExitCode } from './exit-code.ts';
import { age, collect, collectInput, count, dialect, duration, limit } from './option-parsers.ts';
import { OUTPUT_MODES } from './terminal.ts';
import { VERSION } from './version.ts';

/** Runs a command with the global options decided and keeps its exit code. */
export type Performer = (
  options: GlobalOptions,
  command: (context: CommandContext) => Promise<ExitCode>,
) => Promise<void>;

/** Where help and the version go; `err` takes the help that is shown when there is no command. */
export interface ProgramOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * The command line: what may be typed, and which file answers it. Every handler is imported when its command is
 * called, so that `--help` and `--version` load neither parsers nor stores.
 */
export function createProgram(perform: Performer, { out, err }: ProgramOutput): Command {
  const program = new Command('weftline')
    .description('Runs durable workflows: every completion is kept, whatever stops can be resumed.')
    .version(VERSION, '-V, --version', 'print the version')
    .exitOverride()
    // Usage errors are told in one place, together with all other errors.
    .configureOutput({ writeOut: out, writeErr: err, outputError: () => undefined })
    .configureHelp({ showGlobalOptions: true });
  addGlobalOptions(program);
  addRunning(program, perform);
  addSetting(program, perform);
  addLooking(program, perform);
  addStore(program, perform);
  addWorkflows(program, perform);
  addSimulating(program, perform);
  program.addHelpText('after', HELP_AFTER);
  return program;
}

const HELP_AFTER = `
Exit codes: 0 succeeded, 1 failed, 2 bad usage, 3 workflow or input not valid, 4 canceled, 5 not found,
  6 store not available, 7 paused, 8 store damaged, 124 --timeout passed, 130 interrupted, 143 terminated, 70 fault of weftline
Settings: flag, else WEFTLINE_STORE, WEFTLINE_ACTIONS, WEFTLINE_CONFIG, WEFTLINE_OUTPUT, WEFTLINE_GRACE, else
  weftline.config.{js,mjs,json,yaml} beside the workflow or in the working directory, else the default`;

function addGlobalOptions(program: Command): void {
  program
    .addOption(
      new Option('-o, --output <mode>', 'what goes to stdout (default: text)')
        .choices([...OUTPUT_MODES])
        .env('WEFTLINE_OUTPUT'),
    )
    .option('--json', 'short for -o json')
    .option('-q, --quiet', 'say only the last line on stderr')
    .option('-v, --verbose', 'say more on stderr; twice for debugging', (_, before: number) => before + 1, 0)
    .option('--color', 'use colors even where they may not be seen')
    .option('--no-color', 'use no colors')
    .option(
      '--store <url>',
      'sqlite:<file>, file:<directory>, postgres://… or memory: (default: sqlite:.weftline/weftline.db)',
    )
    .option('--actions <module>', 'module with actions; may be repeated', collect)
    .option('--config <file>', 'configuration file');
}

function addRunning(program: Command, perform: Performer): void {
  program
    .command('run')
    .description('run a workflow to its end and print its output')
    .argument('<file>', 'workflow, YAML or JSON')
    .addOption(dialect())
    .option('-i, --input <name=value>', 'input; JSON where it is JSON, else text; may be repeated', collectInput)
    .option('--input-file <file>', 'inputs as a JSON or YAML object; - for stdin')
    .option('--id <id>', 'id of the execution')
    .option('--priority <count>', 'attempts that begin in its turn where executions share a worker, 1 to 1000', limit)
    .option('--detach', 'hand it in and print its id; a worker on the same store runs it')
    .option('--timeout <duration>', 'pause and exit with 124 when it takes longer', duration)
    .option('--grace <duration>', 'how long attempts may take to finish after a stop signal (default: 30s)', duration)
    .action((file: string, options: RunOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { runCommand } = await import('./commands/run-command.ts');
        return runCommand(file, options, context);
      }),
    );
  program
    .command('resume')
    .description('take up an execution that was paused or left behind')
    .argument('<id>', 'id of the execution, or @latest')
    .option('--timeout <duration>', 'pause and exit with 124 when it takes longer', duration)
    .option('--grace <duration>', 'how long attempts may take to finish after a stop signal (default: 30s)', duration)
    .action((id: string, options: ResumeOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { resumeCommand } = await import('./commands/resume-command.ts');
        return resumeCommand(id, options, context);
      }),
    );
  program
    .command('worker')
    .description('run whatever nobody runs, until stopped; workers over one store share the work')
    .option('--executions <count>', 'at most so many at a time (default: 100)', count)
    .option('--interval <duration>', 'from one look at the store to the next (default: 5s)', duration)
    .option('--grace <duration>', 'how long attempts may take to finish after a stop signal (default: 30s)', duration)
    .action((options: WorkerOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { workerCommand } = await import('./commands/worker-command.ts');
        return workerCommand(options, context);
      }),
    );
  program
    .command('cancel')
    .description('cancel an execution, wherever it runs, and wait until it is canceled')
    .argument('<id>', 'id of the execution, or @latest')
    .option('--now', 'abort the attempts in flight instead of letting them finish')
    .option('--reason <text>', 'kept with the execution')
    .option('--timeout <duration>', 'exit with 124 when it is not canceled by then (default: 30s)', duration)
    .action((id: string, options: CancelOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { cancelCommand } = await import('./commands/cancel-command.ts');
        return cancelCommand(id, options, context);
      }),
    );
}

function addLooking(program: Command, perform: Performer): void {
  program
    .command('list')
    .description('list executions, newest first')
    .option('--status <status>', 'only this status; may be repeated', collect)
    .option('--workflow <name>', 'only of this workflow')
    .option('--limit <count>', 'at most so many, 1 to 1000', limit, 50)
    .option('--cursor <cursor>', 'go on where a former list ended')
    .action((options: ListOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { listCommand } = await import('./commands/list-command.ts');
        return listCommand(options, context);
      }),
    );
  program
    .command('show')
    .description('show how an execution stands: tasks, errors, output')
    .argument('<id>', 'id of the execution, or @latest')
    .action((id: string, _options: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { showCommand } = await import('./commands/show-command.ts');
        return showCommand(id, context);
      }),
    );
}

function addStore(program: Command, perform: Performer): void {
  const store = program.command('store').description('look after the store: check, dump, vacuum');
  store
    .command('check')
    .description('read everything in the store and tell what is damaged, without changing anything')
    .argument('[id]', 'only this execution, or @latest')
    .action((id: string | undefined, _options: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { storeCheckCommand } = await import('./commands/store-check-command.ts');
        return storeCheckCommand(id, context);
      }),
    );
  store
    .command('dump')
    .description('print summaries, snapshots and records as lines of JSON, as far as they can be read')
    .argument('[id]', 'only this execution, or @latest')
    .action((id: string | undefined, _options: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { storeDumpCommand } = await import('./commands/store-dump-command.ts');
        return storeDumpCommand(id, context);
      }),
    );
  store
    .command('vacuum')
    .description('drop records that snapshots stand for, and give the space back; executions go on meanwhile')
    .option('--ended-before <age>', 'also remove executions that ended longer ago, e.g. 30d', age)
    .action((options: VacuumCommandOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { storeVacuumCommand } = await import('./commands/store-vacuum-command.ts');
        return storeVacuumCommand(options, context);
      }),
    );
}

function addWorkflows(program: Command, perform: Performer): void {
  program
    .command('validate')
    .description('tell everything that is wrong with workflows, without running them')
    .argument('<files...>', 'workflows')
    .addOption(
      new Option('--format <format>', 'form of the report (default: text)').choices(['text', 'json', 'github']),
    )
    .addOption(dialect())
    .option('--strict', 'take warnings for errors')
    .action((files: string[], options: ValidateOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { validateCommand } = await import('./commands/validate-command.ts');
        return validateCommand(files, options, context);
      }),
    );
  program
    .command('graph')
    .description('draw the tasks of a workflow')
    .argument('<file>', 'workflow')
    .addOption(
      new Option('--format <format>', 'language of the drawing (default: mermaid)').choices(['mermaid', 'dot', 'json']),
    )
    .addOption(dialect())
    .action((file: string, options: GraphOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { graphCommand } = await import('./commands/graph-command.ts');
        return graphCommand(file, options, context);
      }),
    );
  addConverting(program, perform);
  addEvaluating(program, perform);
  program
    .command('version')
    .description('print the version of weftline, Node and the platform')
    .action((_options: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { versionCommand } = await import('./commands/version-command.ts');
        return versionCommand(context);
      }),
    );
}

function addConverting(program: Command, perform: Performer): void {
  program
    .command('convert')
    .description('print a workflow of another engine in the native form, as YAML')
    .argument('<file>', 'workflow')
    .addOption(dialect())
    .action((file: string, options: ConvertOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { convertCommand } = await import('./commands/convert-command.ts');
        return convertCommand(file, options, context);
      }),
    );
}

function addEvaluating(program: Command, perform: Performer): void {
  program
    .command('eval')
    .description('print the value of a template as JSON, to try out expressions')
    .argument('<template>', 'text with {{ }}, or with <% %> as in Orquesta')
    .option('--scope <json>', 'the names that the template may read, as a JSON object; - for stdin')
    .addOption(
      new Option('--language <language>', 'language of the template (default: as its delimiters tell)').choices([
        'native',
        'orquesta',
        'attune',
      ]),
    )
    .action((template: string, options: EvalOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { evalCommand } = await import('./commands/eval-command.ts');
        return evalCommand(template, options, context);
      }),
    );
}
