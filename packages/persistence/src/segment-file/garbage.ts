import type { SummaryChange } from '../store.ts';
import { isSameSpot } from './frame-index.ts';
import type { FrameIndex, FrameSpot } from './frame-index.ts';

const summaryFields = ['status', 'updatedAtMs', 'finishedAtMs'] as const;

/**
 * Counts the bytes of frames that no state rests on any more, as others take their place. Reading the journal from its beginning
 * counts the same.
 */
export class Garbage {
  readonly #bytesBySegment = new Map<number, number>();
  readonly #bytesByExecution = new Map<FrameIndex, number>();

  inSegment(segment: number): number {
    return this.#bytesBySegment.get(segment) ?? 0;
  }

  ofExecution(frames: FrameIndex): number {
    return this.#bytesByExecution.get(frames) ?? 0;
  }

  /** What was counted in these segments is gone; `bytes` is what the last of them holds instead. */
  replaceSegments(segments: { readonly first: number; readonly last: number }, bytes: number): void {
    for (const segment of this.#bytesBySegment.keys()) {
      if (segment >= segments.first && segment <= segments.last) this.#bytesBySegment.delete(segment);
    }
    if (bytes > 0) this.#bytesBySegment.set(segments.last, bytes);
  }

  summaryChanged(frames: FrameIndex, change: SummaryChange, spot: FrameSpot): void {
    const { latest } = frames;
    for (const field of summaryFields) {
      if (change[field] === undefined) continue;
      const former = latest[field];
      latest[field] = spot;
      if (former !== undefined && !isSummaryPin(frames, former)) this.#add(frames, former);
    }
    if (!isSummaryPin(frames, spot)) this.#add(frames, spot);
  }

  owned(frames: FrameIndex, spot: FrameSpot): void {
    const { owned, released } = frames.latest;
    for (const former of [owned, released]) if (former !== undefined) this.#add(frames, former);
    frames.latest.owned = spot;
    delete frames.latest.released;
  }

  released(frames: FrameIndex, spot: FrameSpot): void {
    const former = frames.latest.released;
    if (former !== undefined) this.#add(frames, former);
    frames.latest.released = spot;
  }

  /** The snapshot stands for the records up to `sequence`, which is the last one that there is. */
  snapshotTaken(frames: FrameIndex, sequence: number, spot: FrameSpot): void {
    const former = frames.snapshot;
    if (former !== undefined) this.#add(frames, former.spot);
    const covered = former?.sequence ?? 0;
    for (let place = frames.placeOf(covered + 1); place < frames.length; place++) {
      const row = frames.row(place);
      const last = place + 1 < frames.length ? frames.row(place + 1).sequence - 1 : sequence;
      if (row.sequence > 1 && last > covered) this.#add(frames, row.spot);
    }
    frames.snapshot = { sequence, spot };
  }

  removed(frames: FrameIndex): void {
    const spots = new Set(Object.values(frames.latest));
    if (frames.snapshot !== undefined) spots.add(frames.snapshot.spot);
    for (let place = 0; place < frames.length; place++) spots.add(frames.row(place).spot);
    for (const spot of spots) this.#add(frames, spot);
    this.#bytesByExecution.delete(frames);
  }

  #add(frames: FrameIndex, { segment, bytes }: FrameSpot): void {
    this.#bytesBySegment.set(segment, this.inSegment(segment) + bytes);
    this.#bytesByExecution.set(frames, this.ofExecution(frames) + bytes);
  }
}

/** Whether a field of the summary was written there last. */
export function isSummaryPin({ latest }: FrameIndex, spot: FrameSpot): boolean {
  return summaryFields.some((field) => isSameSpot(latest[field], spot));
}
