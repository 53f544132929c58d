import type { FindingPlace, StoreFinding, StoreFindingCode } from './maintenance.ts';

/** What a store says of an execution, against which its journal is held. */
export interface AuditedExecution {
  readonly id: string;
  readonly head: number;
  readonly epoch: number;
  /** The last record that compaction dropped, 0 for none. */
  readonly compactedTo: number;
  /** What the latest snapshot stands for. */
  readonly snapshotSequence?: number | undefined;
}

/** Records that were written together. */
export interface AuditedRun {
  /** Of the first record. */
  readonly sequence: number;
  readonly count: number;
  readonly epoch: number;
  readonly place: FindingPlace;
  /** On the medium. */
  readonly bytes: number;
}

/**
 * Holds the runs of one execution, told in the order of their sequences, against each other and against its summary; for
 * authors of stores.
 */
export class JournalAudit {
  readonly #execution: AuditedExecution;
  #compactedTo: number;
  #next = 1;
  #epoch = 0;
  #covered = 0;

  constructor(execution: AuditedExecution) {
    this.#execution = execution;
    this.#compactedTo = execution.compactedTo;
  }

  /** Whether a run may begin there; where not, a vacuum may have been at work since the audit began. */
  expects(sequence: number): boolean {
    if (sequence === this.#next) return true;
    // The first run is never dropped, and a gap must lie within what was.
    return this.#next > 1 && sequence > this.#next && sequence - 1 <= this.#compactedTo;
  }

  /** Tells what a vacuum has dropped since the audit began. */
  noteCompaction(compactedTo: number): void {
    this.#compactedTo = Math.max(this.#compactedTo, compactedTo);
  }

  /** What is wrong with the next run; afterwards the audit goes on behind it. */
  take(run: AuditedRun): StoreFinding[] {
    const findings: StoreFinding[] = [];
    const { head, epoch, snapshotSequence = 0 } = this.#execution;
    const last = run.sequence + run.count - 1;
    if (!this.expects(run.sequence)) {
      const message = `expected record ${this.#next}, got a run from ${run.sequence} to ${last}`;
      findings.push(this.#damage('SEQUENCE_BROKEN', message, { place: run.place, sequence: this.#next }));
    }
    if (run.epoch < this.#epoch || run.epoch > epoch) {
      const message = `expected an epoch from ${this.#epoch} to ${epoch}, got ${run.epoch}`;
      findings.push(this.#damage('EPOCH_BACKWARD', message, { place: run.place, sequence: run.sequence }));
    }
    if (last > head && run.sequence <= head) {
      const message = `expected a run that ends by record ${head}, got one to ${last}`;
      findings.push(this.#damage('HEAD_MISMATCH', message, { place: run.place, sequence: head + 1 }));
    }
    // The run that holds the first record is kept for good.
    if (run.sequence > 1 && last <= snapshotSequence) this.#covered += run.bytes;
    this.#next = Math.max(this.#next, last + 1);
    this.#epoch = Math.max(this.#epoch, run.epoch);
    return findings;
  }

  /** Says that the records up to `last` are on the medium and cannot be read, which has been found and told. */
  skipTo(last: number): void {
    this.#next = Math.max(this.#next, last + 1);
  }

  /** What is wrong with the end of the journal, and what of it could be given back. */
  end(place: FindingPlace): StoreFinding[] {
    const findings: StoreFinding[] = [];
    const { head, compactedTo, snapshotSequence } = this.#execution;
    const isWhole = this.#next > head || (head <= this.#compactedTo && this.#next > 1);
    if (!isWhole || this.#next > head + 1) {
      const message = `expected a journal that ends with record ${head}, got one that ends with ${this.#next - 1}`;
      findings.push(this.#damage('HEAD_MISMATCH', message, { place, sequence: this.#next }));
    }
    if ((snapshotSequence ?? 0) > head || (snapshotSequence ?? 0) < compactedTo) {
      const message = `expected a snapshot for ${compactedTo} to ${head} records, got one for ${snapshotSequence ?? 'none'}`;
      findings.push(this.#damage('SNAPSHOT_MISPLACED', message, { place, sequence: snapshotSequence ?? compactedTo }));
    }
    if (this.#covered > 0) findings.push(reclaimable(this.#covered, { execution: this.#execution.id, place }));
    return findings;
  }

  #damage(
    code: StoreFindingCode,
    message: string,
    at: { readonly place: FindingPlace; readonly sequence: number },
  ): StoreFinding {
    const { id } = this.#execution;
    return { code, severity: 'damage', message: `execution ${JSON.stringify(id)}: ${message}`, ...at, execution: id };
  }
}

/** Says that `vacuum` would give so much back, of one execution or of the whole store. */
export function reclaimable(
  bytes: number,
  about: { readonly place: FindingPlace; readonly execution?: string },
): StoreFinding {
  const of = about.execution === undefined ? 'the store' : `execution ${JSON.stringify(about.execution)}`;
  return {
    code: 'RECLAIMABLE',
    severity: 'note',
    message: `${of}: ${bytes} bytes could be given back`,
    ...about,
    bytes,
  };
}
