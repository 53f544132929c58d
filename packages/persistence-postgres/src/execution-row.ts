import { StoreError } from '@weftline/persistence';
import type { ExecutionSummary, Owner } from '@weftline/persistence';
import { nowMs } from './lease-clock.ts';

/** A row of the table `executions`, with what is left of its lease. */
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
  readonly compacted_to: number;
  readonly owner_id: string | null;
  readonly owner_host: string | null;
  readonly owner_pid: number | null;
  /** Milliseconds until the lease ends, not positive when it has; `null` for a lease without end. */
  readonly lease_left: number | null;
}

/** The columns of an ExecutionRow, in the order in which no caller relies on it; `now` is the parameter of a test's clock. */
export function selectExecutions(schema: string, now: `$${number}`): string {
  return `SELECT e.execution, e.id, e.workflow, e.status, e.created_at, e.updated_at, e.finished_at, e.head, e.epoch, e.compacted_to,
    e.owner_id, e.owner_host, e.owner_pid,
    CASE WHEN e.lease_until IS NOT NULL THEN greatest(e.lease_until, h.lease_until) - ${nowMs(now)} END AS lease_left
    FROM ${schema}.executions e LEFT JOIN ${schema}.heartbeats h ON h.owner_id = e.owner_id`;
}

export function ownerOf(row: ExecutionRow): Owner | undefined {
  const { owner_id: id, owner_host: host, owner_pid: pid } = row;
  return id === null || host === null || pid === null ? undefined : { id, host, pid };
}

export function leaseRuns({ lease_left: left }: ExecutionRow): boolean {
  return left === null || left > 0;
}

export function summarize(row: ExecutionRow): ExecutionSummary {
  const owner = ownerOf(row);
  return {
    ...{ id: row.id, workflow: row.workflow, status: row.status, head: row.head, epoch: row.epoch },
    ...{ createdAtMs: row.created_at, updatedAtMs: row.updated_at },
    ...(row.finished_at === null ? undefined : { finishedAtMs: row.finished_at }),
    ...(owner === undefined || !leaseRuns(row) ? undefined : { owner }),
  };
}

/**
 * Whether the database could hold the text as it is: it takes no NUL, and half a surrogate pair would become another
 * character on the way. No execution has such an id, workflow or status.
 */
export function isStorable(text: string): boolean {
  return !/[\0\p{Surrogate}]/u.test(text);
}

export function notFound(id: string): StoreError {
  return new StoreError(`execution ${JSON.stringify(id)}: no such execution in this store`, {
    code: 'STORE_NOT_FOUND',
  });
}

export function conflict(id: string, what: string): StoreError {
  return new StoreError(`execution ${JSON.stringify(id)}: ${what}`, { code: 'STORE_CONFLICT' });
}
