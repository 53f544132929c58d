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

/** The line in which appends wait for the store; what distinguishes one write policy from another. */
export interface AppendLine {
  append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]>;
  /** Makes the call after every append that came before it, and before every one that comes after it. */
  run<Result>(call: () => Promise<Result>): Promise<Result>;
}

/** A store whose appends go through a line; calls that an append could depend on, or on which one could, go with them. */
export class PolicyStore implements Store {
  readonly capabilities: StoreCapabilities;
  /** There exactly where the store behind the policy can tell. */
  readonly watch?: NonNullable<Store['watch']>;
  /** Waits for the appends before it. */
  readonly maintenance?: NonNullable<Store['maintenance']>;
  readonly #store: Store;
  readonly #line: AppendLine;
  #closing: Promise<void> | undefined;

  constructor(store: Store, policy: string, line: AppendLine) {
    this.#store = store;
    this.#line = line;
    this.capabilities = { ...store.capabilities, name: `${store.capabilities.name}+${policy}` };
    if (store.maintenance !== undefined) {
      this.maintenance = maintenanceAfter(store.maintenance, async () => {
        this.#assertOpen();
        await line.run(() => Promise.resolve());
      });
    }
    const watch = store.watch?.bind(store);
    if (watch === undefined) return;
    this.watch = (listener) => {
      this.#assertOpen();
      return watch(listener);
    };
  }

  /** Goes straight to the store, which keeps the order of calls: only appends that are called later can depend on it. */
  async create(execution: NewExecution): Promise<Lease> {
    this.#assertOpen();
    return this.#store.create(execution);
  }

  async append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    this.#assertOpen();
    return this.#line.append(appends);
  }

  async *read(id: string, options?: { readonly after?: number }): AsyncGenerator<readonly JournalRecord[]> {
    this.#assertOpen();
    yield* this.#store.read(id, options);
  }

  async readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    this.#assertOpen();
    return this.#store.readSnapshot(id);
  }

  async get(id: string): Promise<ExecutionSummary | undefined> {
    this.#assertOpen();
    return this.#store.get(id);
  }

  async list(query?: ListQuery): Promise<ExecutionPage> {
    this.#assertOpen();
    return this.#store.list(query);
  }

  async claim(id: string, owner: Owner): Promise<Lease> {
    this.#assertOpen();
    return this.#line.run(() => this.#store.claim(id, owner));
  }

  async release(lease: Lease): Promise<void> {
    this.#assertOpen();
    return this.#line.run(() => this.#store.release(lease));
  }

  async heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    this.#assertOpen();
    return this.#store.heartbeat(owner);
  }

  async request(request: ExecutionRequest): Promise<void> {
    this.#assertOpen();
    return this.#store.request(request);
  }

  close(): Promise<void> {
    this.#closing ??= this.#line.run(() => this.#store.close());
    return this.#closing;
  }

  #assertOpen(): void {
    if (this.#closing === undefined) return;
    throw new StoreError(`the store '${this.capabilities.name}' has been closed`, { code: 'STORE_CLOSED' });
  }
}
