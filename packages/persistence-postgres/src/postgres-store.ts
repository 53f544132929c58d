import { inspect } from 'node:util';
import {
  assertAppends,
  assertListQuery,
  assertNewExecution,
  assertOwner,
  assertReadAfter,
  assertRequest,
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
  StoreNotice,
} from '@weftline/persistence';
import { AppendBatch } from './append-batch.ts';
import { assertSize, slicesOf } from './append-size.ts';
import { isStorable, notFound } from './execution-row.ts';
import { claimExecution, createExecution, getExecution, releaseExecution } from './executions.ts';
import type { LeaseTerms } from './executions.ts';
import { chunksOf, readPage, readSnapshot } from './journal.ts';
import type { JournalPage } from './journal.ts';
import { Link } from './link.ts';
import { listExecutions } from './list.ts';
import { leaveRequest, Requests, sweepHeartbeats } from './requests.ts';
import { PostgresMaintenance } from './postgres-maintenance.ts';
import { migrate } from './schema.ts';
import type { Session } from './session.ts';
import { checkOptions } from './store-options.ts';
import type { PostgresStoreOptions, Settings } from './store-options.ts';
import { withUnknownOutcome } from './unknown-outcome.ts';
import { Watchers } from './watchers.ts';

/**
 * Opens the store in a schema of a PostgreSQL database, which any number of processes may share, and creates the schema when
 * it is missing. What has been acknowledged is committed and synced, unless the server runs with `fsync = off`: then
 * `durableOnResolve` is false. Rejects with STORE_UNAVAILABLE when the database cannot be used.
 */
export async function postgresStore(options: PostgresStoreOptions = {}): Promise<Store> {
  const settings = checkOptions(options);
  const writer = new Link(settings, { writes: true });
  try {
    await writer.once(async (session) => {
      await migrate(session, settings);
      await sweepHeartbeats(session, clockOf(settings));
    });
  } catch (error) {
    await writer.close();
    throw error;
  }
  return new PostgresStore(settings, writer);
}

/**
 * 1. Whatever changes something goes through `#writer`, so it takes effect in the order of the calls. Reads have a session of
 *    their own and do not wait for writes; what was acknowledged before a read began has been committed by then.
 * 2. Each piece of work is one statement that commits by itself, or several that may stop after any of them: no transaction
 *    is ever left open by a connection that breaks.
 */
class PostgresStore implements Store {
  readonly capabilities: StoreCapabilities;
  readonly #settings: Settings;
  readonly #writer: Link;
  readonly #reader: Link;
  readonly #requests = new Requests();
  readonly #watchers: Watchers;
  readonly #maintenance: PostgresMaintenance;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings, writer: Link) {
    this.#settings = settings;
    this.#writer = writer;
    this.#reader = new Link(settings, { writes: false });
    this.#watchers = new Watchers(settings);
    this.#maintenance = new PostgresMaintenance({
      ...{ settings, now: () => clockOf(settings), assertOpen: () => this.#assertOpen() },
    });
    this.capabilities = {
      ...{ name: 'postgres', durable: true, durableOnResolve: writer.facts?.syncs === true, multiProcess: true },
      ...{ leaseMs: settings.leaseMs, maintenance: true },
    };
  }

  get maintenance(): StoreMaintenance {
    return this.#maintenance;
  }

  async create(execution: NewExecution): Promise<Lease> {
    this.#assertOpen();
    assertNewExecution(execution);
    assertSize('create', execution.records);
    return this.#writer.run(createExecution(execution, this.#terms()));
  }

  async append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    this.#assertOpen();
    assertAppends(appends);
    for (const { records } of appends) assertSize('append', records);
    const batches = slicesOf(appends).map((slice) => new AppendBatch(slice));
    if (batches.length === 0) return [];
    try {
      return await this.#writer.run((session) => writeBatches(session, batches));
    } catch (error) {
      throw batches.some(({ hasWritten }) => hasWritten) ? withUnknownOutcome(error) : error;
    }
  }

  async *read(id: string, options: { readonly after?: number } = {}): AsyncGenerator<readonly JournalRecord[]> {
    this.#assertOpen();
    assertText('read: id', id);
    let after = assertReadAfter(options.after);
    if (!isStorable(id)) throw notFound(id);
    let page: JournalPage;
    do {
      const from = after;
      page = await this.#reader.run((session) => readPage(session, id, from));
      after += page.records.length;
      for (const chunk of chunksOf(page)) {
        yield chunk;
        this.#assertOpen();
      }
    } while (!page.isLast);
  }

  async readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    this.#assertOpen();
    assertText('readSnapshot: id', id);
    if (!isStorable(id)) throw notFound(id);
    return this.#reader.run((session) => readSnapshot(session, id));
  }

  async get(id: string): Promise<ExecutionSummary | undefined> {
    this.#assertOpen();
    assertText('get: id', id);
    if (!isStorable(id)) return undefined;
    const now = clockOf(this.#settings);
    return this.#reader.run((session) => getExecution(session, id, now));
  }

  async list(query: ListQuery = {}): Promise<ExecutionPage> {
    this.#assertOpen();
    const limit = assertListQuery(query);
    const { workflow, cursor, statuses } = query;
    if (cursor !== undefined) {
      assertText('list: cursor', cursor);
      parseListCursor(cursor);
    }
    if (workflow !== undefined) assertText('list: workflow', workflow);
    for (const status of statuses ?? []) assertText('list: statuses', status);
    const question = { ...query, limit, nowMs: clockOf(this.#settings) };
    return this.#reader.run((session) => listExecutions(session, question));
  }

  async claim(id: string, owner: Owner): Promise<Lease> {
    this.#assertOpen();
    assertText('claim: id', id);
    assertOwner(owner, 'claim: owner');
    if (!isStorable(id)) throw notFound(id);
    return this.#writer.run(claimExecution(id, owner, this.#terms()));
  }

  async release(lease: Lease): Promise<void> {
    this.#assertOpen();
    const { execution, owner, epoch } = lease;
    assertText('release: execution', execution);
    assertText('release: owner', owner);
    // Nobody holds what the server would not even look for.
    if (!isStorable(execution) || !isStorable(owner) || !Number.isSafeInteger(epoch)) return;
    return this.#writer.run((session) => releaseExecution(session, lease));
  }

  async heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    this.#assertOpen();
    assertOwner(owner, 'heartbeat: owner');
    return this.#writer.run(this.#requests.heartbeat(owner.id, this.#terms()));
  }

  async request(request: ExecutionRequest): Promise<void> {
    this.#assertOpen();
    assertRequest(request);
    assertText('request: execution', request.execution);
    if (!isStorable(request.execution)) throw notFound(request.execution);
    return this.#writer.run(leaveRequest(request));
  }

  watch(listener: (notice: StoreNotice) => void): () => void {
    this.#assertOpen();
    return this.#watchers.add(listener);
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...[this.#writer, this.#reader, this.#watchers, this.#maintenance].map((part) => part.close())]);
  }

  #terms(): LeaseTerms {
    return { nowMs: clockOf(this.#settings), leaseMs: this.#settings.leaseMs };
  }

  #assertOpen(): void {
    if (this.#closing === undefined) return;
    throw new StoreError('the store in PostgreSQL has been closed', { code: 'STORE_CLOSED' });
  }
}

async function writeBatches(session: Session, batches: readonly AppendBatch[]): Promise<(StoreError | undefined)[]> {
  const outcomes: (StoreError | undefined)[] = [];
  for (const batch of batches) outcomes.push(...(await batch.write(session)));
  return outcomes;
}

/** The time that a test has set, `null` where the database tells it. */
function clockOf({ nowMs }: Settings): number | null {
  if (nowMs === undefined) return null;
  const now = nowMs();
  if (Number.isSafeInteger(now)) return now;
  throw invalid('postgresStore: nowMs', 'a clock that answers whole milliseconds since 1970', now);
}

/** The server would answer other values with an error that looks like a defect. */
function assertText(where: string, value: unknown): void {
  if (typeof value !== 'string') throw invalid(where, 'text', value);
}

function invalid(where: string, expected: string, got: unknown): StoreError {
  return new StoreError(`${where}: expected ${expected}, got ${inspect(got, { depth: 0 })}`, {
    code: 'STORE_INVALID_ARGUMENT',
  });
}
