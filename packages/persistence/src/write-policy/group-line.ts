import { assertAppends } from '../check-arguments.ts';
import type { StoreError } from '../errors.ts';
import type { Append, Store } from '../store.ts';
import { Fifo } from './fifo.ts';
import type { AppendLine } from './policy-store.ts';

export interface GroupBounds {
  readonly recordsMax: number;
  readonly bytesMax: number;
  readonly pendingRecordsMax: number;
  readonly pendingBytesMax: number;
}

type Outcomes = readonly (StoreError | undefined)[];

interface WaitingAppend {
  readonly appends: readonly Append[];
  readonly records: number;
  readonly bytes: number;
  readonly resolve: (outcomes: Outcomes) => void;
  readonly reject: (cause: unknown) => void;
}

/** Begins the turn of any other call and resolves when that has ended, in whatever way. */
type WaitingCall = () => Promise<void>;

/**
 * Appends in the order of their calls, and the groups in which they are written.
 *
 * 1. One group, or one other call, is under way at a time; `#working` is true exactly then and when one is about to be.
 * 2. A group is a run of neighbours in the line, so the order of one execution's appends is kept.
 * 3. `#inside` holds what has been let in and not begun, `#outside` what waits for room; nothing passes anything.
 * 4. `#records` and `#bytes` count what has been let in and not been answered; they stay within the pending bounds, save
 *    for a single append that exceeds them alone.
 * 5. Arguments are checked before an append joins the line: a wrong one must not spoil the group of others.
 */
export class GroupLine implements AppendLine {
  readonly #store: Store;
  readonly #bounds: GroupBounds;
  readonly #inside = new Fifo<WaitingAppend | WaitingCall>();
  readonly #outside = new Fifo<WaitingAppend | WaitingCall>();
  #records = 0;
  #bytes = 0;
  #working = false;

  constructor(store: Store, bounds: GroupBounds) {
    this.#store = store;
    this.#bounds = bounds;
  }

  async append(appends: readonly Append[]): Promise<Outcomes> {
    assertAppends(appends);
    return new Promise((resolve, reject) => this.#join({ appends, ...measure(appends), resolve, reject }));
  }

  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    const endTurn = await new Promise<() => void>((begin) => this.#join(() => new Promise((end) => begin(end))));
    try {
      return await call();
    } finally {
      endTurn();
    }
  }

  #join(item: WaitingAppend | WaitingCall): void {
    this.#outside.push(item);
    this.#letIn();
    if (this.#working) return;
    this.#working = true;
    // Whatever else is called in this turn of the event loop joins the same group.
    queueMicrotask(() => void this.#work());
  }

  #letIn(): void {
    for (let item = this.#outside.first(); item !== undefined; item = this.#outside.first()) {
      if (typeof item === 'object') {
        if (!this.#hasRoom(item)) return;
        this.#records += item.records;
        this.#bytes += item.bytes;
      }
      this.#inside.push(item);
      this.#outside.dropFirst();
    }
  }

  #hasRoom(append: WaitingAppend): boolean {
    const { pendingRecordsMax, pendingBytesMax } = this.#bounds;
    if (this.#records === 0) return true;
    return this.#records + append.records <= pendingRecordsMax && this.#bytes + append.bytes <= pendingBytesMax;
  }

  async #work(): Promise<void> {
    for (let item = this.#inside.first(); item !== undefined; item = this.#inside.first()) {
      if (typeof item === 'function') {
        this.#inside.dropFirst();
        await item();
      } else {
        await this.#write(this.#takeGroup());
      }
      this.#letIn();
    }
    this.#working = false;
  }

  #takeGroup(): readonly WaitingAppend[] {
    const group: WaitingAppend[] = [];
    let [records, bytes] = [0, 0];
    for (let item = this.#inside.first(); typeof item === 'object'; item = this.#inside.first()) {
      records += item.records;
      bytes += item.bytes;
      const isFull = records > this.#bounds.recordsMax || bytes > this.#bounds.bytesMax;
      if (isFull && group.length > 0) break;
      group.push(item);
      this.#inside.dropFirst();
    }
    return group;
  }

  async #write(group: readonly WaitingAppend[]): Promise<void> {
    try {
      const outcomes = await this.#store.append(group.flatMap((waiting) => waiting.appends));
      let start = 0;
      for (const { appends, resolve } of group) resolve(outcomes.slice(start, (start += appends.length)));
    } catch (cause) {
      for (const { reject } of group) reject(cause);
    }
    for (const { records, bytes } of group) {
      this.#records -= records;
      this.#bytes -= bytes;
    }
  }
}

/** An append without records takes a place too, or a line of such would have no bound. */
function measure(appends: readonly Append[]): { readonly records: number; readonly bytes: number } {
  let [records, bytes] = [0, 0];
  for (const append of appends) {
    records += append.records.length;
    bytes += append.snapshot?.length ?? 0;
    for (const record of append.records) bytes += record.length;
  }
  return { records: Math.max(1, records), bytes };
}
