import { randomUUID } from 'node:crypto';
import type { ExecutionRequest } from '@weftline/persistence';
import { notFound } from './execution-row.ts';
import type { LeaseTerms } from './executions.ts';
import { nowMs } from './lease-clock.ts';
import { notify } from './notices.ts';
import type { Session, Statement } from './session.ts';

interface RequestRow {
  readonly request: number;
  readonly id: string;
  readonly kind: ExecutionRequest['kind'];
  readonly reason: string | null;
  readonly immediate: boolean | null;
}

/** `call` names the call, so that one that is repeated leaves its request once, unless the owner has taken it meanwhile. */
const leave: Statement = {
  name: 'request',
  sql: (schema) => `
    WITH target AS (SELECT execution, id FROM ${schema}.executions WHERE id = $1),
    left_behind AS (
      INSERT INTO ${schema}.requests (call, execution, kind, reason, immediate)
      SELECT $2::uuid, execution, $3::text, $4::text, $5::boolean FROM target ON CONFLICT (call) DO NOTHING
    )
    SELECT ${notify(schema, 'requested', 'id')} FROM target`,
};

/** Of an owner without executions nothing is written, and nothing has to be synced. */
const beat: Statement = {
  name: 'heartbeat',
  sql: (schema) => `
    WITH extended AS (
      INSERT INTO ${schema}.heartbeats (owner_id, lease_until)
      SELECT $1, ${nowMs('$2')} + $3::bigint
      WHERE $3::bigint > 0 AND EXISTS (SELECT FROM ${schema}.executions WHERE owner_id = $1)
      ON CONFLICT (owner_id) DO UPDATE SET lease_until = excluded.lease_until
    )
    SELECT r.request, e.id, r.kind, r.reason, r.immediate
    FROM ${schema}.executions e JOIN ${schema}.requests r ON r.execution = e.execution
    WHERE e.owner_id = $1 ORDER BY r.request`,
};

const forget: Statement = {
  name: 'forget-requests',
  sql: (schema) => `DELETE FROM ${schema}.requests WHERE request = ANY($1::bigint[]) RETURNING request`,
};

/** Heartbeats of owners that are long gone say nothing any more: their leases have ended, with or without them. */
const sweep: Statement = {
  name: 'sweep-heartbeats',
  sql: (schema) => `DELETE FROM ${schema}.heartbeats WHERE lease_until < ${nowMs('$1')} - 3600000`,
};

/** Work that leaves a request. */
export function leaveRequest(request: ExecutionRequest): (session: Session) => Promise<void> {
  const { execution, kind, reason = null, immediate } = request;
  const values = [execution, randomUUID(), kind, reason, immediate === undefined ? null : Boolean(immediate)];
  return async (session) => {
    const found = await session.query(leave, values);
    if (found.length === 0) throw notFound(execution);
  };
}

/**
 * The requests that this store takes for owners. They are read first and removed by number, and until that is known to
 * have been done they are kept here as well, so that none is lost with a connection.
 */
export class Requests {
  readonly #taken = new Map<string, Map<number, ExecutionRequest>>();

  /** Work that extends the leases of an owner and takes what was asked of it. */
  heartbeat(ownerId: string, terms: LeaseTerms): (session: Session) => Promise<readonly ExecutionRequest[]> {
    return async (session) => {
      const kept = this.#taken.get(ownerId);
      const taken = kept ?? new Map<number, ExecutionRequest>();
      const rows = await session.query<RequestRow>(beat, [ownerId, terms.nowMs, terms.leaseMs]);
      if (rows.length + taken.size === 0) return [];
      for (const row of rows) taken.set(row.request, asRequest(row));
      this.#taken.set(ownerId, taken);
      const removed = await session.query<{ request: number }>(forget, [[...taken.keys()]]);
      this.#taken.delete(ownerId);
      // What a former attempt has removed is not there any more. Otherwise, what is not has gone to the next owner.
      const isOurs = new Set(removed.map(({ request }) => request));
      return [...taken].flatMap(([request, asked]) => (kept !== undefined || isOurs.has(request) ? [asked] : []));
    };
  }
}

export async function sweepHeartbeats(session: Session, now: number | null): Promise<void> {
  await session.query(sweep, [now]);
}

function asRequest({ id, kind, reason, immediate }: RequestRow): ExecutionRequest {
  return {
    ...{ execution: id, kind },
    ...(reason === null ? undefined : { reason }),
    ...(immediate === null ? undefined : { immediate }),
  };
}
