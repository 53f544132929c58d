import { dumpHeader, dumpLines } from '@weftline/persistence';
import type { CommandContext } from '../command-context.ts';
import { ExitCode } from '../exit-code.ts';
import { withMaintenance } from '../open-maintenance.ts';
import { resolveSettings } from '../settings.ts';
import type { Terminal } from '../terminal.ts';

/** What is handed to stdout at a time, in characters. */
const PIECE_LENGTH = 64 * 1024;

/**
 * Prints what the store holds as lines of JSON (`weftline.dump/1`), in every output mode but `none`; exits with 8 when some of it
 * could not be read.
 */
export async function storeDumpCommand(id: string | undefined, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  const settings = await resolveSettings(context);
  let damage = 0;
  await withMaintenance(settings, async ({ maintenance, name, resolveId }) => {
    const scope = id === undefined ? {} : { execution: await resolveId(id) };
    const lines = new LineWriter(terminal);
    let isBegun = false;
    for await (const entry of maintenance.dump(scope)) {
      // Not before the first entry: an execution that is not there is a problem and no dump.
      if (!isBegun) await lines.add(dumpHeader(name));
      isBegun = true;
      if (entry.kind === 'finding' && entry.finding.severity === 'damage') damage++;
      for (const line of dumpLines(entry)) await lines.add(line);
    }
    if (!isBegun) await lines.add(dumpHeader(name));
    await lines.end();
  });
  if (damage === 0) return ExitCode.succeeded;
  terminal.say(`${damage} places could not be read; \`weftline store check\` tells more`);
  return ExitCode.damaged;
}

/** Gathers lines, because each piece waits until the system has taken the one before. */
class LineWriter {
  readonly #terminal: Terminal;
  #text = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  async add(line: string): Promise<void> {
    this.#text += `${line}\n`;
    if (this.#text.length >= PIECE_LENGTH) await this.end();
  }

  async end(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (this.#terminal.output !== 'none') await this.#terminal.data(text);
  }
}
