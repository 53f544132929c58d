import { Terminal } from '../src/terminal.ts';
import type { TerminalOptions } from '../src/terminal.ts';
import { FakeStream } from './fake-stream.ts';

export interface FakeTerminal {
  readonly terminal: Terminal;
  readonly stdout: FakeStream;
  readonly stderr: FakeStream;
}

/** A terminal whose streams are no TTYs and that knows UTF-8, unless told otherwise. */
export function fakeTerminal(options: Partial<TerminalOptions> & { readonly stderr?: FakeStream } = {}): FakeTerminal {
  const stdout = new FakeStream();
  const stderr = options.stderr ?? new FakeStream();
  const defaults = { env: { LANG: 'C.UTF-8' }, platform: 'linux', output: 'text', verbosity: 0 } as const;
  return { terminal: new Terminal({ ...defaults, ...options, stdout, stderr }), stdout, stderr };
}
