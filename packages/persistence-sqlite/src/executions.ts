import { formatListCursor, isOwnerAlive, parseListCursor, StoreError } from '@weftline/persistence';
import type { ExecutionPage, ExecutionSummary, Lease, Owner } from '@weftline/persistence';
import type { SqliteValue } from './binding/binding.ts';
import type { Connection } from './connection.ts';
import { expectExecution, findExecution, leaseRuns, ownerOf, summarize } from './execution-row.ts';
import type { ExecutionRow } from './execution-row.ts';
import { writeRows } from './journal.ts';
import type { CreateQuestion, ListQuestion, Question } from './protocol.ts';

/** When a lease that starts now ends: `null` for never. */
export function leaseEnd(nowMs: number, leaseMs: number): number | null {
  return leaseMs === 0 ? null : nowMs + leaseMs;
}

export function createExecution(connection: Connection, question: CreateQuestion, leaseMs: number): Lease {
  const { id, workflow, status, createdAtMs, owner, records, nowMs } = question;
  const head = records.lengths.length;
  return connection.transaction(() => {
    if (findExecution(connection, id) !== undefined) {
      throw new StoreError(`execution ${JSON.stringify(id)}: expected a new id, but it exists`, {
        code: 'STORE_CONFLICT',
      });
    }
    const { lastInsertRowid } = connection
      .statement(
        `INSERT INTO executions (id, workflow, status, created_at, updated_at, head, epoch,
          owner_id, owner_host, owner_pid, lease_until)
        VALUES (?1, ?2, ?3, ?4, ?4, ?5, 1, ?6, ?7, ?8, ?9)`,
      )
      .run(id, workflow, status, createdAtMs, head, ...ownerValues(owner), leaseEnd(nowMs, leaseMs));
    writeRows(connection, { execution: Number(lastInsertRowid), sequence: 1, epoch: 1, records });
    return { execution: id, owner: owner.id, epoch: 1, head };
  });
}

export function getExecution(connection: Connection, { id, nowMs }: Question<'get'>): ExecutionSummary | undefined {
  return connection.read(() => {
    const row = findExecution(connection, id);
    return row && summarize(row, nowMs);
  });
}

export function listExecutions(connection: Connection, question: ListQuestion): ExecutionPage {
  const { limit, nowMs } = question;
  const { where, values } = condition(question);
  const sql = `SELECT * FROM executions WHERE ${where} ORDER BY created_at DESC, execution DESC LIMIT ?`;
  return connection.read(() => {
    // One more than asked for tells whether there is another page.
    const rows = connection.statement(sql).all(...values, limit + 1) as ExecutionRow[];
    const executions = rows.slice(0, limit).map((row) => summarize(row, nowMs));
    const last = rows[limit - 1];
    if (rows.length <= limit || last === undefined) return { executions };
    return { executions, cursor: formatListCursor({ createdAtMs: last.created_at, ordinal: last.execution }) };
  });
}

/** One of few texts, so that each is prepared once. */
function condition(question: ListQuestion): { readonly where: string; readonly values: SqliteValue[] } {
  const terms = ['TRUE'];
  const values: SqliteValue[] = [];
  if (question.unfinished === true) terms.push('finished_at IS NULL');
  if (question.workflow !== undefined) {
    terms.push('workflow = ?');
    values.push(question.workflow);
  }
  if (question.statuses !== undefined) {
    terms.push('status IN (SELECT value FROM json_each(?))');
    values.push(JSON.stringify(question.statuses));
  }
  if (question.cursor !== undefined) {
    const { createdAtMs, ordinal } = parseListCursor(question.cursor);
    terms.push('(created_at, execution) < (?, ?)');
    values.push(createdAtMs, ordinal);
  }
  return { where: terms.join(' AND '), values };
}

export function claimExecution(connection: Connection, question: Question<'claim'>, leaseMs: number): Lease {
  const { id, owner, nowMs } = question;
  return connection.transaction(() => {
    const row = expectExecution(connection, id);
    assertClaimable(row, owner, nowMs);
    const epoch = row.epoch + 1;
    connection
      .statement(
        `UPDATE executions SET epoch = ?, owner_id = ?, owner_host = ?, owner_pid = ?, lease_until = ?
        WHERE execution = ?`,
      )
      .run(epoch, ...ownerValues(owner), leaseEnd(nowMs, leaseMs), row.execution);
    return { execution: id, owner: owner.id, epoch, head: row.head };
  });
}

function assertClaimable(row: ExecutionRow, owner: Owner, nowMs: number): void {
  const holder = ownerOf(row);
  if (holder === undefined || holder.id === owner.id || !leaseRuns(row, nowMs)) return;
  if (isOwnerAlive(holder) === false) return;
  const until = row.lease_until === null ? '' : ` for another ${Math.ceil(row.lease_until - nowMs)} ms`;
  throw new StoreError(`execution ${JSON.stringify(row.id)}: held by process ${holder.pid} on ${holder.host}${until}`, {
    code: 'STORE_HELD',
    retryable: true,
  });
}

export function releaseExecution(connection: Connection, lease: Lease): void {
  connection.transaction(() => {
    const row = findExecution(connection, lease.execution);
    if (row === undefined || row.epoch !== lease.epoch || row.owner_id !== lease.owner) return;
    connection
      .statement(
        `UPDATE executions SET owner_id = NULL, owner_host = NULL, owner_pid = NULL, lease_until = NULL
        WHERE execution = ?`,
      )
      .run(row.execution);
  });
}

function ownerValues(owner: Owner): [string, string, number] {
  return [owner.id, owner.host, owner.pid];
}
