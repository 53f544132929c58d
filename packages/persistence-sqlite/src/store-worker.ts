import type { Worker } from 'node:worker_threads';
import { StoreError } from '@weftline/persistence';
import { OPENING, storeError } from './protocol.ts';
import type { Answer, CallName, Question, Reply, Request } from './protocol.ts';

/** Calls that change nothing: when the worker is lost, nothing is unknown about them. */
const readingCalls: ReadonlySet<CallName | 'open'> = new Set([
  ...['open', 'read', 'readSnapshot', 'get', 'list', 'size'],
  ...['examineStore', 'examineExecutions', 'examineSnapshot', 'examineRows'],
] as const);

interface Waiting {
  readonly name: CallName | 'open';
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

/**
 * The side of the protocol that has the callers.
 *
 * 1. Every call settles: with its answer, or when the worker is lost.
 * 2. The worker keeps the process alive exactly while a call waits.
 * 3. A lost worker is not replaced: what it may have written has to be read from a store opened anew.
 */
export class StoreWorker {
  /** Settles when the database is open or could not be opened. */
  readonly opened: Promise<void>;
  readonly #worker: Worker;
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #calls = OPENING;
  #loss: { readonly cause: unknown } | undefined;

  constructor(worker: Worker, path: string) {
    this.#worker = worker;
    this.#path = path;
    worker.on('message', (reply: Reply) => this.#settle(reply));
    worker.on('messageerror', (error) => this.#lose(error));
    worker.on('error', (error) => this.#lose(error));
    worker.on('exit', (code) => this.#lose(new Error(`the worker thread ended with code ${code}`)));
    this.opened = new Promise((resolve, reject) => {
      this.#wait(OPENING, { name: 'open', resolve: () => resolve(), reject });
    });
  }

  /** Sends a question; `transfer` are the buffers in it that the worker gets for good. */
  call<N extends CallName>(name: N, question: Question<N>, transfer: ArrayBuffer[] = []): Promise<Answer<N>> {
    return new Promise((resolve, reject) => {
      if (this.#loss !== undefined) {
        reject(this.#lossError(name));
        return;
      }
      const number = ++this.#calls;
      // Throws when the question cannot be cloned; then nobody waits for an answer.
      this.#worker.postMessage({ number, name, question } satisfies Request, transfer);
      this.#wait(number, { name, resolve: resolve as (answer: unknown) => void, reject });
    });
  }

  /** Has the database closed after the calls under way. Resolves when the thread is gone, also when it was lost before. */
  async close(): Promise<void> {
    try {
      if (this.#loss === undefined) await this.call('close', undefined);
    } finally {
      await this.#worker.terminate();
    }
  }

  #wait(number: number, waiting: Waiting): void {
    this.#waiting.set(number, waiting);
    this.#worker.ref();
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('error' in reply) waiting?.reject(storeError(reply.error));
    else waiting?.resolve(reply.answer);
  }

  #lose(cause: unknown): void {
    this.#loss ??= { cause };
    for (const { name, reject } of this.#waiting.values()) reject(this.#lossError(name));
    this.#waiting.clear();
  }

  #lossError(name: Waiting['name']): StoreError {
    const cause = this.#loss?.cause;
    if (readingCalls.has(name)) {
      return new StoreError(`${name}: the thread that serves ${this.#path} was lost; open the store again`, {
        code: 'STORE_UNAVAILABLE',
        cause,
      });
    }
    return new StoreError(
      `${name}: the thread that serves ${this.#path} was lost, and whether the call took effect is unknown; ` +
        'open the store again and read',
      { code: 'STORE_UNKNOWN_OUTCOME', cause },
    );
  }
}
