import { StoreError } from './errors.ts';
import { maintenanceAfter } from './maintenance/maintenance-after.ts';
import { SerialQueue } from './serial-queue.ts';
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
} from './store.ts';

export type StoreMethod = Exclude<keyof Store, 'capabilities' | 'watch' | 'close'>;

/** Something that goes wrong with one call. */
export type Fault = {
  readonly method: StoreMethod;
  /** Which call of the method, from 1. */
  readonly call: number;
  /** `before` the call takes effect, or `after` it did and before it is answered. */
  readonly when: 'before' | 'after';
} & FaultKind;

export type FaultKind =
  /** The call rejects. */
  | { readonly fail: StoreError }
  /** The call goes on when this promise resolves. */
  | { readonly waitFor: Promise<unknown> }
  /** As `FaultyStore.crash`. */
  | { readonly crash: true };

export interface FaultyStore extends Store {
  readonly hasCrashed: boolean;
  /** How often the method has been called. */
  calls(method: StoreMethod): number;
  /** Every call under way and every later one rejects with STORE_UNKNOWN_OUTCOME; what has not taken effect never does. */
  crash(): void;
  /** What the next process finds: everything that had taken effect. The counts start anew, with another plan. */
  restart(plan?: readonly Fault[]): FaultyStore;
}

/**
 * Passes every call on, save for the ones that the plan lets fail, wait or crash; for tests of whatever uses a store.
 *
 * The store inside plays the medium. A write policy around the faulty store plays the process: what it has acknowledged and
 * not handed on is lost by a crash. Leases outlive the crash as they do in life; move the clock of the store inside.
 */
export function faultyStore(store: Store, plan: readonly Fault[] = []): FaultyStore {
  return new PlannedFaults(store, plan);
}

/**
 * 1. Calls that change something take effect one after another, so a call that is held up holds up the ones behind it; calls
 *    that read go on meanwhile.
 * 2. After a crash nothing begins that had not begun, and nothing is answered.
 */
class PlannedFaults implements FaultyStore {
  readonly capabilities: StoreCapabilities;
  /** There exactly where the store inside can tell; a crashed process hears nothing. */
  readonly watch?: NonNullable<Store['watch']>;
  readonly maintenance?: NonNullable<Store['maintenance']>;
  readonly #store: Store;
  readonly #plan: readonly Fault[];
  readonly #calls = new Map<StoreMethod, number>();
  readonly #changes = new SerialQueue();
  readonly #crash = new AbortController();

  constructor(store: Store, plan: readonly Fault[]) {
    this.#store = store;
    this.#plan = plan;
    this.capabilities = { ...store.capabilities, name: `faulty ${store.capabilities.name}` };
    if (store.maintenance !== undefined) {
      this.maintenance = maintenanceAfter(store.maintenance, async () => this.#crash.signal.throwIfAborted());
    }
    const watch = store.watch?.bind(store);
    if (watch === undefined) return;
    this.watch = (listener) => watch((notice) => void (this.hasCrashed || listener(notice)));
  }

  get hasCrashed(): boolean {
    return this.#crash.signal.aborted;
  }

  calls(method: StoreMethod): number {
    return this.#calls.get(method) ?? 0;
  }

  crash(): void {
    this.#crash.abort(
      new StoreError('the process of this store has crashed, as a plan or a test wanted', {
        code: 'STORE_UNKNOWN_OUTCOME',
      }),
    );
  }

  restart(plan: readonly Fault[] = []): FaultyStore {
    this.crash();
    return new PlannedFaults(this.#store, plan);
  }

  create(execution: NewExecution): Promise<Lease> {
    return this.#change('create', () => this.#store.create(execution));
  }

  append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    return this.#change('append', () => this.#store.append(appends));
  }

  async *read(id: string, options?: { readonly after?: number }): AsyncGenerator<readonly JournalRecord[]> {
    const call = this.#count('read');
    await this.#meet({ method: 'read', call, when: 'before' });
    for await (const chunk of this.#store.read(id, options)) {
      this.#crash.signal.throwIfAborted();
      yield chunk;
    }
    await this.#meet({ method: 'read', call, when: 'after' });
  }

  readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    return this.#pass('readSnapshot', () => this.#store.readSnapshot(id));
  }

  get(id: string): Promise<ExecutionSummary | undefined> {
    return this.#pass('get', () => this.#store.get(id));
  }

  list(query?: ListQuery): Promise<ExecutionPage> {
    return this.#pass('list', () => this.#store.list(query));
  }

  claim(id: string, owner: Owner): Promise<Lease> {
    return this.#change('claim', () => this.#store.claim(id, owner));
  }

  release(lease: Lease): Promise<void> {
    return this.#change('release', () => this.#store.release(lease));
  }

  heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    return this.#change('heartbeat', () => this.#store.heartbeat(owner));
  }

  request(request: ExecutionRequest): Promise<void> {
    return this.#change('request', () => this.#store.request(request));
  }

  /** A crashed process closes nothing. */
  async close(): Promise<void> {
    if (!this.hasCrashed) await this.#changes.run(() => this.#store.close());
  }

  #change<Result>(method: StoreMethod, effect: () => Promise<Result>): Promise<Result> {
    const call = this.#count(method);
    return this.#changes.run(() => this.#perform({ method, call }, effect));
  }

  #pass<Result>(method: StoreMethod, effect: () => Promise<Result>): Promise<Result> {
    return this.#perform({ method, call: this.#count(method) }, effect);
  }

  async #perform<Result>(place: Pick<Fault, 'method' | 'call'>, effect: () => Promise<Result>): Promise<Result> {
    await this.#meet({ ...place, when: 'before' });
    const result = await this.#orCrash(effect());
    await this.#meet({ ...place, when: 'after' });
    return result;
  }

  #count(method: StoreMethod): number {
    const call = this.calls(method) + 1;
    this.#calls.set(method, call);
    return call;
  }

  async #meet(place: Pick<Fault, 'method' | 'call' | 'when'>): Promise<void> {
    this.#crash.signal.throwIfAborted();
    for (const fault of this.#plan) {
      if (fault.method !== place.method || fault.call !== place.call || fault.when !== place.when) continue;
      if ('fail' in fault) throw fault.fail;
      if ('crash' in fault) this.crash();
      else await this.#orCrash(fault.waitFor);
      this.#crash.signal.throwIfAborted();
    }
  }

  /** Resolves as the promise does, unless the crash comes first. */
  async #orCrash<Result>(promise: Promise<Result>): Promise<Result> {
    const { signal } = this.#crash;
    let stop: () => void = () => undefined;
    const crashed = new Promise<void>((resolve) => {
      stop = resolve;
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      const result = await Promise.race([promise, crashed.then(() => signal.throwIfAborted())]);
      return result as Result;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }
}
