import type { StoreError } from '../errors.ts';
import { ExecutionTable } from '../execution-table.ts';
import type { ExecutionEntry } from '../execution-table.ts';
import type { Append, NewExecution, Owner } from '../store.ts';
import { FrameIndex } from './frame-index.ts';
import type { FrameSpot } from './frame-index.ts';
import { Garbage } from './garbage.ts';
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
  readonly garbage: Garbage = new Garbage();
  readonly #byOrdinal = new Map<number, IndexedExecution>();

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

  /** The execution with this number, unless it was removed. */
  byOrdinal(ordinal: number): IndexedExecution | undefined {
    return this.#byOrdinal.get(ordinal);
  }

  apply(entry: JournalEntry, spot: FrameSpot): void {
    const { change } = entry;
    if (change.kind === 'created') {
      this.#add(entry, change, spot);
      return;
    }
    const execution = this.#byOrdinal.get(entry.execution);
    if (change.kind === 'removed') {
      this.#remove(entry.execution, execution);
      return;
    }
    if (execution === undefined) throw new UnreadableFrame(`expected a known execution, got ${entry.execution}`);
    if (entry.sequence !== execution.head + 1) {
      throw new UnreadableFrame(`expected sequence ${execution.head + 1}, got ${entry.sequence}`);
    }
    this.#change(execution, change, { ...entry, spot });
  }

  #change(
    execution: IndexedExecution,
    change: Exclude<JournalChange, { readonly kind: 'created' | 'removed' }>,
    { epoch, sequence, spot }: { readonly epoch: number; readonly sequence: number; readonly spot: FrameSpot },
  ): void {
    const { body } = execution;
    switch (change.kind) {
      case 'records':
        body.add(sequence, spot);
        execution.head += change.count;
        break;
      case 'dropped':
        execution.head += change.count;
        body.compactedTo = execution.head;
        break;
      case 'summary':
        this.garbage.summaryChanged(body, change.change, spot);
        this.table.applySummary(execution, change.change);
        break;
      case 'snapshot':
        this.garbage.snapshotTaken(body, execution.head, spot);
        break;
      case 'owned':
        this.garbage.owned(body, spot);
        this.table.setOwner(execution, change.owner, { epoch, endsAtMs: change.leaseEndsAtMs });
        break;
      case 'released':
        this.garbage.released(body, spot);
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

  #add(entry: JournalEntry, change: JournalChange & { readonly kind: 'created' }, spot: FrameSpot): void {
    // Those in between were removed.
    if (entry.execution < this.table.nextOrdinal || this.table.find(change.id) !== undefined) {
      throw new UnreadableFrame(
        `expected a new execution with a number from ${this.table.nextOrdinal} on, got ${entry.execution}`,
      );
    }
    const frames = new FrameIndex();
    frames.latest.created = spot;
    const execution = this.table.add(change, frames, entry.execution);
    this.table.setOwner(execution, change.owner, { epoch: entry.epoch, endsAtMs: change.leaseEndsAtMs });
    this.#byOrdinal.set(entry.execution, execution);
  }

  /** Where compaction has come to all of an execution before, nothing but this frame is left of it. */
  #remove(ordinal: number, execution: IndexedExecution | undefined): void {
    this.table.passOver(ordinal);
    if (execution === undefined) return;
    this.garbage.removed(execution.body);
    this.table.remove(execution);
    this.#byOrdinal.delete(ordinal);
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
