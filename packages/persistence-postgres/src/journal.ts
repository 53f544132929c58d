import { chunkBytesMax, chunkRecordsMax, compactedError, StoreError } from '@weftline/persistence';
import type { JournalRecord, JournalSnapshot } from '@weftline/persistence';
import { notFound } from './execution-row.ts';
import { decodeRow } from './journal-row.ts';
import type { Session, Statement } from './session.ts';

/** Records from whole rows of the journal. */
export interface JournalPage {
  readonly records: readonly JournalRecord[];
  /** The journal went no further when the page was read. */
  readonly isLast: boolean;
}

interface PageRow {
  readonly head: number;
  readonly compacted_to: number;
  readonly sequence: number | null;
  readonly last: number;
  readonly records: Buffer;
}

/** The most rows in one page; their bytes are bounded too, unless a single row has more. */
const PAGE_ROWS_MAX = 1_000;

/**
 * The row that holds the record $2 and those after it, as many as fit into a page. The size of bytes is known without
 * reading them, so that a page of large rows never is in memory.
 */
const readRows: Statement = {
  name: 'read',
  sql: (schema) => `
    SELECT e.head, e.compacted_to, p.sequence, p.last, p.records
    FROM ${schema}.executions e LEFT JOIN LATERAL (
      SELECT s.sequence, s.last, s.records FROM (
        SELECT j.sequence, j.last, j.records,
          sum(octet_length(j.records)) OVER (ORDER BY j.sequence) AS size, row_number() OVER (ORDER BY j.sequence) AS place
        FROM ${schema}.journal j
        WHERE j.execution = e.execution AND j.sequence >=
          (SELECT max(f.sequence) FROM ${schema}.journal f WHERE f.execution = e.execution AND f.sequence <= $2)
        ORDER BY j.sequence LIMIT ${PAGE_ROWS_MAX}
      ) s WHERE s.size <= ${chunkBytesMax} OR s.place = 1
    ) p ON e.head >= $2
    WHERE e.id = $1 ORDER BY p.sequence`,
};

const snapshotOf: Statement = {
  name: 'snapshot',
  sql: (schema) => `
    SELECT s.sequence, s.data
    FROM ${schema}.executions e LEFT JOIN ${schema}.snapshots s ON s.execution = e.execution WHERE e.id = $1`,
};

/** The records after `after`, as many as fit into a page and lie before what was dropped, from rows that are checked. */
export async function readPage(session: Session, id: string, after: number): Promise<JournalPage> {
  const rows = await session.query<PageRow>(readRows, [id, after + 1]);
  const [first] = rows;
  if (first === undefined) throw notFound(id);
  if (after >= first.head) return { records: [], isLast: true };
  const records: JournalRecord[] = [];
  let next = after + 1;
  const { compacted_to: compactedTo } = first;
  for (const row of rows) {
    if (next <= compactedTo && (row.sequence === null || row.sequence > next || row.last < next)) break;
    const found = recordsFrom(row, id, next);
    if (typeof found === 'string') throw corrupt(session, id, `the journal row with record ${next} ${found}`);
    for (const data of found) records.push({ sequence: next++, data });
  }
  if (records.length === 0) throw compactedError(id, { from: next, to: compactedTo });
  return { records, isLast: next > first.head };
}

/** Splits a page at the bounds that `Store.read` promises. */
export function* chunksOf({ records }: JournalPage): Generator<readonly JournalRecord[]> {
  let [start, bytes] = [0, 0];
  for (const [place, { data }] of records.entries()) {
    if (place > start && (place - start === chunkRecordsMax || bytes + data.byteLength > chunkBytesMax)) {
      yield records.slice(start, place);
      [start, bytes] = [place, 0];
    }
    bytes += data.byteLength;
  }
  if (start < records.length) yield records.slice(start);
}

export async function readSnapshot(session: Session, id: string): Promise<JournalSnapshot | undefined> {
  const [row] = await session.query<{ sequence: number | null; data: Buffer }>(snapshotOf, [id]);
  if (row === undefined) throw notFound(id);
  if (row.sequence === null) return undefined;
  const found = decodeRow({ id, sequence: row.sequence }, row.data);
  if (typeof found === 'string') throw corrupt(session, id, `its snapshot ${found}`);
  const [data] = found;
  if (data === undefined || found.length > 1) throw corrupt(session, id, `its snapshot has ${found.length} parts`);
  return { sequence: row.sequence, data };
}

/** The records of a row from `next` on, or what is wrong with the row. */
function recordsFrom({ sequence, last, records }: PageRow, id: string, next: number): Uint8Array[] | string {
  if (sequence === null) return 'is missing';
  const found = decodeRow({ id, sequence }, records);
  if (typeof found === 'string') return found;
  const end = sequence + found.length - 1;
  if (last !== end || sequence > next || next > end) {
    return `is missing; there is one from ${sequence} to ${end}`;
  }
  return found.slice(next - sequence);
}

function corrupt(session: Session, id: string, what: string): StoreError {
  return new StoreError(`${session.where}: execution ${JSON.stringify(id)}: ${what}`, { code: 'STORE_CORRUPT' });
}
