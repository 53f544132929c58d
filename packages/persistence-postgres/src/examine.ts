import { assertMaintenanceScope, chunkBytesMax, JournalAudit, StoreError } from '@weftline/persistence';
import type { DumpEntry, FindingPlace, MaintenanceScope, StoreFinding, StoreFindingCode } from '@weftline/persistence';
import { isStorable, notFound, selectExecutions, summarize } from './execution-row.ts';
import type { ExecutionRow } from './execution-row.ts';
import { checksumProblem, decodeRow, epochOf } from './journal-row.ts';
import type { Session, Statement } from './session.ts';

/** Where the store is looked at: one statement after another, each when its answer is wanted. */
export interface Looking {
  readonly run: <Result>(work: (session: Session) => Promise<Result>) => Promise<Result>;
  /** The time that a test has set, `null` where the database tells it. */
  readonly now: () => number | null;
  /** Throws when the store was closed. */
  readonly assertOpen: () => void;
}

interface JournalRow {
  readonly sequence: number;
  readonly last: number;
  readonly records: Buffer;
}

const EXECUTIONS_MAX = 200;
const ROWS_MAX = 1_000;

const executionsAfter: Statement = {
  name: 'examine-executions',
  sql: (schema) =>
    `${selectExecutions(schema, '$1')} WHERE e.execution > $2 ORDER BY e.execution LIMIT ${EXECUTIONS_MAX}`,
};

const executionOf: Statement = {
  name: 'examine-execution',
  sql: (schema) => `${selectExecutions(schema, '$1')} WHERE e.id = $2`,
};

const rowsFrom: Statement = {
  name: 'examine-rows',
  sql: (schema) => `
    SELECT s.sequence, s.last, s.records FROM (
      SELECT j.sequence, j.last, j.records,
        sum(octet_length(j.records)) OVER (ORDER BY j.sequence) AS size, row_number() OVER (ORDER BY j.sequence) AS place
      FROM ${schema}.journal j WHERE j.execution = $1 AND j.sequence > $2 ORDER BY j.sequence LIMIT ${ROWS_MAX}
    ) s WHERE s.size <= ${chunkBytesMax} OR s.place = 1 ORDER BY s.sequence`,
};

const snapshotOf: Statement = {
  name: 'examine-snapshot',
  sql: (schema) => `SELECT sequence, data FROM ${schema}.snapshots WHERE execution = $1`,
};

/**
 * The next numbers of executions that have rows in a table, found by leaping through its index, and whether they are there.
 * `$1` is the number to begin after.
 */
const leap = (table: 'journal' | 'snapshots' | 'requests'): Statement => ({
  name: `examine-${table}-executions`,
  sql: (schema) => `
    WITH RECURSIVE leaps(execution, place) AS (
      SELECT min(execution), 1 FROM ${schema}.${table} WHERE execution > $1
      UNION ALL
      SELECT (SELECT min(t.execution) FROM ${schema}.${table} t WHERE t.execution > l.execution), l.place + 1
      FROM leaps l WHERE l.execution IS NOT NULL AND l.place < 1000
    )
    SELECT l.execution, EXISTS (SELECT FROM ${schema}.executions e WHERE e.execution = l.execution) AS "isKnown"
    FROM leaps l WHERE l.execution IS NOT NULL ORDER BY l.execution`,
});

export const tablesWithRows = ['journal', 'snapshots', 'requests'] as const;
const leaps = new Map(tablesWithRows.map((table) => [table, leap(table)]));

/** The numbers of executions that have rows in the table and are not there. */
export async function* orphansIn(looking: Looking, table: (typeof tablesWithRows)[number]): AsyncGenerator<number> {
  const statement = leaps.get(table) as Statement;
  for (let after: number | undefined = 0; after !== undefined;) {
    looking.assertOpen();
    const from: number = after;
    const found: readonly { readonly execution: number; readonly isKnown: boolean }[] = await looking.run((session) =>
      session.query<{ execution: number; isKnown: boolean }>(statement, [from]),
    );
    for (const { execution, isKnown } of found) if (!isKnown) yield execution;
    after = found.at(-1)?.execution;
  }
}

/** What `dump` tells; findings among it are what `check` tells. */
export async function* examine(looking: Looking, scope: MaintenanceScope): AsyncGenerator<DumpEntry> {
  looking.assertOpen();
  assertMaintenanceScope(scope);
  if (scope.execution !== undefined) {
    const row = await findExecution(looking, scope.execution);
    if (row === undefined) throw notFound(scope.execution);
    yield* examineExecution(looking, row);
    return;
  }
  for (let after: number | undefined = 0; after !== undefined;) {
    const from: number = after;
    const rows: readonly ExecutionRow[] = await looking.run((session) =>
      session.query<ExecutionRow>(executionsAfter, [looking.now(), from]),
    );
    for (const row of rows) yield* examineExecution(looking, row);
    after = rows.at(-1)?.execution;
  }
  for (const table of tablesWithRows) {
    for await (const execution of orphansIn(looking, table)) {
      const message = `rows of execution number ${execution}, which is not there`;
      yield { kind: 'finding', finding: { code: 'ORPHANED', severity: 'note', message, place: { table } } };
    }
  }
}

async function findExecution(looking: Looking, id: string): Promise<ExecutionRow | undefined> {
  if (!isStorable(id)) return undefined;
  const [row] = await looking.run((session) => session.query<ExecutionRow>(executionOf, [looking.now(), id]));
  return row;
}

async function* examineExecution(looking: Looking, row: ExecutionRow): AsyncGenerator<DumpEntry> {
  const { execution, id, head, epoch, compacted_to: compactedTo } = row;
  looking.assertOpen();
  yield { kind: 'execution', summary: summarize(row), compactedTo };
  try {
    const [snapshot] = await looking.run((session) =>
      session.query<{ sequence: number; data: Buffer }>(snapshotOf, [execution]),
    );
    if (snapshot !== undefined) yield snapshotEntry(id, snapshot);
    const audit = new JournalAudit({ id, head, epoch, compactedTo, snapshotSequence: snapshot?.sequence });
    yield* examineJournal(looking, { row, audit });
  } catch (error) {
    // The server says so of a table or an index; what follows may be readable.
    if (!(error instanceof StoreError) || error.code !== 'STORE_CORRUPT') throw error;
    yield { kind: 'finding', finding: damage('MEDIUM_DAMAGED', error.message, { place: {}, execution: id }) };
  }
}

async function* examineJournal(
  looking: Looking,
  { row: { execution, id, head }, audit }: { readonly row: ExecutionRow; readonly audit: JournalAudit },
): AsyncGenerator<DumpEntry> {
  const place = { table: 'journal' };
  for (let after: number | undefined = 0; after !== undefined;) {
    looking.assertOpen();
    const from: number = after;
    const rows: readonly JournalRow[] = await looking.run((session) =>
      session.query<JournalRow>(rowsFrom, [execution, from]),
    );
    for (const row of rows) {
      // Appended after the summary was read.
      if (row.sequence > head) continue;
      if (!audit.expects(row.sequence)) await noteCompaction(looking, { audit, execution, id });
      yield* rowEntries(row, { audit, id, place });
    }
    after = rows.at(-1)?.sequence;
  }
  await noteCompaction(looking, { audit, execution, id });
  for (const finding of audit.end(place)) yield { kind: 'finding', finding };
}

/** Another process may have compacted the execution since its summary was read. */
async function noteCompaction(
  looking: Looking,
  { audit, execution, id }: { readonly audit: JournalAudit; readonly execution: number; readonly id: string },
): Promise<void> {
  const now = await findExecution(looking, id);
  // One that was removed has nothing left to audit.
  audit.noteCompaction(now?.execution === execution ? now.compacted_to : Infinity);
}

function* rowEntries(
  row: JournalRow,
  { audit, id, place }: { readonly audit: JournalAudit; readonly id: string; readonly place: FindingPlace },
): Generator<DumpEntry> {
  const { sequence, last } = row;
  const bytes = row.records.byteLength;
  const records = decodeRow({ id, sequence }, row.records);
  const end = typeof records === 'string' ? last : sequence + records.length - 1;
  const problem = typeof records === 'string' ? records : `ends with record ${end} and says ${last}`;
  if (typeof records === 'string' || end !== last) {
    audit.skipTo(end);
    const code = problem === checksumProblem ? 'CHECKSUM_MISMATCH' : 'FORMAT_UNREADABLE';
    const message = `the journal row with record ${sequence} ${problem}`;
    yield { kind: 'finding', finding: damage(code, message, { place, execution: id, sequence, bytes }) };
  }
  if (typeof records === 'string') return;
  const epoch = epochOf(row.records);
  if (end === last) {
    const run = { sequence, count: records.length, epoch, place, bytes };
    for (const finding of audit.take(run)) yield { kind: 'finding', finding };
  }
  const numbered = records.map((data, index) => ({ sequence: sequence + index, data }));
  yield { kind: 'records', execution: id, epoch, records: numbered };
}

function snapshotEntry(id: string, { sequence, data }: { sequence: number; data: Buffer }): DumpEntry {
  const found = decodeRow({ id, sequence }, data);
  const [only] = found;
  if (typeof found !== 'string' && found.length === 1 && only instanceof Uint8Array) {
    return { kind: 'snapshot', execution: id, snapshot: { sequence, data: only } };
  }
  const problem = typeof found === 'string' ? found : `has ${found.length} parts`;
  const about = { place: { table: 'snapshots' }, execution: id, sequence };
  return { kind: 'finding', finding: damage('SNAPSHOT_UNREADABLE', `the snapshot ${problem}`, about) };
}

function damage(
  code: StoreFindingCode,
  message: string,
  about: Omit<StoreFinding, 'code' | 'severity' | 'message'>,
): StoreFinding {
  return { code, severity: 'damage', message, ...about };
}
