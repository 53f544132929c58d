import type { TextStream } from '../src/terminal.ts';

export interface FakeStreamOptions {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Keeps every write, as a stream of the process would be written to. */
export class FakeStream implements TextStream {
  readonly isTTY: boolean;
  columns: number;
  rows: number;
  writableNeedDrain = false;
  readonly writes: string[] = [];
  #fail: (error: Error) => void = () => undefined;

  constructor(options: FakeStreamOptions = {}) {
    this.isTTY = options.isTTY ?? false;
    this.columns = options.columns ?? 80;
    this.rows = options.rows ?? 24;
  }

  get text(): string {
    return this.writes.join('');
  }

  write(text: string, written?: (error?: Error | null) => void): boolean {
    if (text !== '') this.writes.push(text);
    if (written !== undefined) queueMicrotask(written);
    return true;
  }

  on(_event: 'error', listener: (error: Error) => void): this {
    this.#fail = listener;
    return this;
  }

  /** As when the reader at the other end of a pipe goes away. */
  fail(code: string): void {
    this.#fail(Object.assign(new Error(`write ${code}`), { code }));
  }
}
