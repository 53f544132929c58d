import { inspect } from 'node:util';
import { StoreError } from './errors.ts';
import { recordBytesMax } from './store.ts';
import type { MaintenanceScope, VacuumOptions } from './maintenance/maintenance.ts';
import type { Append, ExecutionRequest, ListQuery, NewExecution, Owner, SummaryChange } from './store.ts';

const idLengthMax = 512;
const requestKinds: readonly string[] = ['cancel', 'pause', 'resume', 'set-concurrency'];

/** Rejects what `Store.create` may not be given with STORE_INVALID_ARGUMENT; for authors of stores. */
export function assertNewExecution(execution: NewExecution): void {
  assertId(execution.id, 'create: id');
  assertOwner(execution.owner, 'create: owner');
  assertText(execution.workflow, 'create: workflow');
  assertText(execution.status, 'create: status');
  assertTime(execution.createdAtMs, 'create: createdAtMs');
  assertRecords(execution.records, 'create: records');
}

/** Rejects what `Store.append` may not be given with STORE_INVALID_ARGUMENT; for authors of stores. */
export function assertAppends(appends: readonly Append[]): void {
  for (const append of appends) {
    if (typeof append.execution !== 'string') throw invalid('append: execution', 'text', append.execution);
    assertCount(append.epoch, 'append: epoch');
    assertCount(append.sequence, 'append: sequence');
    assertRecords(append.records, 'append: records');
    if (append.summary !== undefined) assertSummaryChange(append.summary);
    if (append.snapshot !== undefined) assertRecords([append.snapshot], 'append: snapshot');
  }
}

/** Answers `limit` with its default applied; rejects what `Store.list` may not be given with STORE_INVALID_ARGUMENT. */
export function assertListQuery(query: ListQuery): number {
  const limit = query.limit ?? 50;
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw invalid('list: limit', 'a whole number from 1 to 1,000', limit);
  }
  return limit;
}

/** Answers `after` of `Store.read` with its default applied, or throws STORE_INVALID_ARGUMENT. */
export function assertReadAfter(after: number | undefined): number {
  if (after === undefined) return 0;
  assertCount(after, 'read: after');
  return after;
}

/** Rejects what `Store.claim` and `Store.heartbeat` may not be given with STORE_INVALID_ARGUMENT. */
export function assertOwner(owner: Owner, where: string): void {
  assertId(owner.id, `${where}.id`);
  assertText(owner.host, `${where}.host`);
  assertCount(owner.pid, `${where}.pid`);
}

/** Rejects what `Store.request` may not be given with STORE_INVALID_ARGUMENT. */
export function assertRequest(request: ExecutionRequest): void {
  if (!requestKinds.includes(request.kind)) throw invalid('request: kind', requestKinds.join(', '), request.kind);
  if (request.reason !== undefined) assertText(request.reason, 'request: reason');
}

/** Rejects a lease time that a store may not have with STORE_INVALID_ARGUMENT. */
export function assertLeaseMs(leaseMs: number): void {
  assertCount(leaseMs, 'leaseMs');
}

/** Rejects what `maintenance.check` and `maintenance.dump` may not be given with STORE_INVALID_ARGUMENT; for authors of stores. */
export function assertMaintenanceScope({ execution }: MaintenanceScope): void {
  if (execution !== undefined && typeof execution !== 'string') throw invalid('execution', 'text', execution);
}

/** Rejects what `maintenance.vacuum` may not be given with STORE_INVALID_ARGUMENT; for authors of stores. */
export function assertVacuumOptions({ endedBeforeMs }: VacuumOptions): void {
  if (endedBeforeMs !== undefined) assertTime(endedBeforeMs, 'vacuum: endedBeforeMs');
}

function assertSummaryChange(change: SummaryChange): void {
  if (change.status !== undefined) assertText(change.status, 'append: summary.status');
  if (change.updatedAtMs !== undefined) assertTime(change.updatedAtMs, 'append: summary.updatedAtMs');
  if (change.finishedAtMs !== undefined) assertTime(change.finishedAtMs, 'append: summary.finishedAtMs');
}

function assertRecords(records: readonly Uint8Array[], where: string): void {
  for (const record of records) {
    if (!(record instanceof Uint8Array)) throw invalid(where, 'byte arrays', record);
    if (record.length > recordBytesMax) {
      throw invalid(where, `at most ${recordBytesMax} bytes each`, record.length);
    }
  }
}

function assertId(id: string, where: string): void {
  assertText(id, where);
  if (id.length === 0 || id.length > idLengthMax) {
    throw invalid(where, `1 to ${idLengthMax} characters`, `${id.length} characters`);
  }
}

/** Texts must come back as they went in, which UTF-8 and SQL cannot promise for these two. */
function assertText(text: string, where: string): void {
  if (typeof text !== 'string') throw invalid(where, 'text', text);
  if (/[\0\p{Surrogate}]/u.test(text)) throw invalid(where, 'text without NUL and lone surrogates', text);
}

function assertTime(timeMs: number, where: string): void {
  if (!Number.isSafeInteger(timeMs)) throw invalid(where, 'whole milliseconds since 1970', timeMs);
}

function assertCount(count: number, where: string): void {
  if (!Number.isSafeInteger(count) || count < 0) throw invalid(where, 'a whole number from 0', count);
}

function invalid(where: string, expected: string, got: unknown): StoreError {
  const shown = typeof got === 'string' ? JSON.stringify(got).slice(0, 100) : inspect(got, { depth: 0 });
  return new StoreError(`${where}: expected ${expected}, got ${shown}`, { code: 'STORE_INVALID_ARGUMENT' });
}
