import { chunkBytesMax, compactedError, StoreError } from '@weftline/persistence';
import { blobBytes } from './binding/binding.ts';
import type { Connection } from './connection.ts';
import { expectExecution } from './execution-row.ts';
import { decodeRow, encodeRow } from './journal-row.ts';
import type { JournalRow } from './journal-row.ts';
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

/** The records after `after`, as many as fit into a page and lie before what was dropped, from rows that are checked. */
export function readPage(connection: Connection, { id, after }: ReadQuestion): JournalPage {
  return connection.consistentRead(() => {
    const { execution, head, compacted_to: compactedTo } = expectExecution(connection, id);
    const sequence = after + 1;
    const parts: PackedRecords[] = [];
    if (after >= head) return { sequence, records: joinRecords(parts), end: true };
    let next = sequence;
    for (const stored of storedRows(connection, execution, sequence)) {
      if (next <= compactedTo && (stored.sequence > next || stored.last < next)) break;
      const records = recordsFrom(stored, execution, next);
      if (typeof records === 'string') throw corrupt(connection, { id, next }, records);
      parts.push(records);
      next = stored.last + 1;
    }
    if (parts.length === 0 && next <= compactedTo) throw compactedError(id, { from: next, to: compactedTo });
    if (parts.length === 0) throw corrupt(connection, { id, next }, 'is missing');
    return { sequence, records: joinRecords(parts), end: next > head };
  });
}

interface StoredRow {
  readonly sequence: number;
  readonly last: number;
  readonly records: unknown;
}

/** The row that holds `sequence` and those after it, as many as fit into a page. */
function storedRows(connection: Connection, execution: number, sequence: number): StoredRow[] {
  const { first } = connection
    .statement('SELECT max(sequence) AS first FROM journal WHERE execution = ? AND sequence <= ?')
    .get(execution, sequence) as { readonly first: number | null };
  return first === null ? [] : rowsFrom(connection, execution, first);
}

/** The rows that begin with record `from` or later, as many as fit into a page. */
export function rowsFrom(connection: Connection, execution: number, from: number): StoredRow[] {
  // The size of a blob is known without reading it, so that a page of large rows never is in memory.
  const sizes = connection
    .statement(
      `SELECT sequence, length(records) AS size FROM journal
      WHERE execution = ? AND sequence >= ? ORDER BY sequence LIMIT ${PAGE_ROWS_MAX}`,
    )
    .all(execution, from) as { readonly sequence: number; readonly size: number }[];
  const first = sizes[0]?.sequence ?? from;
  let [last, bytes] = [first, 0];
  for (const row of sizes) {
    bytes += row.size;
    if (bytes > chunkBytesMax) break;
    last = row.sequence;
  }
  return connection
    .statement(
      `SELECT sequence, last, records FROM journal
      WHERE execution = ? AND sequence BETWEEN ? AND ? ORDER BY sequence`,
    )
    .all(execution, first, last) as StoredRow[];
}

/** The records of a row from `next` on, or what is wrong with the row. */
function recordsFrom(stored: StoredRow, execution: number, next: number): PackedRecords | string {
  const blob = blobBytes(stored.records);
  const row = blob === undefined ? 'is not a blob' : decodeRow({ execution, sequence: stored.sequence }, blob);
  if (typeof row === 'string') return row;
  const last = stored.sequence + row.records.lengths.length - 1;
  if (stored.last !== last || stored.sequence > next || next > last) {
    return `is missing; there is one from ${stored.sequence} to ${last}`;
  }
  return dropRecords(row.records, next - stored.sequence);
}

function corrupt(connection: Connection, place: { id: string; next: number }, what: string): StoreError {
  return new StoreError(
    `${connection.path}: execution ${JSON.stringify(place.id)}: the journal row with record ${place.next} ${what}`,
    { code: 'STORE_CORRUPT' },
  );
}
