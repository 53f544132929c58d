import { assertMaintenanceScope, assertVacuumOptions } from './check-arguments.ts';
import type { ExecutionEntry, ExecutionTable } from './execution-table.ts';
import { findingsOf } from './maintenance/finding-stream.ts';
import { reclaimable } from './maintenance/journal-audit.ts';
import { keptExecutionsMax } from './maintenance/maintenance.ts';
import type {
  DumpEntry,
  KeptExecution,
  MaintenanceScope,
  StoreMaintenance,
  VacuumOptions,
  VacuumReport,
} from './maintenance/maintenance.ts';
import type { MemoryJournal } from './memory-journal.ts';

type Table = ExecutionTable<MemoryJournal>;
type Entry = ExecutionEntry<MemoryJournal>;

/** The maintenance of the memory store; `assertOpen` throws when it was closed. Memory is never damaged, only full. */
export function memoryMaintenance(table: Table, assertOpen: () => void): StoreMaintenance {
  const dump = (scope: MaintenanceScope = {}): AsyncGenerator<DumpEntry> => dumpTable(table, { scope, assertOpen });
  return {
    dump,
    check: (scope) => findingsOf(dump(scope)),
    vacuum: async (options = {}) => {
      assertOpen();
      assertVacuumOptions(options);
      return vacuumTable(table, options);
    },
  };
}

async function* dumpTable(
  table: Table,
  { scope, assertOpen }: { scope: MaintenanceScope; assertOpen: () => void },
): AsyncGenerator<DumpEntry> {
  assertOpen();
  assertMaintenanceScope(scope);
  const entries = scope.execution === undefined ? table.all() : [table.expect(scope.execution)];
  for (const entry of entries) {
    for (const found of dumpEntry(table, entry)) {
      yield found;
      assertOpen();
    }
  }
}

function* dumpEntry(table: Table, entry: Entry): Generator<DumpEntry> {
  const { id: execution, epoch, body } = entry;
  const { compactedTo, snapshot, head } = body;
  yield { kind: 'execution', summary: table.summarize(entry), compactedTo };
  if (snapshot !== undefined) yield { kind: 'snapshot', execution, snapshot };
  for (let next = 1; next <= head;) {
    const records = body.chunkFrom(next, execution);
    next = (records.at(-1)?.sequence ?? head) + 1;
    if (next > 1 && next <= body.compactedTo) next = body.compactedTo + 1;
    if (records.length > 0) yield { kind: 'records', execution, epoch, records };
  }
  const bytes = body.coveredBytes;
  if (bytes > 0) yield { kind: 'finding', finding: reclaimable(bytes, { execution, place: {} }) };
}

function vacuumTable(table: Table, { endedBeforeMs = -Infinity }: VacuumOptions): VacuumReport {
  const bytesBefore = bytesOf(table);
  const kept: KeptExecution[] = [];
  let [executionsRemoved, recordsDropped] = [0, 0];
  for (const entry of table.all()) {
    const isOld = entry.finishedAtMs !== undefined && entry.finishedAtMs < endedBeforeMs;
    if (isOld && table.summarize(entry).owner === undefined) {
      table.remove(entry);
      executionsRemoved++;
      continue;
    }
    if (isOld && kept.length < keptExecutionsMax) kept.push({ execution: entry.id, reason: 'owned' });
    recordsDropped += entry.body.dropCovered();
  }
  return { executionsRemoved, recordsDropped, bytesBefore, bytesAfter: bytesOf(table), bytesReusable: 0, kept };
}

function bytesOf(table: Table): number {
  return table.all().reduce((sum, { body }) => sum + body.bytes, 0);
}
