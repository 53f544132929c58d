import {
  assertMaintenanceScope,
  assertVacuumOptions,
  findingsOf,
  JournalAudit,
  keptExecutionsMax,
  StoreError,
} from '@weftline/persistence';
import type {
  DumpEntry,
  FindingPlace,
  KeptExecution,
  MaintenanceScope,
  StoreFinding,
  StoreFindingCode,
  StoreMaintenance,
  VacuumOptions,
  VacuumReport,
} from '@weftline/persistence';
import type { ExaminedExecution, ExaminedRow, ExaminedSnapshot } from './examine.ts';
import { checksumProblem } from './journal-row.ts';
import { unpackRecords } from './packed-records.ts';
import type { Answer, CallName, Question } from './protocol.ts';

export interface SqliteMaintenanceOptions {
  readonly path: string;
  /** Asks the thread that has the database. */
  readonly call: <N extends CallName>(name: N, question: Question<N>) => Promise<Answer<N>>;
  readonly nowMs: () => number;
  /** Throws when the store was closed. */
  readonly assertOpen: () => void;
}

/** The maintenance of an SQLite store: a piece of work per call, so that appends of this process and of others come in between. */
export function sqliteMaintenance(options: SqliteMaintenanceOptions): StoreMaintenance {
  const dump = (scope: MaintenanceScope = {}): AsyncGenerator<DumpEntry> => examine(options, scope);
  return { dump, check: (scope) => findingsOf(dump(scope)), vacuum: (wanted = {}) => vacuum(options, wanted) };
}

async function* examine(options: SqliteMaintenanceOptions, scope: MaintenanceScope): AsyncGenerator<DumpEntry> {
  options.assertOpen();
  assertMaintenanceScope(scope);
  try {
    if (scope.execution === undefined) yield* examineStore(options);
    for (let after = 0; ;) {
      const page = await options.call('examineExecutions', {
        after,
        id: scope.execution,
        nowMs: options.nowMs(),
        limit: 200,
      });
      for (const examined of page) {
        after = examined.execution;
        yield* examineExecution(options, examined);
      }
      if (page.length === 0 || scope.execution !== undefined) return;
    }
  } catch (error) {
    // Nothing more can be read.
    yield { kind: 'finding', finding: mediumDamage(options, error) };
  }
}

async function* examineStore({ path, call, assertOpen }: SqliteMaintenanceOptions): AsyncGenerator<DumpEntry> {
  for (const { code, message, table, bytes } of await call('examineStore', {})) {
    const place = { file: path, ...(table !== undefined && { table }) };
    const severity = code === 'ORPHANED' ? 'note' : 'damage';
    yield { kind: 'finding', finding: { code, severity, message, place, ...(bytes !== undefined && { bytes }) } };
    assertOpen();
  }
}

async function* examineExecution(
  options: SqliteMaintenanceOptions,
  examined: ExaminedExecution,
): AsyncGenerator<DumpEntry> {
  const { execution, summary, compactedTo } = examined;
  yield { kind: 'execution', summary, compactedTo };
  try {
    options.assertOpen();
    const snapshot = await options.call('examineSnapshot', { execution });
    if (snapshot !== undefined) yield snapshotEntry(options, { id: summary.id, snapshot });
    yield* examineJournal(options, { examined, snapshot });
  } catch (error) {
    yield { kind: 'finding', finding: { ...mediumDamage(options, error), execution: summary.id } };
  }
}

async function* examineJournal(
  options: SqliteMaintenanceOptions,
  { examined, snapshot }: { readonly examined: ExaminedExecution; readonly snapshot: ExaminedSnapshot | undefined },
): AsyncGenerator<DumpEntry> {
  const { execution, summary, compactedTo } = examined;
  const { id, head, epoch } = summary;
  const audit = new JournalAudit({ id, head, epoch, compactedTo, snapshotSequence: snapshot?.sequence });
  const place = placeOf(options, 'journal');
  for (let after = 0; ;) {
    options.assertOpen();
    const rows = await options.call('examineRows', { execution, after });
    if (rows.length === 0) break;
    for (const row of rows) {
      after = row.sequence;
      // Appended after the summary was read.
      if (row.sequence > head) continue;
      if (!audit.expects(row.sequence)) await noteCompaction(options, { audit, execution });
      yield* rowEntries(row, { audit, id, place });
      options.assertOpen();
    }
  }
  await noteCompaction(options, { audit, execution });
  for (const finding of audit.end(place)) yield { kind: 'finding', finding };
}

/** Another process may have compacted the execution since its summary was read. */
async function noteCompaction(
  { call, nowMs }: SqliteMaintenanceOptions,
  { audit, execution }: { readonly audit: JournalAudit; readonly execution: number },
): Promise<void> {
  const [now] = await call('examineExecutions', { after: execution - 1, id: undefined, nowMs: nowMs(), limit: 1 });
  // One that was removed has nothing left to audit.
  audit.noteCompaction(now?.execution === execution ? now.compactedTo : Infinity);
}

function* rowEntries(
  row: ExaminedRow,
  { audit, id, place }: { readonly audit: JournalAudit; readonly id: string; readonly place: FindingPlace },
): Generator<DumpEntry> {
  const { sequence, last, epoch, bytes, problem } = row;
  if (problem !== undefined) {
    audit.skipTo(last);
    const message = `the journal row with record ${sequence} ${problem}`;
    const code = problem === checksumProblem ? 'CHECKSUM_MISMATCH' : 'FORMAT_UNREADABLE';
    const finding = damage(code, message, { place, execution: id, sequence, bytes });
    yield { kind: 'finding', finding };
  }
  if (row.records.lengths.length === 0) return;
  const run = { sequence, count: row.records.lengths.length, epoch, place, bytes };
  if (problem === undefined) for (const finding of audit.take(run)) yield { kind: 'finding', finding };
  const records = Array.from(unpackRecords(row.records), (data, index) => ({ sequence: sequence + index, data }));
  yield { kind: 'records', execution: id, epoch, records };
}

function snapshotEntry(
  options: SqliteMaintenanceOptions,
  { id, snapshot }: { readonly id: string; readonly snapshot: ExaminedSnapshot },
): DumpEntry {
  const { sequence, data, problem } = snapshot;
  if (problem === undefined) return { kind: 'snapshot', execution: id, snapshot: { sequence, data } };
  const about = { place: placeOf(options, 'snapshots'), execution: id, sequence };
  return { kind: 'finding', finding: damage('SNAPSHOT_UNREADABLE', `the snapshot ${problem}`, about) };
}

function placeOf({ path }: SqliteMaintenanceOptions, table: string): FindingPlace {
  return { file: path, table };
}

function damage(
  code: StoreFindingCode,
  message: string,
  about: Omit<StoreFinding, 'code' | 'severity' | 'message'>,
): StoreFinding {
  return { code, severity: 'damage', message, ...about };
}

/** What SQLite says of a file that it cannot read; throws every other error. */
function mediumDamage({ path }: SqliteMaintenanceOptions, error: unknown): StoreFinding {
  if (!(error instanceof StoreError) || error.code !== 'STORE_CORRUPT') throw error;
  return damage('MEDIUM_DAMAGED', error.message, { place: { file: path } });
}

async function vacuum(options: SqliteMaintenanceOptions, wanted: VacuumOptions): Promise<VacuumReport> {
  const { call, assertOpen, nowMs } = options;
  assertOpen();
  assertVacuumOptions(wanted);
  const { endedBeforeMs } = wanted;
  const before = await call('size', {});
  const kept: KeptExecution[] = [];
  let [executionsRemoved, recordsDropped] = [0, 0];
  for (let after: number | undefined = 0; after !== undefined;) {
    assertOpen();
    const step: Answer<'vacuumStep'> = await call('vacuumStep', { after, endedBeforeMs, nowMs: nowMs() });
    executionsRemoved += step.removed;
    recordsDropped += step.dropped;
    kept.push(...step.kept.slice(0, keptExecutionsMax - kept.length));
    after = step.next;
  }
  assertOpen();
  await call('reclaim', { nowMs: nowMs() });
  const { bytes, reusable } = await call('size', {});
  return {
    executionsRemoved,
    recordsDropped,
    bytesBefore: before.bytes,
    bytesAfter: bytes,
    bytesReusable: reusable,
    kept,
  };
}
