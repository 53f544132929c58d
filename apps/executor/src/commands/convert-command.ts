import { formatWorkflow } from '@weftline/graph';
import type { Language } from '@weftline/graph';
import type { CommandContext } from '../command-context.ts';
import { ExitCode } from '../exit-code.ts';
import { requireWorkflow } from '../load-workflow.ts';

export interface ConvertOptions {
  readonly dialect?: Language;
}

/** Prints a workflow in the native form, as YAML; its expressions stay as they are written. With `-o json` as `{ v, workflow }`. */
export async function convertCommand(
  file: string,
  { dialect }: ConvertOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { terminal } = context;
  const text = formatWorkflow(await requireWorkflow({ file, dialect }, terminal));
  if (terminal.output === 'text') await terminal.data(text);
  else if (terminal.output !== 'none') await terminal.data(`${JSON.stringify({ v: 1, workflow: text })}\n`);
  return ExitCode.succeeded;
}
