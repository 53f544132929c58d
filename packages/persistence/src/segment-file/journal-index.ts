import type { StoreError } from '../errors.ts';
import { ExecutionTable } from '../execution-table.ts';
import type { ExecutionEntry } from '../execution-table.ts';
import type { Append, NewExecution, Owner } from '../store.ts';
import { FrameIndex } from './frame-index.ts';
import type { FrameSpot } from './frame-index.ts';
import { recordChanges, UnreadableFrame } from './journal-change.ts';
import type { JournalChange, JournalEntry } from './journal-change.ts';

export type IndexedExecution = ExecutionEntry<FrameIndex>;

/** Changes that count together or not at all. */
export type JournalUnit = readonly JournalEntry[];

/**
 * What the journal says, without the records themselves.
 *
 * 1. `plan...` methods decide and change nothing; `apply` alone changes, and is called for what has been written.
 * 2. The same entries in the same order give the same index, whether they were just written or found on opening.
 */
export class JournalIndex {
  readonly table: ExecutionTable<FrameIndex>;
  readonly #byOrdinal: IndexedExecution[] = [];

  constructor(leaseMs: number, nowMs: () => number) {
    this.table = new ExecutionTable(leaseMs, nowMs);
  }

  planCreate(execution: NewExecution): JournalUnit {
    this.table.assertAbsent(execution.id);
    const { id, owner, workflow, status, createdAtMs, records } = execution;
    const leaseEndsAtMs = this.table.leaseEnd();
    const created: JournalChange = { kind: 'created', id, owner, workflow, status, createdAtMs, leaseEndsAtMs };
    return inSequence({ execution: this.table.nextOrdinal, epoch: 1, sequence: 1 }, [
      created,
      ...recordChanges(records),
    ]);
  }

  /** Answers a refusal for each append that is not among the units. */
  planAppends(appends: readonly Append[]): { units: JournalUnit[]; outcomes: (StoreError | undefined)[] } {
    const heads = new Map<string, number>();
    const units: JournalUnit[] = [];
    const outcomes = appends.map((append) => {
      const refusal = this.table.checkAppend(append, heads.get(append.execution));
      if (refusal !== undefined) return refusal;
      heads.set(append.execution, append.sequence + append.records.length - 1);
      const changes = recordChanges(append.records);
      if (append.snapshot !== undefined) changes.push({ kind: 'snapshot', data: append.snapshot });
      if (append.summary !== undefined) changes.unshift({ kind: 'summary', change: append.summary });
      const { ordinal, epoch } = this.table.expect(append.execution);
      if (changes.length > 0) units.push(inSequence({ execution: ordinal, epoch, sequence: append.sequence }, changes));
      return undefined;
    });
    return { units: withoutReplaced(units), outcomes };
  }

  planClaim(entry: IndexedExecution, owner: Owner): JournalUnit {
    const change: JournalChange = { kind: 'owned', owner, leaseEndsAtMs: this.table.leaseEnd() };
    return planFor({ entry, change, epoch: entry.epoch + 1 });
  }

  planChange(entry: IndexedExecution, change: JournalChange): JournalUnit {
    return planFor({ entry, change, epoch: entry.epoch });
  }

  apply(entry: JournalEntry, spot: FrameSpot): void {
    const { change, epoch } = entry;
    if (change.kind === 'created') {
      this.#add(entry, change);
      return;
    }
    const execution = this.#byOrdinal[entry.execution];
    if (execution === undefined) throw new UnreadableFrame(`expected a known execution, got ${entry.execution}`);
    if (entry.sequence !== execution.head + 1) {
      throw new UnreadableFrame(`expected sequence ${execution.head + 1}, got ${entry.sequence}`);
    }
    switch (change.kind) {
      case 'records':
        execution.body.add(entry.sequence, spot);
        execution.head += change.count;
        break;
      case 'summary':
        this.table.applySummary(execution, change.change);
        break;
      case 'snapshot':
        execution.body.snapshot = { sequence: execution.head, spot };
        break;
      case 'owned':
        this.table.setOwner(execution, change.owner, { epoch, endsAtMs: change.leaseEndsAtMs });
        break;
      case 'released':
        this.table.clearOwner(execution);
        break;
      case 'requested':
        execution.requests.push({ execution: execution.id, ...change.request });
        break;
      case 'delivered':
        execution.requests.splice(0, change.count);
        break;
    }
  }

  #add(entry: JournalEntry, change: JournalChange & { readonly kind: 'created' }): void {
    if (entry.execution !== this.table.nextOrdinal || this.table.find(change.id) !== undefined) {
      throw new UnreadableFrame(`expected a new execution as number ${this.table.nextOrdinal}, got ${entry.execution}`);
    }
    const execution = this.table.add(change, new FrameIndex());
    this.table.setOwner(execution, change.owner, { epoch: entry.epoch, endsAtMs: change.leaseEndsAtMs });
    this.#byOrdinal.push(execution);
  }
}

/** Of several snapshots of one execution in one write only the last is worth writing. */
function withoutReplaced(units: readonly JournalUnit[]): JournalUnit[] {
  const latest = new Map<number, JournalEntry>();
  for (const unit of units) {
    for (const entry of unit) if (entry.change.kind === 'snapshot') latest.set(entry.execution, entry);
  }
  const isKept = (entry: JournalEntry): boolean =>
    entry.change.kind !== 'snapshot' || latest.get(entry.execution) === entry;
  return units.map((unit) => unit.filter(isKept)).filter((unit) => unit.length > 0);
}

function planFor(plan: { entry: IndexedExecution; change: JournalChange; epoch: number }): JournalUnit {
  const { ordinal, head } = plan.entry;
  return inSequence({ execution: ordinal, epoch: plan.epoch, sequence: head + 1 }, [plan.change]);
}

/** Numbers the changes: those that hold records move the sequence on. */
function inSequence(first: Omit<JournalEntry, 'change'>, changes: readonly JournalChange[]): JournalUnit {
  let { sequence } = first;
  return changes.map((change) => {
    const entry = { ...first, sequence, change };
    if (change.kind === 'records') sequence += change.count;
    return entry;
  });
}
