import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Ending, Order } from './list-program.ts';
import type { Resources } from './resources.ts';

/** How a process came to its end. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said last, when it came so far. */
  readonly ending: Ending | undefined;
  readonly errors: string;
  /** It did not end by itself for so long that it was killed. */
  readonly hung: boolean;
}

/** Longer than anything here takes, on the busiest machine. */
const hangMs = 90_000;

/** A running list program, or a tool that runs it. */
export class Child {
  readonly process: ChildProcess;
  readonly exit: Promise<Exit>;
  #said = '';
  #errors = '';
  #hung = false;

  /** `prefix` is the tool that the program runs under, with its words. */
  constructor(
    resources: Resources,
    command: { readonly program: string; readonly order: Order; readonly prefix: readonly string[] },
  ) {
    const { program, order, prefix } = command;
    const [file = process.execPath, ...words] = [...prefix, process.execPath, program, JSON.stringify(order)];
    this.process = spawn(file, words, {
      // One thread makes the calls of the segment files, so that they can be counted. A tool and its program are one group, to
      // be killed together.
      ...{ env: { ...process.env, UV_THREADPOOL_SIZE: '1' }, stdio: ['pipe', 'pipe', 'pipe'], detached: true },
    });
    this.process.stdin?.on('error', () => undefined);
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    const release = resources.add(() => this.kill());
    const watch = setTimeout(() => {
      this.#hung = true;
      this.kill();
    }, hangMs);
    this.exit = once(this.process, 'close').then(([code, signal]) => {
      clearTimeout(watch);
      release();
      return this.#exitOf(code as number | null, signal as NodeJS.Signals | null);
    });
  }

  /** Ends it and what runs under it at once. */
  kill(): void {
    this.signal('SIGKILL');
  }

  /** To the program, or to the tool and the program. */
  signal(signal: NodeJS.Signals): void {
    const { pid, exitCode, signalCode } = this.process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, signal);
    } catch (error) {
      // It has ended in this very moment.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  get hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  /** Whether it has opened its store and waits to be let go. */
  get isReady(): boolean {
    return this.#said.includes('"ready"');
  }

  letGo(): void {
    this.process.stdin?.write('go\n');
  }

  #exitOf(code: number | null, signal: NodeJS.Signals | null): Exit {
    const last = this.#said.trimEnd().split('\n').at(-1) ?? '';
    const said = last === '' ? undefined : (JSON.parse(last) as Ending | { readonly ready: true });
    const ending = said === undefined || 'ready' in said ? undefined : said;
    return { code, signal, ending, errors: this.#errors, hung: this.#hung };
  }
}

/** In words, for reports. */
export function shownExit({ code, signal, ending, errors, hung }: Exit): string {
  const how = hung ? `it hung for ${hangMs / 1000} s` : signal === null ? `status ${code}` : `${signal}`;
  return [how, ending === undefined ? '' : JSON.stringify(ending), errors.trim()]
    .filter((part) => part !== '')
    .join('; ');
}
