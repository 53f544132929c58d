import type { AppendRun, Fence } from './append-run.ts';
import { byteArrays, columnsOf } from './array-parameters.ts';
import { encodeRow } from './journal-row.ts';
import { journalRows } from './journal-rows.ts';
import type { JournalRow } from './journal-rows.ts';
import { notify } from './notices.ts';
import type { Session, Statement } from './session.ts';

/** A run with its rows of the journal, which are made once however often it is sent. */
export interface EncodedRun extends AppendRun {
  readonly rows: readonly JournalRow[];
}

/**
 * Writes a group of runs, one of each execution: one round trip, one commit, one sync.
 *
 * 1. `moved` holds the executions whose epoch and head are those that the run names; everything else is written for them
 *    alone. A run that is refused leaves no trace and is no obstacle to the others.
 * 2. Where another session has changed an execution since the statement began, it waits for that one and then looks at
 *    epoch and head again.
 * 3. A run mostly is one row, which goes along with its execution; `more` holds those that a long run has besides.
 */
const append: Statement = {
  name: 'append',
  sql: (schema) => `
    WITH offered AS MATERIALIZED (
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[],
        $8::bigint[], $9::bytea[], $10::bigint[], $11::bytea[]) WITH ORDINALITY
        AS o(id, epoch, head, next_head, status, updated_at, finished_at,
          last, records, snapshot_sequence, snapshot, place)
    ), moved AS (
      UPDATE ${schema}.executions e
      SET head = o.next_head, status = coalesce(o.status, e.status),
        updated_at = coalesce(o.updated_at, e.updated_at), finished_at = coalesce(o.finished_at, e.finished_at)
      FROM offered o
      WHERE e.id = o.id AND e.epoch = o.epoch AND e.head = o.head AND e.owner_id IS NOT NULL
      RETURNING e.execution, o.place, o.head + 1 AS sequence, o.last, o.records, o.snapshot_sequence, o.snapshot,
        CASE WHEN o.finished_at IS NOT NULL THEN ${notify(schema, 'finished', 'e.id')} END
    ), written AS (
      INSERT INTO ${schema}.journal (execution, sequence, last, records)
      SELECT execution, sequence, last, records FROM moved WHERE records IS NOT NULL
    ), more AS (
      INSERT INTO ${schema}.journal (execution, sequence, last, records)
      SELECT m.execution, r.sequence, r.last, r.records
      FROM unnest($12::bigint[], $13::bigint[], $14::bigint[], $15::bytea[]) AS r(place, sequence, last, records)
      JOIN moved m ON m.place = r.place
    ), kept AS (
      INSERT INTO ${schema}.snapshots (execution, sequence, data)
      SELECT execution, snapshot_sequence, snapshot FROM moved WHERE snapshot IS NOT NULL
      ON CONFLICT (execution) DO UPDATE SET sequence = excluded.sequence, data = excluded.data
    )
    SELECT place FROM moved`,
};

const readFences: Statement = {
  name: 'read-fences',
  sql: (schema) => `
    SELECT id, epoch, head, owner_id IS NOT NULL AS "isOwned", compacted_to AS "compactedTo" FROM ${schema}.executions WHERE id = ANY($1::text[])`,
};

const findWritten: Statement = {
  name: 'find-written',
  sql: (schema) => `
    SELECT o.id FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS o(id, sequence, records)
    JOIN ${schema}.executions e ON e.id = o.id
    JOIN ${schema}.journal j ON j.execution = e.execution AND j.sequence = o.sequence AND j.records = o.records`,
};

export function encodeRun(run: AppendRun): EncodedRun {
  return { ...run, rows: journalRows({ id: run.execution, sequence: run.head + 1 }, run.epoch, run.records) };
}

/** Sends the runs, and answers the executions of those that were taken. */
export async function sendRuns(session: Session, runs: readonly EncodedRun[]): Promise<ReadonlySet<string>> {
  const values = [
    ...columnsOf(
      runs,
      (run) => run.execution,
      (run) => run.epoch,
      (run) => run.head,
      (run) => run.end,
      (run) => run.summary.status,
      (run) => run.summary.updatedAtMs,
      (run) => run.summary.finishedAtMs,
      (run) => run.rows[0]?.last,
    ),
    byteArrays(runs.map((run) => run.rows[0]?.bytes)),
    runs.map((run) => run.snapshot?.sequence ?? null),
    byteArrays(runs.map(encodeSnapshot)),
    ...furtherRows(runs),
  ];
  const taken = await session.query<{ place: number }>(append, values);
  return new Set(taken.map(({ place }) => runs[place - 1]?.execution ?? ''));
}

/** What the executions among these are like by now. */
export async function fencesOf(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, Fence>> {
  const rows = await session.query<Fence & { id: string }>(readFences, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Those executions in whose journal the first row of the run stands as it is here, with its epoch and all its records. */
export async function writtenRuns(session: Session, runs: readonly EncodedRun[]): Promise<ReadonlySet<string>> {
  const values = [
    ...columnsOf(
      runs,
      (run) => run.execution,
      (run) => run.head + 1,
    ),
    byteArrays(runs.map((run) => run.rows[0]?.bytes)),
  ];
  const rows = await session.query<{ id: string }>(findWritten, values);
  return new Set(rows.map(({ id }) => id));
}

function furtherRows(runs: readonly EncodedRun[]): unknown[] {
  const rows = runs.flatMap((run, index) => run.rows.slice(1).map((row) => ({ ...row, place: index + 1 })));
  return [
    ...columnsOf(
      rows,
      (row) => row.place,
      (row) => row.sequence,
      (row) => row.last,
    ),
    byteArrays(rows.map((row) => row.bytes)),
  ];
}

function encodeSnapshot({ execution, epoch, snapshot }: EncodedRun): Buffer | undefined {
  return snapshot && encodeRow({ id: execution, sequence: snapshot.sequence }, epoch, [snapshot.data]);
}
