import { chunkBytesMax, StoreError } from '@weftline/persistence';
import { blobBytes } from './binding/binding.ts';
import type { Connection } from './connection.ts';
import { expectExecution } from './execution-row.ts';
import { decodeRow, encodeRow } from './journal-row.ts';
import type { JournalRow, RowKey } from './journal-row.ts';
import { dropRecords, joinRecords, splitRecords } from './packed-records.ts';
import type { PackedRecords } from './packed-records.ts';
import type { JournalPage, ReadQuestion } from './protocol.ts';

/** The most rows in one page; their bytes are bounded by `chunkBytesMax`, unless a single row has more. */
const PAGE_ROWS_MAX = 1_000;

/** Writes the records as few rows, none larger than what a reader takes at a time. */
export function writeRows(connection: Connection, row: JournalRow): void {
  const insert = connection.statement('INSERT INTO journal (execution, sequence, last, records) VALUES (?, ?, ?, ?)');
  let { sequence } = row;
  for (const records of splitRecords(row.records, chunkBytesMax)) {
    const next = sequence + records.lengths.length;
    insert.run(row.execution, sequence, next - 1, encodeRow({ ...row, sequence, records }));
    sequence = next;
  }
}

/** The records after `after`, as many as fit into a page, from rows that are checked. */
export function readPage(connection: Connection, { id, after }: ReadQuestion): JournalPage {
  return connection.read(() => {
    const { execution, head } = expectExecution(connection, id);
    const sequence = after + 1;
    if (after >= head) return { sequence, records: joinRecords([]), end: true };
    const parts: PackedRecords[] = [];
    let next = sequence;
    for (const row of rowsOfPage(connection, execution, sequence)) {
      parts.push(recordsFrom(row, execution, next));
      next = row.last + 1;
    }
    return { sequence, records: joinRecords(parts), end: next > head };
  });
}

interface StoredRow {
  readonly sequence: number;
  readonly last: number;
  readonly records: unknown;
}

/** The row that holds `sequence` and those after it, as many as fit into a page. */
function rowsOfPage(connection: Connection, execution: number, sequence: number): StoredRow[] {
  // The size of a blob is known without reading it, so that a page of large rows never is in memory.
  const sizes = connection
    .statement(
      `SELECT sequence, length(records) AS size FROM journal
      WHERE execution = ?1 AND sequence >= (SELECT max(sequence) FROM journal WHERE execution = ?1 AND sequence <= ?2)
      ORDER BY sequence LIMIT ${PAGE_ROWS_MAX}`,
    )
    .all(execution, sequence) as { readonly sequence: number; readonly size: number }[];
  const [first] = sizes;
  if (first === undefined) throw defect({ execution, sequence }, 'is missing');
  let [last, bytes] = [first.sequence, 0];
  for (const row of sizes) {
    bytes += row.size;
    if (bytes > chunkBytesMax && row !== first) break;
    last = row.sequence;
  }
  return connection
    .statement(
      `SELECT sequence, last, records FROM journal
      WHERE execution = ? AND sequence BETWEEN ? AND ? ORDER BY sequence`,
    )
    .all(execution, first.sequence, last) as StoredRow[];
}

/** The records of a row from `next` on. */
function recordsFrom(stored: StoredRow, execution: number, next: number): PackedRecords {
  const key = { execution, sequence: stored.sequence };
  const blob = blobBytes(stored.records);
  const row = blob === undefined ? 'is not a blob' : decodeRow(key, blob);
  if (typeof row === 'string') throw defect(key, row);
  const last = stored.sequence + row.records.lengths.length - 1;
  if (stored.last !== last || stored.sequence > next || next > last) {
    throw defect(key, `holds records up to ${last}, where ${next} was expected to follow`);
  }
  return dropRecords(row.records, next - stored.sequence);
}

function defect({ execution, sequence }: RowKey, what: string): StoreError {
  return new StoreError(`the journal row of execution ${execution} at sequence ${sequence} ${what}`, {
    code: 'STORE_CORRUPT',
  });
}
