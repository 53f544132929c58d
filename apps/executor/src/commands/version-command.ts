import type { CommandContext } from '../command-context.ts';
import { ExitCode } from '../exit-code.ts';
import { VERSION } from '../version.ts';

/** The facts that a report of a fault needs. */
export async function versionCommand({ terminal }: CommandContext): Promise<ExitCode> {
  const facts = { version: VERSION, node: process.version, platform: `${process.platform} ${process.arch}` };
  if (terminal.output === 'json' || terminal.output === 'jsonl') {
    await terminal.data(`${JSON.stringify({ v: 1, ...facts })}\n`);
  } else if (terminal.output === 'text') {
    await terminal.data(`weftline ${facts.version} (node ${facts.node}, ${facts.platform})\n`);
  }
  return ExitCode.succeeded;
}
