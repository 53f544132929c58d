import type { Command } from 'commander';
import type { SimulateOptions } from './commands/simulate-command.ts';
import { dialect } from './option-parsers.ts';
import type { Performer } from './program.ts';

/** The commands that try workflows out without performing their actions. */
export function addSimulating(program: Command, perform: Performer): void {
  program
    .command('simulate')
    .description('print what comes of a workflow when mocks answer in the place of its actions')
    .argument('<file>', 'workflow')
    .option('--case <file>', 'inputs, variables and mocks as a JSON or YAML object; - for stdin')
    .addOption(dialect())
    .action((file: string, options: SimulateOptions, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { simulateCommand } = await import('./commands/simulate-command.ts');
        return simulateCommand(file, options, context);
      }),
    );
  program
    .command('test')
    .description('simulate the *.case.yaml and *.case.json files of a folder, and compare with what they expect')
    .argument('<folder>', 'where they are, or one of them')
    .action((place: string, _options: object, command: Command) =>
      perform(command.optsWithGlobals(), async (context) => {
        const { testCommand } = await import('./commands/test-command.ts');
        return testCommand(place, context);
      }),
    );
}
