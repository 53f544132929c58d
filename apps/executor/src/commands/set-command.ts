import type { CommandContext } from '../command-context.ts';
import { ExitCode } from '../exit-code.ts';
import { withExecutions } from '../open-engine.ts';
import { resolveSettings } from '../settings.ts';

export interface ConcurrencyFlag {
  readonly task: string;
  readonly concurrency: number;
}

export interface SetOptions {
  readonly concurrency: readonly ConcurrencyFlag[];
}

/**
 * Changes how an execution runs, wherever it does. Whoever runs it hears of it with its next heartbeat; one that nobody runs, with
 * the first after it was taken up.
 */
export async function setCommand(id: string, options: SetOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const settings = await resolveSettings(context);
  await withExecutions({ settings, terminal, id }, async (engine, found) => {
    for (const { task, concurrency } of options.concurrency) await engine.setConcurrency(found, task, concurrency);
    for (const { task, concurrency } of options.concurrency) {
      terminal.say(`execution ${found}: the concurrency of ${task} is to be ${concurrency}`);
    }
    if (terminal.output === 'json' || terminal.output === 'jsonl') {
      const concurrency = Object.fromEntries(options.concurrency.map((each) => [each.task, each.concurrency]));
      await terminal.data(`${JSON.stringify({ v: 1, id: found, concurrency })}\n`);
    }
  });
  return ExitCode.succeeded;
}
