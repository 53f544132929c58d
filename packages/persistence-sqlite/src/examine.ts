import { statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { StoreError } from '@weftline/persistence';
import type { ExecutionSummary } from '@weftline/persistence';
import { blobBytes } from './binding/binding.ts';
import type { SqliteValue } from './binding/binding.ts';
import type { Connection } from './connection.ts';
import { expectExecution, summarize } from './execution-row.ts';
import type { ExecutionRow } from './execution-row.ts';
import { rowsFrom } from './journal.ts';
import { checksumProblem, decodeRow } from './journal-row.ts';
import { joinRecords } from './packed-records.ts';
import type { PackedRecords } from './packed-records.ts';

/** Reading for `check` and `dump`: what is damaged is answered, not thrown, a piece at a time so that other calls get their turn. */

const PROBLEMS_MAX = 100;

export interface ExaminedExecution {
  /** The number by which the tables know it. */
  readonly execution: number;
  readonly summary: ExecutionSummary;
  readonly compactedTo: number;
}

export interface ExaminedRow {
  readonly sequence: number;
  readonly last: number;
  readonly bytes: number;
  readonly epoch: number;
  readonly records: PackedRecords;
  /** What is wrong with the row; then it has no records. */
  readonly problem?: string;
}

export interface ExaminedSnapshot {
  readonly sequence: number;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly problem?: string;
}

/** What is wrong with the store apart from its executions. */
export interface StoreProblem {
  readonly code: 'MEDIUM_DAMAGED' | 'ORPHANED';
  readonly message: string;
  readonly table?: string;
  readonly bytes?: number;
}

export function examineExecutions(
  connection: Connection,
  question: { readonly after: number; readonly id: string | undefined; readonly nowMs: number; readonly limit: number },
): ExaminedExecution[] {
  return connection.read(() => {
    const rows =
      question.id === undefined
        ? (connection
            .statement('SELECT * FROM executions WHERE execution > ? ORDER BY execution LIMIT ?')
            .all(question.after, question.limit) as ExecutionRow[])
        : [expectExecution(connection, question.id)].filter(({ execution }) => execution > question.after);
    return rows.map((row) => ({
      ...{ execution: row.execution, summary: summarize(row, question.nowMs), compactedTo: row.compacted_to },
    }));
  });
}

/** The rows that begin after record `after`, as many as fit into a page; none at the end. */
export function examineRows(
  connection: Connection,
  { execution, after }: { readonly execution: number; readonly after: number },
): ExaminedRow[] {
  return connection.consistentRead(() =>
    rowsFrom(connection, execution, after + 1).map(({ sequence, last, records }) => {
      const blob = blobBytes(records);
      const row = blob === undefined ? 'is not a blob' : decodeRow({ execution, sequence }, blob);
      const bytes = blob?.byteLength ?? 0;
      if (typeof row === 'string') {
        return { sequence, last, bytes, epoch: 0, records: joinRecords([]), problem: row };
      }
      const found = { sequence, last, bytes, epoch: row.epoch, records: row.records };
      const end = sequence + row.records.lengths.length - 1;
      return end === last ? found : { ...found, last: end, problem: `ends with record ${end} and says ${last}` };
    }),
  );
}

export function examineSnapshot(connection: Connection, execution: number): ExaminedSnapshot | undefined {
  return connection.read(() => {
    const row = connection
      .statement('SELECT sequence, crc, snapshot FROM snapshots WHERE execution = ?')
      .get(execution) as { readonly sequence: number; readonly crc: number; readonly snapshot: unknown } | undefined;
    if (row === undefined) return undefined;
    const data = blobBytes(row.snapshot);
    if (data === undefined || crc32(data) !== row.crc) {
      return { sequence: row.sequence, data: new Uint8Array(), problem: checksumProblem };
    }
    return { sequence: row.sequence, data: Uint8Array.from(data) };
  });
}

/** Asks SQLite to check its file, and looks for rows of executions that are not there. */
export function examineStore(connection: Connection): StoreProblem[] {
  const problems: StoreProblem[] = [];
  for (const message of integrityProblems(connection)) problems.push({ code: 'MEDIUM_DAMAGED', message });
  for (const [table, size] of [
    ['journal', 'sum(length(records))'],
    ['snapshots', 'sum(length(snapshot))'],
    ['requests', '0'],
  ] as const) {
    const { count, bytes } = connection.read(
      () =>
        connection
          .statement(
            `SELECT count(*) AS count, ${size} AS bytes FROM ${table}
            WHERE execution NOT IN (SELECT execution FROM executions)`,
          )
          .get() as { readonly count: number; readonly bytes: number | null },
    );
    if (count === 0) continue;
    const message = `${count} rows of executions that are not there`;
    problems.push({ code: 'ORPHANED', message, table, bytes: bytes ?? 0 });
  }
  return problems;
}

function integrityProblems(connection: Connection): string[] {
  try {
    const rows = connection.read(() => connection.statement(`PRAGMA integrity_check(${PROBLEMS_MAX})`).all());
    const messages = (rows as { readonly integrity_check: string }[]).map((row) => row.integrity_check);
    return messages.filter((message) => message !== 'ok');
  } catch (error) {
    if (error instanceof StoreError && error.code === 'STORE_CORRUPT') return [error.message];
    throw error;
  }
}

export interface StoreSize {
  /** Of the file and its write-ahead log. */
  readonly bytes: number;
  /** Free pages in the file. */
  readonly reusable: number;
}

export function sizeOf(connection: Connection): StoreSize {
  const [pageSize, pages, free] = ['page_size', 'page_count', 'freelist_count'].map((name) =>
    connection.read(() => {
      const row = connection.statement(`PRAGMA ${name}`).get() as Readonly<Record<string, SqliteValue>>;
      return Number(row[name]);
    }),
  ) as [number, number, number];
  const log = statSync(`${connection.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  return { bytes: pageSize * pages + log, reusable: pageSize * free };
}
