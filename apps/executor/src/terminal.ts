import { systemErrorCode } from './errors.ts';
import { createStyle } from './style.ts';
import type { Environment, Style } from './style.ts';

/** What goes to stdout: pretty JSON, one JSON object, one JSON object per line, or nothing. */
export type OutputMode = 'text' | 'json' | 'jsonl' | 'none';
export const OUTPUT_MODES: readonly OutputMode[] = ['text', 'json', 'jsonl', 'none'];

/** The part of `process.stdout` and `process.stderr` that is used. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly writableNeedDrain?: boolean;
  write(text: string, written?: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface TerminalOptions {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Environment;
  readonly platform: string;
  readonly output: OutputMode;
  /** -1 quiet, 0 normal, 1 with information, 2 with details for debugging. */
  readonly verbosity: number;
  readonly color?: boolean | undefined;
}

/** A part of the screen that is repainted, and that lines for stderr have to be put above. */
export interface ScreenRegion {
  print(line: string): void;
  /** Gives the screen back as it was found; may be called twice. */
  close(): void;
}

/**
 * The two streams of the process and what belongs on each: stdout carries data and nothing else, stderr everything that
 * is said about it. Each stream is dressed by what it is itself.
 *
 * 1. `data` resolves when the text has been handed to the system, also when nobody reads any more; it never rejects.
 * 2. While a region is attached, every line for stderr goes through it.
 * 3. After `restore` the screen is as a shell expects it, cursor included.
 */
export class Terminal {
  readonly output: OutputMode;
  readonly verbosity: number;
  /** Dress of stderr. */
  readonly style: Style;
  /** Dress of stdout. */
  readonly dataStyle: Style;
  readonly env: Environment;
  readonly stderr: TextStream;
  /** Resolves when stdout takes nothing any more: its reader has gone, or it cannot be written. */
  readonly readerGone: Promise<void>;
  readonly #stdout: TextStream;
  #gone = false;
  #failure: Error | undefined;
  #region: ScreenRegion | undefined;

  constructor(options: TerminalOptions) {
    const { stdout, stderr, env, platform, color } = options;
    this.output = options.output;
    this.verbosity = options.verbosity;
    this.env = env;
    this.stderr = stderr;
    this.#stdout = stdout;
    this.style = createStyle({ isTTY: stderr.isTTY === true, env, platform, color });
    this.dataStyle = createStyle({ isTTY: stdout.isTTY === true, env, platform, color });
    this.readerGone = new Promise((resolve) => {
      stdout.on('error', (error) => {
        // A reader that has seen enough is no failure; a disk that takes no more is one.
        if (systemErrorCode(error) !== 'EPIPE') this.#failure ??= error;
        this.#gone = true;
        resolve();
      });
    });
    // Nothing useful can be said when stderr itself is gone.
    stderr.on('error', () => undefined);
  }

  /** Why data for stdout did not get there, other than that nobody wanted it. */
  get outputFailure(): Error | undefined {
    return this.#failure;
  }

  get quiet(): boolean {
    return this.verbosity < 0;
  }

  /** Whether a region of stderr can be repainted in place. */
  get live(): boolean {
    const { CI: ci, TERM: term } = this.env;
    const inCi = ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0';
    return this.stderr.isTTY === true && term !== 'dumb' && !inCi && !this.quiet;
  }

  /** Text for stdout, given as it is. */
  data(text: string): Promise<void> {
    if (this.#gone) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stdout.write(text, () => resolve());
    });
  }

  /** A line of progress or advice; left out when quiet. */
  note(line: string): void {
    if (!this.quiet) this.say(line);
  }

  /** A line that is said even when quiet: the last one, and errors. */
  say(line: string): void {
    if (this.#region === undefined) this.stderr.write(`${line}\n`);
    else this.#region.print(line);
  }

  /** Puts the lines of stderr above the region, until `restore`. */
  attach(region: ScreenRegion): void {
    this.#region = region;
  }

  restore(): void {
    const region = this.#region;
    this.#region = undefined;
    region?.close();
  }

  /** Resolves when everything written so far has left the process. */
  async flush(): Promise<void> {
    await this.data('');
    await new Promise<void>((resolve) => {
      this.stderr.write('', () => resolve());
    });
  }
}
