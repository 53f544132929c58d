import { crc32 } from 'node:zlib';
import { StoreError } from '@weftline/persistence';
import type { KeptExecution } from '@weftline/persistence';
import { blobBytes } from './binding/binding.ts';
import type { Connection } from './connection.ts';
import { leaseRuns, ownerOf } from './execution-row.ts';
import type { ExecutionRow } from './execution-row.ts';

/** How many executions are looked at in one call, so that other calls get their turn. */
const EXECUTIONS_MAX = 50;

export interface VacuumQuestion {
  /** The number of the last execution that was looked at. */
  readonly after: number;
  readonly endedBeforeMs: number | undefined;
  readonly nowMs: number;
}

export interface VacuumStep {
  readonly removed: number;
  readonly dropped: number;
  readonly kept: readonly KeptExecution[];
  /** Where the next call goes on; absent when this was the last one. */
  readonly next?: number;
}

/**
 * Compacts some executions, each in a transaction of its own: whoever is killed or waits for the write lock finds every execution
 * as it was or compacted. `compacted_to` tells which records are missing by right.
 */
export function vacuumStep(connection: Connection, question: VacuumQuestion): VacuumStep {
  const rows = connection.read(
    () =>
      connection
        .statement(`SELECT execution FROM executions WHERE execution > ? ORDER BY execution LIMIT ${EXECUTIONS_MAX}`)
        .all(question.after) as { readonly execution: number }[],
  );
  const kept: KeptExecution[] = [];
  let [removed, dropped] = [0, 0];
  for (const { execution } of rows) {
    // Looked at without the write lock first: of most executions there is nothing to give back.
    if (!connection.read(() => hasWork(connection, execution, question))) continue;
    const outcome = connection.transaction(() => vacuumExecution(connection, execution, question));
    if (outcome.isRemoved === true) removed++;
    dropped += outcome.dropped ?? 0;
    if (outcome.kept !== undefined) kept.push(outcome.kept);
  }
  const last = rows.at(-1)?.execution;
  return { removed, dropped, kept, ...(last !== undefined && rows.length === EXECUTIONS_MAX && { next: last }) };
}

interface Outcome {
  readonly isRemoved?: boolean;
  readonly dropped?: number;
  readonly kept?: KeptExecution;
}

function findRow(connection: Connection, execution: number): ExecutionRow | undefined {
  return connection.statement('SELECT * FROM executions WHERE execution = ?').get(execution) as
    ExecutionRow | undefined;
}

function hasWork(connection: Connection, execution: number, question: VacuumQuestion): boolean {
  const row = findRow(connection, execution);
  if (row === undefined) return false;
  return isOld(row, question) || countCovered(connection, row).records > 0;
}

function isOld({ finished_at: finishedAt }: ExecutionRow, { endedBeforeMs }: VacuumQuestion): boolean {
  return endedBeforeMs !== undefined && finishedAt !== null && finishedAt < endedBeforeMs;
}

function vacuumExecution(connection: Connection, execution: number, question: VacuumQuestion): Outcome {
  const row = findRow(connection, execution);
  if (row === undefined) return {};
  if (!isOld(row, question)) return dropCovered(connection, row);
  if (ownerOf(row) === undefined || !leaseRuns(row, question.nowMs)) {
    removeExecution(connection, execution);
    return { isRemoved: true };
  }
  return { ...dropCovered(connection, row), kept: { execution: row.id, reason: 'owned' } };
}

function removeExecution(connection: Connection, execution: number): void {
  for (const table of ['requests', 'snapshots', 'journal', 'executions']) {
    connection.statement(`DELETE FROM ${table} WHERE execution = ?`).run(execution);
  }
}

/** Of the rows that the snapshot covers, all but the one with the first record. */
const COVERED = `execution = ?1 AND sequence > 1 AND last <=
  (SELECT s.sequence FROM snapshots s WHERE s.execution = ?1)`;

function countCovered(
  connection: Connection,
  { execution }: ExecutionRow,
): { readonly records: number; readonly last: number } {
  const row = connection
    .statement(`SELECT sum(last - sequence + 1) AS records, max(last) AS last FROM journal WHERE ${COVERED}`)
    .get(execution) as { readonly records: number | null; readonly last: number | null };
  return { records: row.records ?? 0, last: row.last ?? 0 };
}

function dropCovered(connection: Connection, row: ExecutionRow): Outcome {
  const { records, last } = countCovered(connection, row);
  if (records === 0) return {};
  if (!isSnapshotIntact(connection, row.execution)) {
    return { kept: { execution: row.id, reason: 'snapshot-damaged' } };
  }
  connection.statement(`DELETE FROM journal WHERE ${COVERED}`).run(row.execution);
  connection.statement('UPDATE executions SET compacted_to = ? WHERE execution = ?').run(last, row.execution);
  return { dropped: records };
}

function isSnapshotIntact(connection: Connection, execution: number): boolean {
  const row = connection.statement('SELECT crc, snapshot FROM snapshots WHERE execution = ?').get(execution) as
    { readonly crc: number; readonly snapshot: unknown } | undefined;
  const data = blobBytes(row?.snapshot);
  return data !== undefined && crc32(data) === row?.crc;
}

/** Removes rows of executions that are not there; no release writes any, other tools may have. */
function removeOrphans(connection: Connection): void {
  for (const table of ['requests', 'snapshots', 'journal']) {
    const orphaned = `execution NOT IN (SELECT execution FROM executions)`;
    const found = connection.read(() => connection.statement(`SELECT 1 FROM ${table} WHERE ${orphaned} LIMIT 1`).get());
    if (found === undefined) continue;
    connection.transaction(() => connection.statement(`DELETE FROM ${table} WHERE ${orphaned}`).run());
  }
}

/**
 * Gives free pages back to the system where no lease runs: SQLite writes the whole file anew for that, in one transaction for
 * which everybody else would have to wait. Otherwise they stay in the file and are used before it grows. Then the log is emptied.
 */
export function reclaim(connection: Connection, { nowMs }: { readonly nowMs: number }): void {
  const busy = connection.read(() =>
    connection
      .statement(
        'SELECT 1 FROM executions WHERE owner_id IS NOT NULL AND (lease_until IS NULL OR lease_until > ?) LIMIT 1',
      )
      .get(nowMs),
  );
  removeOrphans(connection);
  if (busy === undefined) rewriteFile(connection);
  connection.read(() => connection.statement('PRAGMA wal_checkpoint(TRUNCATE)').get());
}

function rewriteFile(connection: Connection): void {
  const { freelist_count: free } = connection.read(
    () => connection.statement('PRAGMA freelist_count').get() as { readonly freelist_count: number },
  );
  if (free === 0) return;
  try {
    connection.read(() => connection.execute('VACUUM'));
  } catch (error) {
    // Somebody else writes after all: what cannot be given back now stays usable, and the report says so.
    if (!(error instanceof StoreError) || error.code !== 'STORE_UNAVAILABLE' || !error.retryable) throw error;
  }
}
