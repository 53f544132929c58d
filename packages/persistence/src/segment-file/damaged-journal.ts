import { join } from 'node:path';
import type { FindingPlace, StoreFinding, StoreFindingCode } from '../maintenance/maintenance.ts';
import { reclaimable } from '../maintenance/journal-audit.ts';
import { frameHeaderBytes, frameKind } from './frame.ts';
import { parseEntry, UnreadableFrame } from './journal-change.ts';
import type { JournalEntry } from './journal-change.ts';
import { JournalIndex } from './journal-index.ts';
import type { DamagedStretch } from './scan-damaged-segment.ts';
import type { ScannedFrame } from './scan-segment.ts';
import { segmentFileName } from './segment-header.ts';

interface FoundEntry {
  readonly entry: JournalEntry;
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * What a journal says that may be damaged, and what is wrong with it.
 *
 * 1. Every frame that makes sense is taken, also where it does not follow the one before it; then there is a finding.
 */
export class DamagedJournal {
  readonly index: JournalIndex;
  readonly #directory: string;
  readonly #epochs = new Map<number, number>();
  #unit: FoundEntry[] = [];

  constructor(directory: string, leases: { readonly leaseMs: number; readonly nowMs: () => number }) {
    this.#directory = directory;
    this.index = new JournalIndex(leases.leaseMs, leases.nowMs);
  }

  takeFrame({ header, body, offset }: ScannedFrame, segment: number): StoreFinding[] {
    try {
      const bytes = frameHeaderBytes + body.length;
      this.#unit.push({ entry: parseEntry(header, body), segment, offset, bytes });
    } catch (cause) {
      if (!(cause instanceof UnreadableFrame)) throw cause;
      return [this.#damage('FORMAT_UNREADABLE', cause.message, { place: this.#place(segment, offset) })];
    }
    return header.endsUnit ? this.#takeUnit() : [];
  }

  takeDamage({ offset, bytes, reason, header, isTail }: DamagedStretch, segment: number): StoreFinding[] {
    const place = this.#place(segment, offset);
    if (isTail) {
      // What was written together counts together.
      this.#unit = [];
      const message = `${bytes} bytes of a write that was cut short: ${reason}`;
      return [{ code: 'TORN_TAIL', severity: 'note', message, place, bytes }];
    }
    const execution = header && this.index.byOrdinal(header.execution)?.id;
    const about = {
      ...{ place, bytes, ...(execution !== undefined && { execution }) },
      ...(header !== undefined && { sequence: header.sequence }),
    };
    const code = header?.kind === frameKind.snapshot ? 'SNAPSHOT_UNREADABLE' : 'CHECKSUM_MISMATCH';
    return [...this.#takeUnit(), this.#damage(code, `${reason}; ${bytes} bytes cannot be read`, about)];
  }

  /** Says that the last segment has been told. */
  end(): StoreFinding[] {
    const { garbage, table } = this.index;
    const unfinished = this.#unit[0];
    this.#unit = [];
    const findings = table.all().flatMap(({ id, body }): StoreFinding[] => {
      const bytes = garbage.ofExecution(body);
      const place = { file: this.#directory };
      const misplaced = body.compactedTo > (body.snapshot?.sequence ?? 0);
      const message = `records up to ${body.compactedTo} were dropped, but no snapshot stands for them`;
      return [
        ...(misplaced ? [this.#damage('SNAPSHOT_MISPLACED', message, { place, execution: id })] : []),
        ...(bytes > 0 ? [reclaimable(bytes, { place, execution: id })] : []),
      ];
    });
    if (unfinished === undefined) return findings;
    const place = this.#place(unfinished.segment, unfinished.offset);
    const message = 'a write that was cut short between two of its frames';
    return [{ code: 'TORN_TAIL', severity: 'note', message, place }, ...findings];
  }

  #takeUnit(): StoreFinding[] {
    const unit = this.#unit;
    this.#unit = [];
    return unit.flatMap((found) => this.#take(found));
  }

  #take({ entry, segment, offset, bytes }: FoundEntry): StoreFinding[] {
    const place = this.#place(segment, offset);
    const findings: StoreFinding[] = [];
    const execution = this.index.byOrdinal(entry.execution);
    const about = { place, sequence: entry.sequence, ...(execution !== undefined && { execution: execution.id }) };
    const { kind } = entry.change;
    if (execution === undefined && kind !== 'created' && kind !== 'removed') {
      const message = `a frame of kind ${kind} of an execution that is not there, number ${entry.execution}`;
      return [this.#damage('ORPHANED', message, { ...about, bytes })];
    }
    if (execution !== undefined && kind !== 'removed') {
      findings.push(...this.#epochFindings(entry, about));
      if (entry.sequence !== execution.head + 1) {
        const message = `expected sequence ${execution.head + 1}, got ${entry.sequence}`;
        findings.push(this.#damage('SEQUENCE_BROKEN', message, { ...about, sequence: execution.head + 1 }));
        execution.head = entry.sequence - 1;
      }
    }
    try {
      this.index.apply(entry, { segment, offset, bytes });
    } catch (cause) {
      if (!(cause instanceof UnreadableFrame)) throw cause;
      findings.push(this.#damage('FORMAT_UNREADABLE', cause.message, about));
    }
    return findings;
  }

  #epochFindings({ execution, epoch }: JournalEntry, about: FindingFields): StoreFinding[] {
    const before = this.#epochs.get(execution) ?? 0;
    this.#epochs.set(execution, Math.max(before, epoch));
    if (epoch >= before) return [];
    return [this.#damage('EPOCH_BACKWARD', `expected an epoch from ${before} on, got ${epoch}`, about)];
  }

  #place(segment: number, offset: number): FindingPlace {
    return { file: join(this.#directory, segmentFileName(segment)), offset };
  }

  #damage(code: StoreFindingCode, message: string, about: FindingFields): StoreFinding {
    return { code, severity: 'damage', message, ...about };
  }
}

type FindingFields = Omit<StoreFinding, 'code' | 'severity' | 'message'>;
