import { StoreError } from '../errors.ts';
import { SerialQueue } from '../serial-queue.ts';
import type { Append, Store } from '../store.ts';
import { Fifo } from './fifo.ts';

export interface WriteBehindBounds {
  readonly delayMs: number;
  readonly recordsMax: number;
  readonly bytesMax: number;
}

interface Weight {
  readonly records: number;
  readonly bytes: number;
}

interface PendingAppend extends Weight {
  readonly append: Append;
}

interface WaitingCall extends Weight {
  readonly enter: () => void;
  readonly reject: (reason: StoreError) => void;
}

/** What one write may hold, unless a single append has more. */
const [writeRecordsMax, writeBytesMax] = [1_000, 1024 * 1024];

/**
 * Appends that were acknowledged and wait to be written.
 *
 * 1. `#pending` holds them in order; `#records` and `#bytes` also count what is being written, and stay within the bounds,
 *    save for a single call that exceeds them alone.
 * 2. While `#pending` is not empty a write is scheduled, or under way with another one behind it.
 * 3. After `#failure` is set nothing is acknowledged and nothing is written any more.
 * 4. `#refusals` holds, per execution, why an acknowledged append was refused after all; nothing of that execution is
 *    acknowledged until somebody takes it over anew. `#untold` holds those that nobody has been told of.
 * 5. `#marks` holds an execution from its first append until it is taken over anew or given back; both marks only rise.
 */
export class WriteBehindLine {
  readonly #store: Store;
  readonly #bounds: WriteBehindBounds;
  readonly #schedule: (delayMs: number, run: () => void) => () => void;
  readonly #calls = new SerialQueue();
  readonly #waiting = new Fifo<WaitingCall>();
  readonly #refusals = new Map<string, StoreError>();
  readonly #untold = new Set<string>();
  #pending: PendingAppend[] = [];
  #records = 0;
  #bytes = 0;
  #stopTimer: (() => void) | undefined;
  #failure: StoreError | undefined;
  #acknowledged = 0;
  #durable = 0;
  readonly #marks = new Map<string, { acknowledged: number; durable: number }>();

  constructor(store: Store, bounds: WriteBehindBounds, schedule: (delayMs: number, run: () => void) => () => void) {
    this.#store = store;
    this.#bounds = bounds;
    this.#schedule = schedule;
  }

  get failure(): StoreError | undefined {
    return this.#failure;
  }

  /** Records since opening. */
  get totals(): { readonly acknowledged: number; readonly durable: number } {
    return { acknowledged: this.#acknowledged, durable: this.#durable };
  }

  /** Sequences of the last records of the execution; undefined before its first append. */
  marksOf(execution: string): { readonly acknowledged: number; readonly durable: number } | undefined {
    return this.#marks.get(execution);
  }

  /** Whether an acknowledged append of the execution was refused; asking changes nothing. */
  hasRefused(execution: string): boolean {
    return this.#refusals.has(execution);
  }

  /** Why an acknowledged append of the execution was refused, for whoever is told of it now. */
  tellRefusal(execution: string): StoreError | undefined {
    this.#untold.delete(execution);
    return this.#refusals.get(execution);
  }

  /** Throws why something acknowledged is not durable, if anything is not; for after `run`. */
  assertNothingRefused(): void {
    this.#throwFirstOf(this.#refusals.keys());
  }

  /** An append that the store has answered itself. */
  note({ execution, sequence, records }: Append): void {
    const end = sequence + records.length - 1;
    const marks = this.#marksAt(execution, sequence - 1);
    marks.acknowledged = Math.max(marks.acknowledged, end);
    marks.durable = Math.max(marks.durable, end);
  }

  /** A new owner begins anew. */
  forget(execution: string): void {
    this.#refusals.delete(execution);
    this.#untold.delete(execution);
    this.#marks.delete(execution);
  }

  /** Takes the appends in at once, or when there is room; resolves when they are in, hence acknowledged. */
  async add(appends: readonly Append[]): Promise<void> {
    const items = appends.map((append) => ({ append, ...weigh(append) }));
    const records = items.reduce((sum, item) => sum + item.records, 0);
    const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
    if (this.#waiting.length === 0 && this.#hasRoom({ records, bytes })) {
      this.#take(items);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        this.#take(items);
        resolve();
      };
      this.#waiting.push({ records, bytes, enter, reject });
      this.#writeNow();
    });
  }

  /** Makes the call after everything that was acknowledged before it has been written. */
  run<Result>(call: () => Promise<Result>): Promise<Result> {
    return this.#calls.run(async () => {
      await this.#writePending();
      if (this.#failure !== undefined) throw this.#failure;
      return call();
    });
  }

  /** As `run`, and lets go of the medium also when something was lost; then rejects with that, unless it has been told. */
  close(): Promise<void> {
    return this.#calls.run(async () => {
      await this.#writePending();
      await this.#store.close();
      if (this.#failure !== undefined) throw this.#failure;
      this.#throwFirstOf(this.#untold);
    });
  }

  #throwFirstOf(executions: Iterable<string>): void {
    for (const execution of executions) {
      const refusal = this.tellRefusal(execution);
      if (refusal !== undefined) throw refusal;
    }
  }

  #hasRoom({ records, bytes }: Weight): boolean {
    if (this.#records === 0) return true;
    return this.#records + records <= this.#bounds.recordsMax && this.#bytes + bytes <= this.#bounds.bytesMax;
  }

  #take(items: readonly PendingAppend[]): void {
    for (const item of items) {
      this.#pending.push(item);
      this.#records += item.records;
      this.#bytes += item.bytes;
      this.#acknowledge(item.append);
    }
    const { recordsMax, bytesMax } = this.#bounds;
    if (this.#records >= recordsMax || this.#bytes >= bytesMax) this.#writeNow();
    else this.#stopTimer ??= this.#schedule(this.#bounds.delayMs, () => this.#writeNow());
  }

  #acknowledge({ execution, sequence, records }: Append): void {
    this.#acknowledged += records.length;
    this.#marksAt(execution, sequence - 1).acknowledged = sequence + records.length - 1;
  }

  #marksAt(execution: string, head: number): { acknowledged: number; durable: number } {
    const marks = this.#marks.get(execution) ?? { acknowledged: head, durable: head };
    this.#marks.set(execution, marks);
    return marks;
  }

  #writeNow(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    void this.#calls.run(() => this.#writePending());
  }

  /** Never rejects: what fails is kept as the failure. */
  async #writePending(): Promise<void> {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const pending = this.#pending;
    this.#pending = [];
    for (let start = 0; start < pending.length && this.#failure === undefined;) {
      const group = groupFrom(pending, start);
      start += group.length;
      await this.#writeGroup(group);
      this.#letIn();
    }
  }

  async #writeGroup(group: readonly PendingAppend[]): Promise<void> {
    try {
      const outcomes = await this.#store.append(group.map(({ append }) => append));
      for (const [place, { append }] of group.entries()) this.#settle(append, outcomes[place]);
    } catch (cause) {
      this.#fail(cause);
    }
    for (const { records, bytes } of group) {
      this.#records -= records;
      this.#bytes -= bytes;
    }
  }

  #settle({ execution, sequence, records }: Append, refusal: StoreError | undefined): void {
    if (refusal === undefined) {
      this.#durable += records.length;
      this.#marksAt(execution, sequence - 1).durable = sequence + records.length - 1;
    } else if (!this.#refusals.has(execution)) {
      this.#refusals.set(execution, refusal);
      this.#untold.add(execution);
    }
  }

  #fail(cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    this.#failure = new StoreError(`what had been acknowledged could not be written: ${message}`, {
      code: 'STORE_UNKNOWN_OUTCOME',
      cause,
    });
    for (let call = this.#waiting.first(); call !== undefined; call = this.#waiting.first()) {
      this.#waiting.dropFirst();
      call.reject(this.#failure);
    }
  }

  #letIn(): void {
    for (let call = this.#waiting.first(); call !== undefined && this.#hasRoom(call); call = this.#waiting.first()) {
      this.#waiting.dropFirst();
      call.enter();
    }
  }
}

function groupFrom(pending: readonly PendingAppend[], start: number): readonly PendingAppend[] {
  let [end, records, bytes] = [start, 0, 0];
  for (let item = pending[end]; item !== undefined; item = pending[end]) {
    records += item.records;
    bytes += item.bytes;
    if (end > start && (records > writeRecordsMax || bytes > writeBytesMax)) break;
    end += 1;
  }
  return pending.slice(start, end);
}

/** An append without records takes a place too, or a line of such would have no bound. */
function weigh({ records, snapshot }: Append): Weight {
  let bytes = snapshot?.length ?? 0;
  for (const record of records) bytes += record.length;
  return { records: Math.max(1, records.length), bytes };
}
