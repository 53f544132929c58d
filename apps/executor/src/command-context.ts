import type { Surroundings } from './follow-execution.ts';
import type { Environment } from './style.ts';
import type { OutputMode, Terminal } from './terminal.ts';

/** Flags that every command takes, as they were written. */
export interface GlobalOptions {
  readonly output?: OutputMode;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose: number;
  readonly color?: boolean;
  readonly store?: string;
  readonly actions?: readonly string[];
  readonly config?: string;
}

/** What a command may know of the world around it. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly options: GlobalOptions;
  readonly cwd: string;
  readonly env: Environment;
  readonly stdin: AsyncIterable<unknown>;
  readonly surroundings: Surroundings;
}
