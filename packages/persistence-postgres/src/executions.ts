import { randomUUID } from 'node:crypto';
import { isOwnerAlive, StoreError } from '@weftline/persistence';
import type { ExecutionSummary, Lease, NewExecution, Owner } from '@weftline/persistence';
import { byteArrays, columnsOf } from './array-parameters.ts';
import { conflict, leaseRuns, notFound, ownerOf, selectExecutions, summarize } from './execution-row.ts';
import type { ExecutionRow } from './execution-row.ts';
import { journalRows } from './journal-rows.ts';
import { leaseEnd, nowMs } from './lease-clock.ts';
import { notify } from './notices.ts';
import type { Session, Statement } from './session.ts';

/** The clock of a test, `null` for that of the database, and how long a lease lasts. */
export interface LeaseTerms {
  readonly nowMs: number | null;
  readonly leaseMs: number;
}

const create: Statement = {
  name: 'create',
  sql: (schema) => `
    WITH created AS (
      INSERT INTO ${schema}.executions (id, workflow, status, created_at, updated_at, head, epoch, creation,
        owner_id, owner_host, owner_pid, lease_until)
      VALUES ($1, $2, $3, $4, $4, $5, 1, $6, $7, $8, $9, ${leaseEnd('$10', '$11')})
      ON CONFLICT (id) DO NOTHING RETURNING execution
    ), written AS (
      INSERT INTO ${schema}.journal (execution, sequence, last, records)
      SELECT c.execution, r.* FROM created c, unnest($12::bigint[], $13::bigint[], $14::bytea[]) r
    )
    SELECT execution FROM created`,
};

const readCreation: Statement = {
  name: 'read-creation',
  sql: (schema) => `SELECT creation = $2 AS "isOurs" FROM ${schema}.executions WHERE id = $1`,
};

const get: Statement = { name: 'get', sql: (schema) => `${selectExecutions(schema, '$2')} WHERE e.id = $1` };

/** The holder who is known to be gone is named by epoch and owner, so that nobody else is taken for him. */
const claim: Statement = {
  name: 'claim',
  sql: (schema) => `
    UPDATE ${schema}.executions e
    SET epoch = epoch + 1, owner_id = $2, owner_host = $3, owner_pid = $4, lease_until = ${leaseEnd('$5', '$6')}
    WHERE id = $1 AND (owner_id IS NULL OR owner_id = $2 OR (owner_id = $7 AND epoch = $8)
      OR greatest(lease_until, (SELECT h.lease_until FROM ${schema}.heartbeats h WHERE h.owner_id = e.owner_id))
        <= ${nowMs('$5')} AND lease_until IS NOT NULL)
    RETURNING epoch, head`,
};

const release: Statement = {
  name: 'release',
  sql: (schema) => `
    UPDATE ${schema}.executions SET owner_id = NULL, owner_host = NULL, owner_pid = NULL, lease_until = NULL
    WHERE id = $1 AND epoch = $2 AND owner_id = $3
    RETURNING ${notify(schema, 'released', 'id')}`,
};

/** Work that registers the execution; each repetition finds out whether an earlier one has. */
export function createExecution(execution: NewExecution, terms: LeaseTerms): (session: Session) => Promise<Lease> {
  const { id, workflow, status, createdAtMs, owner, records } = execution;
  const rows = journalRows({ id, sequence: 1 }, 1, records);
  const creation = randomUUID();
  const values = [
    ...[id, workflow, status, createdAtMs, records.length, creation, owner.id, owner.host, owner.pid],
    ...[terms.nowMs, terms.leaseMs],
    ...columnsOf(
      rows,
      (row) => row.sequence,
      (row) => row.last,
    ),
    byteArrays(rows.map((row) => row.bytes)),
  ];
  return async (session) => {
    const created = await session.query(create, values);
    if (created.length === 0 && !(await isOurs(session, { id, creation }))) {
      throw conflict(id, 'expected a new id, but it exists');
    }
    return { execution: id, owner: owner.id, epoch: 1, head: records.length };
  };
}

async function isOurs(session: Session, { id, creation }: { id: string; creation: string }): Promise<boolean> {
  const [row] = await session.query<{ isOurs: boolean }>(readCreation, [id, creation]);
  return row?.isOurs === true;
}

export async function getExecution(
  session: Session,
  id: string,
  now: number | null,
): Promise<ExecutionSummary | undefined> {
  const row = await findExecution(session, id, now);
  return row && summarize(row);
}

async function findExecution(session: Session, id: string, now: number | null): Promise<ExecutionRow | undefined> {
  const [row] = await session.query<ExecutionRow>(get, [id, now]);
  return row;
}

/**
 * Work that takes the execution over. When it is repeated after it had taken effect, the owner claims what it holds itself,
 * and the lease that is answered is the one that serves.
 */
export function claimExecution(id: string, owner: Owner, terms: LeaseTerms): (session: Session) => Promise<Lease> {
  return async (session) => {
    let gone: ExecutionRow | undefined;
    for (;;) {
      const [taken] = await session.query<{ epoch: number; head: number }>(claim, [
        ...[id, owner.id, owner.host, owner.pid, terms.nowMs, terms.leaseMs],
        ...[gone?.owner_id ?? null, gone?.epoch ?? null],
      ]);
      if (taken !== undefined) return { execution: id, owner: owner.id, ...taken };
      const row = await findExecution(session, id, terms.nowMs);
      if (row === undefined) throw notFound(id);
      assertClaimable(row, owner);
      gone = row;
    }
  };
}

/** Returns when the row can be claimed, by what is known of its holder. */
function assertClaimable(row: ExecutionRow, owner: Owner): void {
  const holder = ownerOf(row);
  if (holder === undefined || holder.id === owner.id || !leaseRuns(row)) return;
  if (isOwnerAlive(holder) === false) return;
  const until = row.lease_left === null ? '' : ` for another ${row.lease_left} ms`;
  throw new StoreError(`execution ${JSON.stringify(row.id)}: held by process ${holder.pid} on ${holder.host}${until}`, {
    code: 'STORE_HELD',
    retryable: true,
  });
}

export async function releaseExecution(session: Session, { execution, epoch, owner }: Lease): Promise<void> {
  await session.query(release, [execution, epoch, owner]);
}
