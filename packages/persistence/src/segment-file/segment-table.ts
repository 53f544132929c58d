import type { OpenedSegment } from './open-segments.ts';
import type { SegmentHeader } from './segment-header.ts';
import { segmentSeed } from './segment-header.ts';

/** A segment that belongs to the journal. */
export interface Segment {
  readonly header: SegmentHeader;
  readonly seed: number;
  bytes: number;
}

/**
 * The segments of the journal, oldest first, and the moments at which one takes the place of others.
 *
 * 1. While `#switching` is set, the files and what is said of them here and in the index may differ. Whoever read something
 *    else than expected asks `hasMoved`, which waits for the end of that, and reads again.
 */
export class SegmentTable {
  readonly #segments = new Map<number, Segment>();
  #generation = 0;
  #switching: Promise<void> | undefined;

  constructor(opened: readonly OpenedSegment[]) {
    for (const { header, bytes } of opened) this.add(header, bytes);
  }

  /** Counts the switches. */
  get generation(): number {
    return this.#generation;
  }

  all(): Segment[] {
    return [...this.#segments.values()];
  }

  get bytes(): number {
    return this.all().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  find(number: number): Segment | undefined {
    return this.#segments.get(number);
  }

  /** Where the checksums of a segment start. */
  seedOf(number: number): number {
    return this.#segments.get(number)?.seed ?? 0;
  }

  add(header: SegmentHeader, bytes: number): Segment {
    const segment = { header, seed: segmentSeed(header.id), bytes };
    this.#segments.set(header.number, segment);
    return segment;
  }

  /** Performs `change`, after which the segment takes the place of those that it stands for. */
  async switch(replacement: { header: SegmentHeader; bytes: number }, change: () => Promise<void>): Promise<void> {
    const performed = change()
      .then(() => this.#replace(replacement))
      .finally(() => {
        this.#generation++;
        this.#switching = undefined;
      });
    // Readers only wait; whoever switches is told of the failure.
    this.#switching = performed.catch(() => undefined);
    await performed;
  }

  /** Whether segments have been switched since `generation`; waits for a switch under way. */
  async hasMoved(generation: number): Promise<boolean> {
    await this.#switching;
    return this.#generation !== generation;
  }

  #replace({ header, bytes }: { header: SegmentHeader; bytes: number }): void {
    const later = this.all().filter((segment) => segment.header.number > header.number);
    for (const { number } of [...this.#segments.values()].map((segment) => segment.header)) {
      if (number >= header.first) this.#segments.delete(number);
    }
    this.add(header, bytes);
    for (const segment of later) this.#segments.set(segment.header.number, segment);
  }
}
