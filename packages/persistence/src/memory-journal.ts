import { compactedError } from './errors.ts';
import { chunkBytesMax, chunkRecordsMax } from './store.ts';
import type { JournalRecord, JournalSnapshot } from './store.ts';

/**
 * The records of one execution in memory: the first one, those behind `compactedTo`, and the latest snapshot.
 *
 * 1. `#records[0]` is record 1, and `#records[n]` is record `compactedTo + n` from then on (`n + 1` while nothing was dropped).
 */
export class MemoryJournal {
  snapshot: JournalSnapshot | undefined;
  #records: Uint8Array[];
  #compactedTo = 0;

  constructor(records: readonly Uint8Array[]) {
    this.#records = [...records];
  }

  /** Sequence of the last record. */
  get head(): number {
    return this.#records.length + this.#dropped;
  }

  /** The last record that was dropped, 0 for none. */
  get compactedTo(): number {
    return this.#compactedTo;
  }

  /** What the records take, and the snapshot. */
  get bytes(): number {
    return this.#records.reduce((sum, record) => sum + record.length, this.snapshot?.data.length ?? 0);
  }

  get #dropped(): number {
    return Math.max(0, this.#compactedTo - 1);
  }

  push(records: readonly Uint8Array[]): void {
    for (const record of records) this.#records.push(record);
  }

  /** What `dropCovered` would drop. */
  get coveredBytes(): number {
    return this.#records.slice(1, this.#coveredEnd()).reduce((sum, record) => sum + record.length, 0);
  }

  /** Lets go of what the snapshot stands for, save the first record, and answers how many records that were. */
  dropCovered(): number {
    const dropped = this.#coveredEnd() - 1;
    if (dropped <= 0 || this.snapshot === undefined) return 0;
    this.#records = [...this.#records.slice(0, 1), ...this.#records.slice(1 + dropped)];
    this.#compactedTo = this.snapshot.sequence;
    return dropped;
  }

  /** Records from `sequence` on, as many as fit into a chunk of a read; none at the end. */
  chunkFrom(sequence: number, id: string): readonly JournalRecord[] {
    if (sequence > 1 && sequence <= this.#compactedTo) {
      throw compactedError(id, { from: sequence, to: this.#compactedTo });
    }
    const chunk: JournalRecord[] = [];
    let bytes = 0;
    for (let next = sequence; next <= this.head && chunk.length < chunkRecordsMax; next++) {
      if (next > 1 && next <= this.#compactedTo) break;
      const data = this.#records[next === 1 ? 0 : next - 1 - this.#dropped];
      if (data === undefined) break;
      bytes += data.length;
      if (bytes > chunkBytesMax && chunk.length > 0) break;
      chunk.push({ sequence: next, data });
    }
    return chunk;
  }

  /** Where covered records end in `#records`. */
  #coveredEnd(): number {
    return Math.max(1, (this.snapshot?.sequence ?? 0) - this.#dropped);
  }
}
