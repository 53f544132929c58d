import { StoreError } from './errors.ts';
import { assertListQuery } from './check-arguments.ts';
import { compareListPositions, formatListCursor, parseListCursor } from './list-cursor.ts';
import type { ListPosition } from './list-cursor.ts';
import { isOwnerAlive } from './process-owner.ts';
import type {
  Append,
  ExecutionPage,
  ExecutionRequest,
  ExecutionSummary,
  Lease,
  ListQuery,
  NewExecution,
  Owner,
  SummaryChange,
} from './store.ts';

/** An execution as a store in this process's memory knows it; `body` is where the store keeps or finds its records. */
export interface ExecutionEntry<Body> extends ListPosition {
  readonly id: string;
  readonly workflow: string;
  status: string;
  updatedAtMs: number;
  finishedAtMs: number | undefined;
  head: number;
  epoch: number;
  owner: Owner | undefined;
  leaseEndsAtMs: number;
  requests: ExecutionRequest[];
  readonly body: Body;
}

/**
 * Every execution of one store, without its records: summaries, ownership, requests and the order of listing.
 *
 * 1. `check` and `assert` methods change nothing; the others are told what has been decided and never refuse.
 *    So a store may decide, write, and change the table only after the write.
 * 2. `#newestLast` is sorted by `compareListPositions`, backwards.
 * 3. `#owned` holds an entry under its owner's id exactly while `entry.owner` is set.
 */
export class ExecutionTable<Body> {
  readonly #leaseMs: number;
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, ExecutionEntry<Body>>();
  readonly #newestLast: ExecutionEntry<Body>[] = [];
  readonly #owned = new Map<string, Set<ExecutionEntry<Body>>>();
  #nextOrdinal = 0;

  constructor(leaseMs: number, nowMs: () => number) {
    this.#leaseMs = leaseMs;
    this.#nowMs = nowMs;
  }

  /** The ordinal of the next execution; that of one that was removed is not used again. */
  get nextOrdinal(): number {
    return this.#nextOrdinal;
  }

  /** Keeps the ordinal from being used again. */
  passOver(ordinal: number): void {
    this.#nextOrdinal = Math.max(this.#nextOrdinal, ordinal + 1);
  }

  /** Every execution, in the order in which they were registered. */
  all(): ExecutionEntry<Body>[] {
    return [...this.#entries.values()];
  }

  find(id: string): ExecutionEntry<Body> | undefined {
    return this.#entries.get(id);
  }

  expect(id: string): ExecutionEntry<Body> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw notFound(id);
    return entry;
  }

  assertAbsent(id: string): void {
    if (this.#entries.has(id)) throw conflict(`execution ${shown(id)}: expected a new id, but it exists`);
  }

  /** Why an append would be refused; `head` is where the journal will end when what is under way has been written. */
  checkAppend(append: Append, head?: number): StoreError | undefined {
    const entry = this.#entries.get(append.execution);
    if (entry === undefined) return notFound(append.execution);
    if (append.epoch !== entry.epoch || entry.owner === undefined) {
      const now = entry.owner === undefined ? 'it was given back' : `it is ${entry.epoch} by now`;
      return conflict(`execution ${shown(append.execution)}: append with epoch ${append.epoch}, but ${now}`);
    }
    const expected = (head ?? entry.head) + 1;
    if (append.sequence === expected) return undefined;
    return conflict(
      `execution ${shown(append.execution)}: expected sequence ${expected}, got ${append.sequence} from the same owner`,
    );
  }

  /** Throws STORE_NOT_FOUND, or STORE_HELD while somebody else holds the execution. */
  assertClaimable(id: string, owner: Owner): ExecutionEntry<Body> {
    const entry = this.expect(id);
    const holder = entry.owner;
    if (holder === undefined || holder.id === owner.id || !this.#leaseRuns(entry)) return entry;
    if (isOwnerAlive(holder) === false) return entry;
    const until = this.#leaseMs === 0 ? '' : ` for another ${entry.leaseEndsAtMs - this.#nowMs()} ms`;
    throw new StoreError(`execution ${shown(id)}: held by process ${holder.pid} on ${holder.host}${until}`, {
      code: 'STORE_HELD',
      retryable: true,
    });
  }

  isHeldBy(lease: Lease): boolean {
    const entry = this.#entries.get(lease.execution);
    return entry !== undefined && entry.epoch === lease.epoch && entry.owner?.id === lease.owner;
  }

  ownedBy(owner: Owner): Iterable<ExecutionEntry<Body>> {
    return this.#owned.get(owner.id) ?? [];
  }

  /** `ordinal` may pass over some, never go back. */
  add(
    execution: Omit<NewExecution, 'records' | 'owner'>,
    body: Body,
    ordinal: number = this.#nextOrdinal,
  ): ExecutionEntry<Body> {
    const { id, workflow, status, createdAtMs } = execution;
    this.#nextOrdinal = ordinal + 1;
    const entry: ExecutionEntry<Body> = {
      ...{ id, ordinal, workflow, status, createdAtMs, updatedAtMs: createdAtMs, finishedAtMs: undefined },
      ...{ head: 0, epoch: 0, owner: undefined, leaseEndsAtMs: 0, requests: [], body },
    };
    this.#entries.set(id, entry);
    this.#newestLast.splice(this.#placeOf(entry), 0, entry);
    return entry;
  }

  remove(entry: ExecutionEntry<Body>): void {
    this.clearOwner(entry);
    this.#entries.delete(entry.id);
    this.#newestLast.splice(this.#placeOf(entry), 1);
  }

  applySummary(entry: ExecutionEntry<Body>, change: SummaryChange): void {
    entry.status = change.status ?? entry.status;
    entry.updatedAtMs = change.updatedAtMs ?? entry.updatedAtMs;
    entry.finishedAtMs = change.finishedAtMs ?? entry.finishedAtMs;
  }

  setOwner(entry: ExecutionEntry<Body>, owner: Owner, lease: { epoch: number; endsAtMs: number }): Lease {
    this.clearOwner(entry);
    entry.owner = owner;
    entry.epoch = lease.epoch;
    entry.leaseEndsAtMs = lease.endsAtMs;
    const owned = this.#owned.get(owner.id);
    if (owned === undefined) this.#owned.set(owner.id, new Set([entry]));
    else owned.add(entry);
    return { execution: entry.id, owner: owner.id, epoch: lease.epoch, head: entry.head };
  }

  clearOwner(entry: ExecutionEntry<Body>): void {
    if (entry.owner === undefined) return;
    const owned = this.#owned.get(entry.owner.id);
    owned?.delete(entry);
    if (owned?.size === 0) this.#owned.delete(entry.owner.id);
    entry.owner = undefined;
  }

  /** When a lease ends that begins, or is extended, now. */
  leaseEnd(): number {
    return this.#nowMs() + this.#leaseMs;
  }

  summarize(entry: ExecutionEntry<Body>): ExecutionSummary {
    const { id, workflow, status, createdAtMs, updatedAtMs, finishedAtMs, head, epoch, owner } = entry;
    return {
      ...{ id, workflow, status, createdAtMs, updatedAtMs, head, epoch },
      ...(finishedAtMs === undefined ? undefined : { finishedAtMs }),
      ...(owner === undefined || !this.#leaseRuns(entry) ? undefined : { owner }),
    };
  }

  list(query: ListQuery): ExecutionPage {
    const limit = assertListQuery(query);
    const statuses = query.statuses && new Set(query.statuses);
    const executions: ExecutionSummary[] = [];
    let last: ExecutionEntry<Body> | undefined;
    let place = query.cursor === undefined ? this.#newestLast.length : this.#placeOf(parseListCursor(query.cursor));
    while (--place >= 0) {
      const entry = this.#newestLast[place];
      if (entry === undefined || !matches(entry, query, statuses)) continue;
      // One more than asked for is there: only then is there another page.
      if (last !== undefined && executions.length === limit) return { executions, cursor: formatListCursor(last) };
      executions.push(this.summarize(entry));
      last = entry;
    }
    return { executions };
  }

  /** The index of the first entry that is as new as `position`, or newer. */
  #placeOf(position: ListPosition): number {
    let [low, high] = [0, this.#newestLast.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#newestLast[middle];
      if (entry !== undefined && compareListPositions(entry, position) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #leaseRuns(entry: ExecutionEntry<Body>): boolean {
    return this.#leaseMs === 0 || this.#nowMs() < entry.leaseEndsAtMs;
  }
}

function matches(entry: ExecutionEntry<unknown>, query: ListQuery, statuses: ReadonlySet<string> | undefined): boolean {
  if (statuses !== undefined && !statuses.has(entry.status)) return false;
  if (query.unfinished === true && entry.finishedAtMs !== undefined) return false;
  return query.workflow === undefined || query.workflow === entry.workflow;
}

function notFound(id: string): StoreError {
  return new StoreError(`execution ${shown(id)}: no such execution in this store`, { code: 'STORE_NOT_FOUND' });
}

function conflict(message: string): StoreError {
  return new StoreError(message, { code: 'STORE_CONFLICT' });
}

function shown(id: string): string {
  return JSON.stringify(id);
}
