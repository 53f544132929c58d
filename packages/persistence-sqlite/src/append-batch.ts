import { StoreError } from '@weftline/persistence';
import type { JournalSnapshot, SummaryChange } from '@weftline/persistence';
import type { Connection } from './connection.ts';
import { findExecution, notFound } from './execution-row.ts';
import type { ExecutionRow } from './execution-row.ts';
import { writeRows } from './journal.ts';
import { unpackAppends } from './packed-appends.ts';
import type { PackedAppends, UnpackedAppend } from './packed-appends.ts';
import { joinRecords } from './packed-records.ts';
import type { PackedRecords } from './packed-records.ts';
import { errorData } from './protocol.ts';
import type { Refusal } from './protocol.ts';
import { writeSnapshot } from './snapshots.ts';

/** What the batch does to one execution: the appends that were taken, as one. */
interface Change {
  readonly row: ExecutionRow;
  /** Where the journal ends with what has been taken so far. */
  head: number;
  summary: SummaryChange;
  readonly parts: PackedRecords[];
  snapshot?: JournalSnapshot;
}

/**
 * Writes a batch in one transaction.
 *
 * 1. Each append is judged against the execution as the appends before it leave it, and nothing is written for one
 *    that is refused.
 * 2. All appends of one execution become one row of the journal, however many they are.
 * 3. The update that moves the head names epoch and former head once more: if it does not match, nothing is written.
 */
export function appendBatch(connection: Connection, batch: PackedAppends): readonly Refusal[] {
  return connection.transaction(() => {
    const changes = new Map<string, Change>();
    const refusals: Refusal[] = [];
    let place = 0;
    for (const append of unpackAppends(batch)) {
      const error = take(append, changeOf(connection, append.execution, changes));
      if (error !== undefined) refusals.push({ place, error: errorData(error) });
      place++;
    }
    for (const change of changes.values()) apply(connection, change);
    return refusals;
  });
}

function changeOf(connection: Connection, id: string, changes: Map<string, Change>): Change | undefined {
  const known = changes.get(id);
  if (known !== undefined) return known;
  const row = findExecution(connection, id);
  if (row === undefined) return undefined;
  const change: Change = { row, head: row.head, summary: {}, parts: [] };
  changes.set(id, change);
  return change;
}

/** Adds the append to the change, or tells why it is refused. */
function take(append: UnpackedAppend, change: Change | undefined): StoreError | undefined {
  if (change === undefined) return notFound(append.execution);
  const { row, head } = change;
  if (append.epoch !== row.epoch || row.owner_id === null) {
    const now = row.owner_id === null ? 'it was given back' : `it is ${row.epoch} by now`;
    return conflict(append, `append with epoch ${append.epoch}, but ${now}`);
  }
  if (append.sequence !== head + 1) {
    return conflict(append, `expected sequence ${head + 1}, got ${append.sequence} from the same owner`);
  }
  change.head += append.records.lengths.length;
  change.summary = { ...change.summary, ...append.summary };
  change.parts.push(append.records);
  if (append.snapshot !== undefined) change.snapshot = { sequence: change.head, data: append.snapshot };
  return undefined;
}

function apply(connection: Connection, { row, head, summary, parts, snapshot }: Change): void {
  const { execution, epoch } = row;
  if (head > row.head) {
    const records = joinRecords(parts);
    writeRows(connection, { execution, sequence: row.head + 1, epoch, records });
    const moved = connection
      .statement('UPDATE executions SET head = ? WHERE execution = ? AND epoch = ? AND head = ?')
      .run(head, execution, epoch, row.head);
    if (Number(moved.changes) !== 1) throw fenceBroken(row);
  }
  if (snapshot !== undefined) writeSnapshot(connection, execution, snapshot);
  if (Object.keys(summary).length > 0) changeSummary(connection, execution, summary);
}

/** Times of ends are told apart, because setting one touches an index that every other append leaves alone. */
function changeSummary(connection: Connection, execution: number, summary: SummaryChange): void {
  const { status, updatedAtMs, finishedAtMs } = summary;
  connection
    .statement(
      'UPDATE executions SET status = coalesce(?, status), updated_at = coalesce(?, updated_at) WHERE execution = ?',
    )
    .run(status ?? null, updatedAtMs ?? null, execution);
  if (finishedAtMs === undefined) return;
  connection.statement('UPDATE executions SET finished_at = ? WHERE execution = ?').run(finishedAtMs, execution);
}

function conflict(append: UnpackedAppend, what: string): StoreError {
  return new StoreError(`execution ${JSON.stringify(append.execution)}: ${what}`, { code: 'STORE_CONFLICT' });
}

function fenceBroken(row: ExecutionRow): StoreError {
  return new StoreError(`execution ${JSON.stringify(row.id)}: its row changed within one transaction`, {
    code: 'STORE_CORRUPT',
  });
}
