import { Console } from 'node:console';
import { Writable } from 'node:stream';
import type { LogEntry } from '@weftline/engine';
import { printable, printableLine } from './plain-text.ts';
import type { Paint } from './style.ts';
import type { Terminal } from './terminal.ts';

const PAINTS: Readonly<Record<LogEntry['level'], Paint>> = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' };

/** From which verbosity on a level is shown. */
const VERBOSITY: Readonly<Record<LogEntry['level'], number>> = { debug: 2, info: 1, warn: 0, error: 0 };

/** Shows what actions and the engine log, as far as the verbosity asks for it. */
export function createLogger(terminal: Terminal): (entry: LogEntry) => void {
  return (entry) => {
    if (terminal.verbosity < VERBOSITY[entry.level]) return;
    const item = entry.item === undefined ? '' : `[${entry.item}]`;
    const where = entry.task === undefined ? '' : ` ${entry.task}${item}`;
    const fields = entry.fields === undefined ? '' : ` ${JSON.stringify(entry.fields)}`;
    const text = printableLine(`${where}: ${entry.message}${fields}`);
    terminal.note(`${terminal.style.paint(PAINTS[entry.level], entry.level)}${text}`);
  };
}

/**
 * Sends what modules print with `console` to stderr, above the progress, so that stdout stays data.
 * Holds for the rest of the process.
 */
export function captureConsole(terminal: Terminal): void {
  let open = '';
  const lines = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, written) {
      const parts = (open + chunk).split('\n');
      open = parts.pop() ?? '';
      for (const line of parts) terminal.note(printable(line));
      written();
    },
  });
  globalThis.console = new Console({ stdout: lines, stderr: lines, colorMode: false });
}
