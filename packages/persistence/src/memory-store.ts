import {
  assertAppends,
  assertLeaseMs,
  assertNewExecution,
  assertOwner,
  assertReadAfter,
  assertRequest,
} from './check-arguments.ts';
import { StoreError } from './errors.ts';
import { ExecutionTable } from './execution-table.ts';
import type { StoreMaintenance } from './maintenance/maintenance.ts';
import { MemoryJournal } from './memory-journal.ts';
import { memoryMaintenance } from './memory-maintenance.ts';
import { NoticeListeners } from './notice-listeners.ts';
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
  StoreNotice,
} from './store.ts';

export interface MemoryStoreOptions {
  /** Default 30,000; 0 for leases that never end by themselves. */
  readonly leaseMs?: number;
  /** The clock of leases; default `Date.now`. */
  readonly nowMs?: () => number;
  /**
   * Whether records that a snapshot stands for are let go of by themselves, once they are a MiB and half of what is kept: for lists
   * whose journal would not fit. What needs the whole history, such as a retry of an ended execution, is refused then. Default false.
   */
  readonly compacts?: boolean;
}

const compactedBytesMin = 1024 * 1024;

/** Keeps everything in this process: for tests and for work that need not outlive it. Records are held, not copied. */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  const { leaseMs = 30_000, nowMs = Date.now, compacts = false } = options;
  assertLeaseMs(leaseMs);
  return new MemoryStore({ leaseMs, nowMs, compacts });
}

class MemoryStore implements Store {
  readonly capabilities: StoreCapabilities;
  readonly maintenance: StoreMaintenance;
  readonly #table: ExecutionTable<MemoryJournal>;
  readonly #watchers = new NoticeListeners();
  readonly #compacts: boolean;
  #closed = false;

  constructor({ leaseMs, nowMs, compacts }: Required<MemoryStoreOptions>) {
    this.#compacts = compacts;
    this.#table = new ExecutionTable(leaseMs, nowMs);
    this.capabilities = {
      ...{ name: 'memory', durable: false, durableOnResolve: false, multiProcess: false },
      ...{ leaseMs, maintenance: true },
    };
    this.maintenance = memoryMaintenance(this.#table, () => this.#assertOpen());
  }

  async create(execution: NewExecution): Promise<Lease> {
    this.#assertOpen();
    assertNewExecution(execution);
    this.#table.assertAbsent(execution.id);
    const entry = this.#table.add(execution, new MemoryJournal(execution.records));
    entry.head = entry.body.head;
    return this.#table.setOwner(entry, execution.owner, { epoch: 1, endsAtMs: this.#table.leaseEnd() });
  }

  async append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    this.#assertOpen();
    assertAppends(appends);
    return appends.map((append) => this.#appendOne(append));
  }

  #appendOne(append: Append): StoreError | undefined {
    const refusal = this.#table.checkAppend(append);
    if (refusal !== undefined) return refusal;
    const entry = this.#table.expect(append.execution);
    entry.body.push(append.records);
    entry.head = entry.body.head;
    if (append.summary !== undefined) this.#table.applySummary(entry, append.summary);
    if (append.snapshot !== undefined) {
      entry.body.snapshot = { sequence: entry.head, data: append.snapshot };
      if (this.#compacts && isMostlyCovered(entry.body)) entry.body.dropCovered();
    }
    if (append.summary?.finishedAtMs !== undefined) this.#watchers.tell('finished', append.execution);
    return undefined;
  }

  async *read(id: string, options: { readonly after?: number } = {}): AsyncGenerator<readonly JournalRecord[]> {
    this.#assertOpen();
    let next = assertReadAfter(options.after);
    const { body } = this.#table.expect(id);
    while (next < body.head) {
      const chunk = body.chunkFrom(next + 1, id);
      next += chunk.length;
      yield chunk;
      this.#assertOpen();
    }
  }

  async readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    this.#assertOpen();
    return this.#table.expect(id).body.snapshot;
  }

  async get(id: string): Promise<ExecutionSummary | undefined> {
    this.#assertOpen();
    const entry = this.#table.find(id);
    return entry && this.#table.summarize(entry);
  }

  async list(query: ListQuery = {}): Promise<ExecutionPage> {
    this.#assertOpen();
    return this.#table.list(query);
  }

  async claim(id: string, owner: Owner): Promise<Lease> {
    this.#assertOpen();
    assertOwner(owner, 'claim: owner');
    const entry = this.#table.assertClaimable(id, owner);
    return this.#table.setOwner(entry, owner, { epoch: entry.epoch + 1, endsAtMs: this.#table.leaseEnd() });
  }

  async release(lease: Lease): Promise<void> {
    this.#assertOpen();
    if (!this.#table.isHeldBy(lease)) return;
    this.#table.clearOwner(this.#table.expect(lease.execution));
    this.#watchers.tell('released', lease.execution);
  }

  async heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    this.#assertOpen();
    assertOwner(owner, 'heartbeat: owner');
    const requests: ExecutionRequest[] = [];
    for (const entry of this.#table.ownedBy(owner)) {
      entry.leaseEndsAtMs = this.#table.leaseEnd();
      if (entry.requests.length > 0) requests.push(...entry.requests.splice(0));
    }
    return requests;
  }

  async request(request: ExecutionRequest): Promise<void> {
    this.#assertOpen();
    assertRequest(request);
    this.#table.expect(request.execution).requests.push(request);
    this.#watchers.tell('requested', request.execution);
  }

  watch(listener: (notice: StoreNotice) => void): () => void {
    this.#assertOpen();
    return this.#watchers.add(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watchers.clear();
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError('the memory store has been closed', { code: 'STORE_CLOSED' });
  }
}

function isMostlyCovered({ coveredBytes, bytes }: MemoryJournal): boolean {
  return coveredBytes >= compactedBytesMin && coveredBytes * 2 >= bytes;
}
