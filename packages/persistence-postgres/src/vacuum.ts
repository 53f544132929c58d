import { assertVacuumOptions, keptExecutionsMax, StoreError } from '@weftline/persistence';
import type { KeptExecution, VacuumOptions, VacuumReport } from '@weftline/persistence';
import { orphansIn, tablesWithRows } from './examine.ts';
import type { Looking } from './examine.ts';
import { readSnapshot } from './journal.ts';
import { nowMs } from './lease-clock.ts';
import type { Session, Statement } from './session.ts';

/** Where the store is compacted: `Looking`, for statements that change something. */
export interface Vacuuming extends Looking {
  /** For a statement that may take as long as the tables are large. */
  readonly runLong: <Result>(work: (session: Session) => Promise<Result>) => Promise<Result>;
}

interface Candidate {
  readonly execution: number;
  readonly id: string;
  readonly isOld: boolean;
  readonly isOwned: boolean;
  /** The last record of a row that may be deleted, `null` for none. */
  readonly covered: number | null;
}

const EXECUTIONS_MAX = 500;
const ROWS_MAX = 500;

/** SQL for whether somebody's lease on an execution `e` runs. */
function isOwned(schema: string, now: `$${number}`): string {
  return `(e.owner_id IS NOT NULL AND (e.lease_until IS NULL OR greatest(e.lease_until,
    (SELECT h.lease_until FROM ${schema}.heartbeats h WHERE h.owner_id = e.owner_id)) > ${nowMs(now)}))`;
}

/** The rows between the one with the first record and the end of what the snapshot stands for. */
const candidates: Statement = {
  name: 'vacuum-candidates',
  sql: (schema) => `
    SELECT e.execution, e.id, coalesce(e.finished_at < $3::bigint, false) AS "isOld", ${isOwned(schema, '$1')} AS "isOwned",
      (SELECT max(j.last) FROM ${schema}.journal j WHERE j.execution = e.execution AND j.sequence > 1
        AND j.sequence <= (SELECT s.sequence FROM ${schema}.snapshots s WHERE s.execution = e.execution)
        AND j.last <= (SELECT s.sequence FROM ${schema}.snapshots s WHERE s.execution = e.execution)) AS covered
    FROM ${schema}.executions e WHERE e.execution > $2 ORDER BY e.execution LIMIT ${EXECUTIONS_MAX}`,
};

const remove: Statement = {
  name: 'vacuum-remove',
  sql: (schema) => `
    WITH gone AS (
      DELETE FROM ${schema}.executions e
      WHERE e.execution = $2 AND e.finished_at < $3 AND NOT ${isOwned(schema, '$1')} RETURNING e.execution
    )
    SELECT execution FROM gone`,
};

const mark: Statement = {
  name: 'vacuum-mark',
  sql: (schema) => `
    UPDATE ${schema}.executions SET compacted_to = $2 WHERE execution = $1 AND compacted_to < $2`,
};

const dropCovered: Statement = {
  name: 'vacuum-drop',
  sql: (schema) => `
    DELETE FROM ${schema}.journal WHERE execution = $1 AND sequence IN (
      SELECT j.sequence FROM ${schema}.journal j
      WHERE j.execution = $1 AND j.sequence > 1 AND j.sequence <= $2 AND j.last <= $2 ORDER BY j.sequence LIMIT ${ROWS_MAX}
    )
    RETURNING last - sequence + 1 AS records, octet_length(records) AS bytes`,
};

const dropOrphans = new Map<string, Statement>(
  tablesWithRows.map((table) => [
    table,
    {
      name: `vacuum-orphans-${table}`,
      sql: (schema) => `
        DELETE FROM ${schema}.${table} WHERE ctid = ANY(ARRAY(
          SELECT t.ctid FROM ${schema}.${table} t WHERE t.execution = $1
            AND NOT EXISTS (SELECT FROM ${schema}.executions e WHERE e.execution = $1) LIMIT ${ROWS_MAX}
        ))
        RETURNING ${table === 'journal' ? 'octet_length(records)' : table === 'snapshots' ? 'octet_length(data)' : '0'} AS bytes`,
    },
  ]),
);

/** Tables, their long values and their indexes, without the maps of free space that the server keeps beside them. */
const sizes: Statement = {
  name: 'vacuum-size',
  sql: (schema) => `
    SELECT sum(pg_relation_size(c.oid)
      + CASE WHEN c.reltoastrelid <> 0 THEN pg_relation_size(c.reltoastrelid) ELSE 0 END)::bigint AS bytes
    FROM pg_catalog.pg_class c
    WHERE c.relkind IN ('r', 'i') AND c.relnamespace = (
      SELECT t.relnamespace FROM pg_catalog.pg_class t WHERE t.oid = '${schema}.executions'::regclass)`,
};

interface Progress {
  executionsRemoved: number;
  recordsDropped: number;
  bytesDeleted: number;
  readonly kept: KeptExecution[];
}

/**
 * Compacts one execution after another, in statements that each commit by themselves and touch some hundred rows, so that
 * nobody waits long for a lock. Killed at any point, the next one goes on where this one ended.
 */
export async function vacuum(vacuuming: Vacuuming, options: VacuumOptions): Promise<VacuumReport> {
  vacuuming.assertOpen();
  assertVacuumOptions(options);
  const progress: Progress = { executionsRemoved: 0, recordsDropped: 0, bytesDeleted: 0, kept: [] };
  const bytesBefore = await sizeOf(vacuuming);
  for (let after: number | undefined = 0; after !== undefined;) {
    vacuuming.assertOpen();
    const values = [vacuuming.now(), after, options.endedBeforeMs ?? null];
    const found: readonly Candidate[] = await vacuuming.run((session) => session.query<Candidate>(candidates, values));
    for (const candidate of found) await vacuumOne(vacuuming, { candidate, options, progress });
    after = found.at(-1)?.execution;
  }
  await removeOrphans(vacuuming, progress);
  vacuuming.assertOpen();
  await vacuuming.runLong((session) =>
    session.execute(
      (schema) => `VACUUM ${schema}.journal, ${schema}.snapshots, ${schema}.requests, ${schema}.executions`,
    ),
  );
  const bytesAfter = await sizeOf(vacuuming);
  const { bytesDeleted, ...rest } = progress;
  // The server gives back pages at the ends of tables; what was deleted elsewhere is used again.
  return { ...rest, bytesBefore, bytesAfter, bytesReusable: Math.max(0, bytesDeleted - (bytesBefore - bytesAfter)) };
}

interface Work {
  readonly candidate: Candidate;
  readonly options: VacuumOptions;
  readonly progress: Progress;
}

async function vacuumOne(vacuuming: Vacuuming, { candidate, options, progress }: Work): Promise<void> {
  const { execution, id } = candidate;
  if (candidate.isOld && !candidate.isOwned) {
    const values = [vacuuming.now(), execution, options.endedBeforeMs];
    const gone = await vacuuming.run((session) => session.query(remove, values));
    progress.executionsRemoved += gone.length;
    return;
  }
  if (candidate.isOld) keep(progress, { execution: id, reason: 'owned' });
  if (candidate.covered === null) return;
  if (await isSnapshotIntact(vacuuming, id)) await dropRows(vacuuming, { candidate, progress });
  else keep(progress, { execution: id, reason: 'snapshot-damaged' });
}

async function dropRows(vacuuming: Vacuuming, { candidate, progress }: Omit<Work, 'options'>): Promise<void> {
  const { execution, covered } = candidate;
  await vacuuming.run((session) => session.query(mark, [execution, covered]));
  for (let more = true; more;) {
    vacuuming.assertOpen();
    const dropped = await vacuuming.run((session) =>
      session.query<{ records: number; bytes: number }>(dropCovered, [execution, covered]),
    );
    for (const { records, bytes } of dropped) {
      progress.recordsDropped += records;
      progress.bytesDeleted += bytes;
    }
    more = dropped.length === ROWS_MAX;
  }
}

async function isSnapshotIntact(vacuuming: Vacuuming, id: string): Promise<boolean> {
  try {
    return (await vacuuming.run((session) => readSnapshot(session, id))) !== undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // Removed meanwhile by another vacuum: there is nothing to drop then.
    if (error.code !== 'STORE_CORRUPT' && error.code !== 'STORE_NOT_FOUND') throw error;
    return false;
  }
}

/** The rows of executions that were removed, now or by a vacuum that was cut short. */
async function removeOrphans(vacuuming: Vacuuming, progress: Progress): Promise<void> {
  for (const table of tablesWithRows) {
    const statement = dropOrphans.get(table) as Statement;
    for await (const execution of orphansIn(vacuuming, table)) {
      for (let more = true; more;) {
        vacuuming.assertOpen();
        const gone = await vacuuming.run((session) => session.query<{ bytes: number }>(statement, [execution]));
        progress.bytesDeleted += gone.reduce((sum, { bytes }) => sum + bytes, 0);
        more = gone.length === ROWS_MAX;
      }
    }
  }
}

function keep({ kept }: Progress, execution: KeptExecution): void {
  if (kept.length < keptExecutionsMax) kept.push(execution);
}

async function sizeOf(vacuuming: Vacuuming): Promise<number> {
  const [row] = await vacuuming.run((session) => session.query<{ bytes: number }>(sizes));
  return row?.bytes ?? 0;
}
