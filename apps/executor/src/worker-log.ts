import { printableLine } from './plain-text.ts';
import { statusMark } from './progress/task-text.ts';
import type { Terminal } from './terminal.ts';

type EndedAs = 'succeeded' | 'failed' | 'canceled' | 'let-go';

/**
 * What a worker says: a line on stderr for each execution that it takes up and that ends here; with `jsonl` one object for each on
 * stdout, and with `json` one at the end with how many there were.
 */
export class WorkerLog {
  readonly #terminal: Terminal;
  readonly #counts = { takenUp: 0, succeeded: 0, failed: 0, canceled: 0, letGo: 0 };

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  takenUp(id: string, workflow: string): void {
    this.#counts.takenUp += 1;
    this.#terminal.note(`${this.#terminal.style.paint('dim', 'execution')} ${id} ${printableLine(workflow)} taken up`);
    this.#line({ type: 'taken-up', id, workflow });
  }

  ended(id: string, { workflow, status }: { readonly workflow: string; readonly status: EndedAs }): void {
    this.#counts[status === 'let-go' ? 'letGo' : status] += 1;
    const mark = status === 'let-go' ? '' : statusMark(status, this.#terminal.style);
    const text = status === 'let-go' ? 'let go of' : status;
    this.#terminal.note(`${mark}${printableLine(workflow)} ${text} (${id})`);
    this.#line({ type: 'ended', id, workflow, status });
  }

  async end(): Promise<void> {
    if (this.#terminal.output === 'json') await this.#terminal.data(`${JSON.stringify({ v: 1, ...this.#counts })}\n`);
    if (this.#terminal.output === 'jsonl')
      await this.#terminal.data(`${JSON.stringify({ v: 1, type: 'worked', ...this.#counts })}\n`);
  }

  #line(fields: object): void {
    if (this.#terminal.output === 'jsonl') void this.#terminal.data(`${JSON.stringify({ v: 1, ...fields })}\n`);
  }
}
