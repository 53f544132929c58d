import { withUndelivered } from '@weftline/persistence';
import type { ExecutionRequest } from '@weftline/persistence';
import type { Connection } from './connection.ts';
import { expectExecution } from './execution-row.ts';
import { leaseEnd } from './executions.ts';
import type { Question, RequestQuestion } from './protocol.ts';

/** A row of the table `requests`, joined with the id of its execution. */
interface RequestRow {
  readonly request: number;
  readonly id: string;
  readonly kind: ExecutionRequest['kind'];
  readonly reason: string | null;
  readonly immediate: number | null;
}

export function leaveRequest(connection: Connection, { execution, kind, reason, immediate }: RequestQuestion): void {
  connection.transaction(() => {
    const row = expectExecution(connection, execution);
    connection
      .statement('INSERT INTO requests (execution, kind, reason, immediate) VALUES (?, ?, ?, ?)')
      .run(row.execution, kind, reason ?? null, immediate === undefined ? null : Number(immediate));
  });
}

/** Extends the leases of the owner and takes what was asked of it out of the table. */
export function heartbeat(
  connection: Connection,
  { owner, nowMs }: Question<'heartbeat'>,
  leaseMs: number,
): ExecutionRequest[] {
  // An owner of nothing need not wait for the write lock, nor for a sync.
  if (!connection.read(() => ownsAny(connection, owner.id))) return [];
  let requests: ExecutionRequest[] = [];
  const take = (): void => {
    connection
      .statement('UPDATE executions SET lease_until = ? WHERE owner_id = ?')
      .run(leaseEnd(nowMs, leaseMs), owner.id);
    const rows = requestsFor(connection, owner.id);
    const remove = connection.statement('DELETE FROM requests WHERE request = ?');
    for (const row of rows) remove.run(row.request);
    requests = rows.map(asRequest);
  };
  try {
    connection.transaction(take);
  } catch (error) {
    throw withUndelivered(error, requests);
  }
  return requests;
}

function ownsAny(connection: Connection, ownerId: string): boolean {
  return connection.statement('SELECT 1 FROM executions WHERE owner_id = ? LIMIT 1').get(ownerId) !== undefined;
}

function requestsFor(connection: Connection, ownerId: string): RequestRow[] {
  return connection
    .statement(
      `SELECT request, id, kind, reason, immediate FROM requests JOIN executions USING (execution)
      WHERE owner_id = ? ORDER BY request`,
    )
    .all(ownerId) as RequestRow[];
}

function asRequest({ id, kind, reason, immediate }: RequestRow): ExecutionRequest {
  return {
    ...{ execution: id, kind },
    ...(reason === null ? undefined : { reason }),
    ...(immediate === null ? undefined : { immediate: immediate !== 0 }),
  };
}
