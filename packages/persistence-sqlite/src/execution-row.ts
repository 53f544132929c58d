import { StoreError } from '@weftline/persistence';
import type { ExecutionSummary, Owner } from '@weftline/persistence';
import type { Connection } from './connection.ts';

/** A row of the table `executions`, see schema.ts. */
export interface ExecutionRow {
  readonly execution: number;
  readonly id: string;
  readonly workflow: string;
  readonly status: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly finished_at: number | null;
  readonly head: number;
  readonly epoch: number;
  readonly owner_id: string | null;
  readonly owner_host: string | null;
  readonly owner_pid: number | null;
  /** `null` for a lease without end. */
  readonly lease_until: number | null;
  readonly compacted_to: number;
}

export function findExecution(connection: Connection, id: string): ExecutionRow | undefined {
  const row = connection.statement('SELECT * FROM executions WHERE id = ?').get(id) as ExecutionRow | undefined;
  // Half a surrogate pair becomes another character on its way into SQLite.
  return row?.id === id ? row : undefined;
}

export function expectExecution(connection: Connection, id: string): ExecutionRow {
  const row = findExecution(connection, id);
  if (row === undefined) throw notFound(id);
  return row;
}

export function notFound(id: string): StoreError {
  return new StoreError(`execution ${JSON.stringify(id)}: no such execution in this store`, {
    code: 'STORE_NOT_FOUND',
  });
}

export function ownerOf(row: ExecutionRow): Owner | undefined {
  const { owner_id: id, owner_host: host, owner_pid: pid } = row;
  return id === null || host === null || pid === null ? undefined : { id, host, pid };
}

export function leaseRuns(row: ExecutionRow, nowMs: number): boolean {
  return row.lease_until === null || nowMs < row.lease_until;
}

export function summarize(row: ExecutionRow, nowMs: number): ExecutionSummary {
  const owner = ownerOf(row);
  return {
    ...{ id: row.id, workflow: row.workflow, status: row.status, head: row.head, epoch: row.epoch },
    ...{ createdAtMs: row.created_at, updatedAtMs: row.updated_at },
    ...(row.finished_at === null ? undefined : { finishedAtMs: row.finished_at }),
    ...(owner === undefined || !leaseRuns(row, nowMs) ? undefined : { owner }),
  };
}
