import type { Command } from 'commander';
import type { SetOptions } from './commands/set-command.ts';
import { parseConcurrencyFlag } from './concurrency-flag.ts';
import type { Performer } from './program.ts';

/** `weftline set` and what may be typed behind it. */
export function addSetting(program: Command, perform: Performer): void {
  program
    .command('set')
    .description('change how an execution runs, wherever it does')
    .argument('<id>', 'id of the execution, or @latest')
    .requiredOption(
      '--concurrency <task=count>',
      'so many items of the task in flight from now on; may be repeated',
      parseConcurrencyFlag,
    )
    .action((id: string, options: SetOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { setCommand } = await import('./commands/set-command.ts');
        return setCommand(id, options, context);
      }),
    );
}
