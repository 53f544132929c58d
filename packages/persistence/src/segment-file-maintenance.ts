import { assertMaintenanceScope, assertVacuumOptions } from './check-arguments.ts';
import { findingsOf } from './maintenance/finding-stream.ts';
import { keptExecutionsMax } from './maintenance/maintenance.ts';
import type {
  DumpEntry,
  KeptExecution,
  MaintenanceScope,
  StoreFinding,
  StoreMaintenance,
  VacuumOptions,
  VacuumReport,
} from './maintenance/maintenance.ts';
import { MaintenanceTurns } from './maintenance/maintenance-turns.ts';
import { compactSegments } from './segment-file/compaction.ts';
import { assertDirectoryFree } from './segment-file/directory-lock.ts';
import type { LockOptions } from './segment-file/directory-lock.ts';
import { dumpExecution } from './segment-file/dump-execution.ts';
import { examineSegments } from './segment-file/examine-segments.ts';
import type { ExaminedJournal } from './segment-file/examine-segments.ts';
import type { IndexedExecution } from './segment-file/journal-index.ts';
import type { OpenJournal } from './segment-file/open-journal.ts';

export interface SegmentFileMaintenanceOptions extends LockOptions {
  readonly segmentBytesMax: number;
  /** The journal if it is open already, so that looking need not open it. */
  readonly openedJournal: () => Promise<OpenJournal | undefined>;
  /** Performs a change in turn with the others. */
  readonly change: <Result>(change: (journal: OpenJournal) => Promise<Result>) => Promise<Result>;
  /** Throws when the store was closed. */
  readonly assertOpen: () => void;
}

/**
 * Looks at the files as they are, and compacts them while the store goes on.
 *
 * 1. Looking opens files for reading only, and works for a directory that cannot be opened for damage. One that another process
 *    has is refused with STORE_HELD.
 * 2. Nobody looks while segments are replaced, and one compaction runs at a time.
 */
export class SegmentFileMaintenance implements StoreMaintenance {
  readonly #options: SegmentFileMaintenanceOptions;
  readonly #turns = new MaintenanceTurns();
  /** The segment that the log was at when it was looked at last. */
  #noticed = 0;

  constructor(options: SegmentFileMaintenanceOptions) {
    this.#options = options;
  }

  readonly check = (scope: MaintenanceScope = {}): AsyncGenerator<StoreFinding> =>
    findingsOf(this.#examine(scope, { withContent: false }));

  readonly dump = (scope: MaintenanceScope = {}): AsyncGenerator<DumpEntry> =>
    this.#examine(scope, { withContent: true });

  readonly vacuum = async (options: VacuumOptions = {}): Promise<VacuumReport> => {
    this.#options.assertOpen();
    assertVacuumOptions(options);
    return this.#turns.rearrange(() => this.#vacuum(options));
  };

  /**
   * Compacts without being asked when the log has gone on to another segment, and at least half of what lies in those before it,
   * and a segment's worth, is garbage. So what is copied is never more than what is given back.
   */
  noteAppend(journal: OpenJournal): void {
    const { activeNumber } = journal.log;
    if (activeNumber === this.#noticed) return;
    this.#noticed = activeNumber;
    let [bytes, garbage] = [0, 0];
    for (const { header, bytes: size } of journal.segments.all()) {
      if (header.number >= activeNumber) break;
      bytes += size;
      garbage += journal.index.garbage.inSegment(header.number);
    }
    if (garbage < this.#options.segmentBytesMax || garbage * 2 < bytes) return;
    const { index, segments, log } = journal;
    // What stands in its way is nobody's call: it shows in a check or a vacuum, or has stopped the log for all.
    this.#turns.rearrange(() => compactSegments({ ...this.#options, index, segments, log })).catch(() => undefined);
  }

  /** Resolves when no file is replaced any more. */
  close(): Promise<void> {
    return this.#turns.interrupt();
  }

  async *#examine(scope: MaintenanceScope, { withContent }: { withContent: boolean }): AsyncGenerator<DumpEntry> {
    this.#options.assertOpen();
    assertMaintenanceScope(scope);
    const { leave } = await this.#turns.look();
    try {
      const examined = yield* this.#findings(scope);
      const { table } = examined.journal.index;
      const executions = scope.execution === undefined ? table.all() : [table.expect(scope.execution)];
      if (!withContent) return;
      for (const execution of executions) yield* this.#content(execution, examined);
    } finally {
      leave();
    }
  }

  async *#findings(scope: MaintenanceScope): AsyncGenerator<DumpEntry, ExaminedJournal> {
    const journal = await this.#options.openedJournal();
    if (journal === undefined) await assertDirectoryFree(this.#options);
    const limits = new Map(journal?.segments.all().map(({ header, bytes }) => [header.number, bytes]));
    const findings = examineSegments({ ...this.#options, bytesOf: (segment) => limits.get(segment) });
    for (;;) {
      const step = await findings.next();
      this.#options.assertOpen();
      if (step.done === true) return step.value;
      const isAsked = scope.execution === undefined || step.value.execution === scope.execution;
      if (isAsked) yield { kind: 'finding', finding: step.value };
    }
  }

  async *#content(execution: IndexedExecution, { journal, segments }: ExaminedJournal): AsyncGenerator<DumpEntry> {
    const { body } = execution;
    yield { kind: 'execution', summary: journal.index.table.summarize(execution), compactedTo: body.compactedTo };
    for await (const entry of dumpExecution({ ...this.#options, segments }, execution)) {
      this.#options.assertOpen();
      yield entry;
    }
  }

  async #vacuum({ endedBeforeMs = -Infinity }: VacuumOptions): Promise<VacuumReport> {
    const { assertOpen, change } = this.#options;
    assertOpen();
    const { journal, bytesBefore, removed, kept } = await change(async (open) => {
      const before = open.segments.bytes;
      const ended = open.index.table
        .all()
        .filter(({ finishedAtMs }) => finishedAtMs !== undefined && finishedAtMs < endedBeforeMs);
      const isOwned = (entry: IndexedExecution): boolean => open.index.table.summarize(entry).owner !== undefined;
      const free = ended.filter((entry) => !isOwned(entry));
      await open.write(free.map((entry) => open.index.planChange(entry, { kind: 'removed' })));
      const { garbage } = open.index;
      const active = open.log.activeNumber;
      if (garbage.inSegment(active) > 0) await open.log.seal();
      return { journal: open, bytesBefore: before, removed: free.length, kept: ended.filter(isOwned) };
    });
    const { index, segments, log } = journal;
    const { recordsDropped, damaged } = await compactSegments({ ...this.#options, index, segments, log });
    const keptExecutions: KeptExecution[] = [
      ...kept.map(({ id }) => ({ execution: id, reason: 'owned' as const })),
      ...damaged.map((id) => ({ execution: id, reason: 'snapshot-damaged' as const })),
    ];
    return {
      ...{ executionsRemoved: removed, recordsDropped, bytesBefore, bytesAfter: segments.bytes, bytesReusable: 0 },
      kept: keptExecutions.slice(0, keptExecutionsMax),
    };
  }
}
