import { resolve } from 'node:path';
import { inspect } from 'node:util';
import {
  assertAppends,
  assertListQuery,
  assertNewExecution,
  assertOwner,
  assertReadAfter,
  assertRequest,
  chunkBytesMax,
  chunkRecordsMax,
  parseListCursor,
  StoreError,
} from '@weftline/persistence';
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
  StoreMaintenance,
} from '@weftline/persistence';
import { packAppends, transferablesOf } from './packed-appends.ts';
import { packRecords, transferables, unpackRecords } from './packed-records.ts';
import { storeError } from './protocol.ts';
import type { Answer, CallName, JournalPage, Question } from './protocol.ts';
import { sqliteMaintenance } from './sqlite-maintenance.ts';
import { startWorker } from './start-worker.ts';
import { StoreWorker } from './store-worker.ts';

export interface SqliteStoreOptions {
  /** The database file; it is created when absent, with its directory. `-wal` and `-shm` files live beside it. */
  readonly path: string;
  /**
   * How long ownership lasts without a heartbeat, in milliseconds: 0, for leases without end, to 2,147,483,647.
   * Default 30,000.
   */
  readonly leaseMs?: number;
  /** The clock of leases, in milliseconds since 1970; default `Date.now`. All processes on one file should agree. */
  readonly nowMs?: () => number;
}

/** What a timer can wait for, because somebody has to send heartbeats in time. */
const LEASE_MS_MAX = 2_147_483_647;

/**
 * Keeps executions in one SQLite file that several processes of one machine may share. What has been acknowledged
 * is synced to disk. Nothing is opened before the first call, so a file that cannot be used makes that call reject.
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  const { path, leaseMs = 30_000, nowMs = Date.now } = options;
  if (typeof path !== 'string' || path === '' || path === ':memory:' || path.includes('\0')) {
    throw invalid('sqliteStore: path', 'the path of a file', path);
  }
  if (!Number.isInteger(leaseMs) || leaseMs < 0 || leaseMs > LEASE_MS_MAX) {
    throw invalid('sqliteStore: leaseMs', `a whole number from 0 to ${LEASE_MS_MAX}`, leaseMs);
  }
  if (typeof nowMs !== 'function') throw invalid('sqliteStore: nowMs', 'a function', nowMs);
  return new SqliteStore({ path: resolve(path), leaseMs, nowMs });
}

class SqliteStore implements Store {
  readonly capabilities: StoreCapabilities;
  readonly maintenance: StoreMaintenance;
  readonly #options: Required<SqliteStoreOptions>;
  #worker: Promise<StoreWorker> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: Required<SqliteStoreOptions>) {
    this.#options = options;
    this.capabilities = {
      ...{ name: 'sqlite', durable: true, durableOnResolve: true, multiProcess: true },
      ...{ leaseMs: options.leaseMs, maintenance: true },
    };
    this.maintenance = sqliteMaintenance({
      path: options.path,
      call: (name, question) => this.#call(name, question),
      nowMs: () => this.#nowMs(),
      assertOpen: () => this.#assertOpen(),
    });
  }

  async create(execution: NewExecution): Promise<Lease> {
    this.#assertOpen();
    assertNewExecution(execution);
    const { id, workflow, status, createdAtMs, owner } = execution;
    const records = packRecords(execution.records);
    const question = { id, workflow, status, createdAtMs, owner: plainOwner(owner), records, nowMs: this.#nowMs() };
    return this.#call('create', question, transferables(records));
  }

  async append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    this.#assertOpen();
    assertAppends(appends);
    const outcomes = appends.map((): StoreError | undefined => undefined);
    if (appends.length === 0) return outcomes;
    const batch = packAppends(appends);
    const refusals = await this.#call('append', batch, transferablesOf(batch));
    for (const { place, error } of refusals) outcomes[place] = storeError(error);
    return outcomes;
  }

  async *read(id: string, options: { readonly after?: number } = {}): AsyncGenerator<readonly JournalRecord[]> {
    this.#assertOpen();
    assertText('read: id', id);
    let after = assertReadAfter(options.after);
    let page: JournalPage;
    do {
      page = await this.#call('read', { id, after });
      after += page.records.lengths.length;
      for (const chunk of chunksOf(page)) {
        yield chunk;
        this.#assertOpen();
      }
    } while (!page.end);
  }

  async readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    this.#assertOpen();
    assertText('readSnapshot: id', id);
    return this.#call('readSnapshot', { id });
  }

  async get(id: string): Promise<ExecutionSummary | undefined> {
    this.#assertOpen();
    assertText('get: id', id);
    return this.#call('get', { id, nowMs: this.#nowMs() });
  }

  async list(query: ListQuery = {}): Promise<ExecutionPage> {
    this.#assertOpen();
    const limit = assertListQuery(query);
    const { workflow, cursor, unfinished } = query;
    if (cursor !== undefined) {
      assertText('list: cursor', cursor);
      parseListCursor(cursor);
    }
    if (workflow !== undefined) assertText('list: workflow', workflow);
    const statuses = query.statuses && [...query.statuses];
    for (const status of statuses ?? []) assertText('list: statuses', status);
    return this.#call('list', { statuses, unfinished, workflow, cursor, limit, nowMs: this.#nowMs() });
  }

  async claim(id: string, owner: Owner): Promise<Lease> {
    this.#assertOpen();
    assertText('claim: id', id);
    assertOwner(owner, 'claim: owner');
    return this.#call('claim', { id, owner: plainOwner(owner), nowMs: this.#nowMs() });
  }

  async release({ execution, owner, epoch, head }: Lease): Promise<void> {
    this.#assertOpen();
    assertText('release: execution', execution);
    return this.#call('release', { execution, owner, epoch, head });
  }

  async heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    this.#assertOpen();
    assertOwner(owner, 'heartbeat: owner');
    return this.#call('heartbeat', { owner: plainOwner(owner), nowMs: this.#nowMs() });
  }

  async request(request: ExecutionRequest): Promise<void> {
    this.#assertOpen();
    assertRequest(request);
    const { execution, kind, reason, immediate } = request;
    assertText('request: execution', execution);
    return this.#call('request', { execution, kind, reason, immediate });
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** In the order of the calls: they wait for the opening in turn, and the worker answers in turn. */
  async #call<N extends CallName>(name: N, question: Question<N>, transfer: ArrayBuffer[] = []): Promise<Answer<N>> {
    const worker = await (this.#worker ??= this.#open());
    return worker.call(name, question, transfer);
  }

  async #open(): Promise<StoreWorker> {
    const { path, leaseMs } = this.#options;
    try {
      const worker = new StoreWorker(await startWorker({ path, leaseMs }), path);
      await worker.opened;
      return worker;
    } catch (error) {
      // What stands in the way may be gone at the next call.
      this.#worker = undefined;
      throw error;
    }
  }

  async #close(): Promise<void> {
    const opening = this.#worker;
    if (opening === undefined) return;
    // Whoever waits for an opening that fails is told so; there is nothing to close then.
    const worker = await opening.catch(() => undefined);
    await worker?.close();
  }

  #nowMs(): number {
    const nowMs = this.#options.nowMs();
    // As far as a Date reaches. Anything else would be kept as a lease that never ends.
    if (!(Math.abs(nowMs) <= 8.64e15))
      throw invalid('sqliteStore: nowMs', 'a clock that answers milliseconds since 1970', nowMs);
    return nowMs;
  }

  #assertOpen(): void {
    if (this.#closing === undefined) return;
    throw new StoreError(`the store ${this.#options.path} has been closed`, { code: 'STORE_CLOSED' });
  }
}

/** Splits a page at the bounds that `Store.read` promises. */
function* chunksOf({ sequence, records }: JournalPage): Generator<readonly JournalRecord[]> {
  let chunk: JournalRecord[] = [];
  let bytes = 0;
  for (const data of unpackRecords(records)) {
    if (chunk.length === chunkRecordsMax || (chunk.length > 0 && bytes + data.byteLength > chunkBytesMax)) {
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
    chunk.push({ sequence: sequence++, data });
    bytes += data.byteLength;
  }
  if (chunk.length > 0) yield chunk;
}

/** Without what else the object may carry, which need not be something that can be cloned. */
function plainOwner({ id, host, pid }: Owner): Owner {
  return { id, host, pid };
}

/** The client of SQLite throws at other values, and there that would look like a defect. */
function assertText(where: string, value: unknown): void {
  if (typeof value !== 'string') throw invalid(where, 'text', value);
}

function invalid(where: string, expected: string, got: unknown): StoreError {
  return new StoreError(`${where}: expected ${expected}, got ${inspect(got, { depth: 0 })}`, {
    code: 'STORE_INVALID_ARGUMENT',
  });
}
