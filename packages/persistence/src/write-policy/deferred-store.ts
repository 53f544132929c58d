import { assertAppends } from '../check-arguments.ts';
import { StoreError } from '../errors.ts';
import { maintenanceAfter } from '../maintenance/maintenance-after.ts';
import type {
  Append,
  ExecutionPage,
  ExecutionRequest,
  ExecutionSummary,
  JournalRecord,
  JournalSnapshot,
  Lease,
  ListQuery,
  NewExecution,
  Owner,
  Store,
  StoreCapabilities,
} from '../store.ts';
import type { WriteBehindLine } from './write-behind-line.ts';

/** How far acknowledging is ahead of writing. */
export interface Watermarks {
  readonly acknowledged: number;
  readonly durable: number;
}

/** A store whose appends are acknowledged before they are durable. */
export interface WriteBehindStore extends Store {
  /**
   * Of one execution, as sequences of its last records (undefined before its first append under the present lease); without one,
   * as records of all executions since opening. `acknowledged` less `durable` is what a crash would take now, and what was
   * refused after all.
   */
  watermarks(): Watermarks;
  watermarks(execution: string): Watermarks | undefined;
  /**
   * Resolves when everything acknowledged so far is durable. Rejects when it cannot become so: with the failure of the medium,
   * or with STORE_CONFLICT while an execution stands refused, because somebody else took it over before its appends were written.
   */
  flush(): Promise<void>;
}

/** What is known of an execution whose lease was given through this store. */
interface Known {
  readonly epoch: number;
  head: number;
}

/**
 * Acknowledges an append at once where it knows that the store will take it: when the lease was given here, and the sequence
 * follows what has been acknowledged. Every other append goes to the store and is answered by it.
 *
 * 1. `#known` holds an execution from the answer that gave its lease until it is claimed, released or refused.
 * 2. Calls that a pending append could depend on, or that must see it, go behind it.
 */
export class DeferredStore implements WriteBehindStore {
  readonly capabilities: StoreCapabilities;
  readonly watch?: NonNullable<Store['watch']>;
  /** Waits until the appends before it are durable. */
  readonly maintenance?: NonNullable<Store['maintenance']>;
  readonly #store: Store;
  readonly #line: WriteBehindLine;
  readonly #known = new Map<string, Known>();
  #closing: Promise<void> | undefined;

  constructor(store: Store, line: WriteBehindLine) {
    this.#store = store;
    this.#line = line;
    const { capabilities } = store;
    this.capabilities = { ...capabilities, name: `${capabilities.name}+write-behind`, durableOnResolve: false };
    if (store.maintenance !== undefined) {
      this.maintenance = maintenanceAfter(store.maintenance, () => this.#behind(() => Promise.resolve()));
    }
    const watch = store.watch?.bind(store);
    if (watch === undefined) return;
    this.watch = (listener) => {
      this.#assertOpen();
      return watch(listener);
    };
  }

  create(execution: NewExecution): Promise<Lease> {
    return this.#own(execution.id, () => this.#store.create(execution));
  }

  claim(id: string, owner: Owner): Promise<Lease> {
    return this.#own(id, () => this.#store.claim(id, owner));
  }

  async append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    this.#assertWhole();
    assertAppends(appends);
    if (!this.#follow(appends)) return this.#appendNow(appends);
    await this.#line.add(appends);
    return appends.map(() => undefined);
  }

  async *read(id: string, options?: { readonly after?: number }): AsyncGenerator<readonly JournalRecord[]> {
    await this.#behind(() => Promise.resolve());
    yield* this.#store.read(id, options);
  }

  readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    return this.#behind(() => this.#store.readSnapshot(id));
  }

  get(id: string): Promise<ExecutionSummary | undefined> {
    return this.#behind(() => this.#store.get(id));
  }

  list(query?: ListQuery): Promise<ExecutionPage> {
    return this.#behind(() => this.#store.list(query));
  }

  /** Rejects with STORE_CONFLICT when acknowledged appends were refused, because the lease had been lost before. */
  async release(lease: Lease): Promise<void> {
    const { execution } = lease;
    this.#known.delete(execution);
    await this.#behind(() => this.#store.release(lease));
    const refusal = this.#line.tellRefusal(execution);
    this.#line.forget(execution);
    if (refusal !== undefined) throw refusal;
  }

  async heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    this.#assertWhole();
    return this.#store.heartbeat(owner);
  }

  async request(request: ExecutionRequest): Promise<void> {
    this.#assertWhole();
    return this.#store.request(request);
  }

  watermarks(): Watermarks;
  watermarks(execution: string): Watermarks | undefined;
  watermarks(execution?: string): Watermarks | undefined {
    if (execution === undefined) return this.#line.totals;
    const marks = this.#line.marksOf(execution);
    return marks && { ...marks };
  }

  flush(): Promise<void> {
    return this.#behind(async () => this.#line.assertNothingRefused());
  }

  close(): Promise<void> {
    this.#closing ??= this.#line.close();
    return this.#closing;
  }

  async #own(id: string, ask: () => Promise<Lease>): Promise<Lease> {
    this.#known.delete(id);
    const lease = await this.#behind(ask);
    this.#line.forget(id);
    this.#known.set(id, { epoch: lease.epoch, head: lease.head });
    return lease;
  }

  /** Whether all of them follow what is known; then they are known too. */
  #follow(appends: readonly Append[]): boolean {
    const heads = new Map<Known, number>();
    for (const { execution, epoch, sequence, records } of appends) {
      const known = this.#known.get(execution);
      if (known === undefined || this.#line.hasRefused(execution)) return false;
      const head = heads.get(known) ?? known.head;
      if (epoch !== known.epoch || sequence !== head + 1) return false;
      heads.set(known, head + records.length);
    }
    for (const [known, head] of heads) known.head = head;
    return true;
  }

  /** As the store answers; what was refused after it had been acknowledged stays refused. */
  #appendNow(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    return this.#behind(async () => {
      const late = appends.map(({ execution }) => this.#line.tellRefusal(execution));
      const others = appends.filter((_, place) => late[place] === undefined);
      const outcomes = [...(others.length === 0 ? [] : await this.#store.append(others))];
      return late.map((refusal, place) => {
        const outcome = refusal ?? outcomes.shift();
        const append = appends[place];
        if (outcome === undefined && append !== undefined) this.#learn(append);
        return outcome;
      });
    });
  }

  #learn(append: Append): void {
    const { execution, epoch, sequence, records } = append;
    this.#line.note(append);
    const head = sequence + records.length - 1;
    const known = this.#known.get(execution);
    if (known?.epoch === epoch) known.head = Math.max(known.head, head);
  }

  async #behind<Result>(call: () => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    return this.#line.run(call);
  }

  /** A store that has lost something does nothing more, so that leases run out and others can take over. */
  #assertWhole(): void {
    this.#assertOpen();
    if (this.#line.failure !== undefined) throw this.#line.failure;
  }

  #assertOpen(): void {
    if (this.#closing === undefined) return;
    throw new StoreError(`the store '${this.capabilities.name}' has been closed`, { code: 'STORE_CLOSED' });
  }
}
