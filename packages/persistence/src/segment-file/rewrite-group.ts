import { join } from 'node:path';
import { FileWindow } from './file-window.ts';
import type { FrameRow, FrameSpot } from './frame-index.ts';
import { countRecords, frameHeaderBytes, frameKind } from './frame.ts';
import type { FrameHeader } from './frame.ts';
import { corrupt } from './open-segments.ts';
import type { SegmentPlace } from './open-segments.ts';
import type { RetainableFrame, Retention } from './retention.ts';
import { scanSegment } from './scan-segment.ts';
import type { ScannedFrame } from './scan-segment.ts';
import type { SegmentDraft } from './segment-draft.ts';
import { segmentFileName } from './segment-header.ts';
import type { Segment } from './segment-table.ts';

export interface GroupToRewrite extends SegmentPlace {
  /** Neighbours that do not change any more, oldest first. */
  readonly segments: readonly Segment[];
  readonly retention: Retention;
  readonly draft: SegmentDraft;
  /** No segment of the journal comes before them. */
  readonly isOldest: boolean;
  /** Throws when the work is to end. */
  readonly assertOpen: () => void;
}

/** What became of the frames of a group. */
export interface RewrittenFrames {
  /** Those that were copied, with their new places. */
  readonly kept: readonly RetainableFrame[];
  /** Old places of those that hold no records, as `placeKey`, with their new ones. */
  readonly moved: ReadonlyMap<number, FrameSpot>;
  /** The last record dropped so far, by ordinal. */
  readonly droppedTo: ReadonlyMap<number, number>;
  /** Ordinals of executions that have a frame in the group. */
  readonly seen: ReadonlySet<number>;
  readonly recordsDropped: number;
}

export function placeKey({ segment, offset }: Pick<FrameSpot, 'segment' | 'offset'>): number {
  return segment * 2 ** 32 + offset;
}

/** The rows of an index that an execution has in the group now. */
export function rowsOf(kept: readonly RetainableFrame[]): Map<number, FrameRow[]> {
  const rows = new Map<number, FrameRow[]>();
  for (const { kind, execution, sequence, spot } of kept) {
    if (kind !== frameKind.records) continue;
    const found = rows.get(execution) ?? [];
    rows.set(execution, found);
    found.push({ sequence, spot });
  }
  return rows;
}

/** Copies the frames that are kept into the draft. Rejects with STORE_CORRUPT where the segments are damaged. */
export async function rewriteGroup(group: GroupToRewrite): Promise<RewrittenFrames> {
  const copy = new GroupCopy(group);
  for (const segment of group.segments) await copySegment(group, segment, copy);
  copy.end();
  await group.draft.flush();
  return copy;
}

async function copySegment(group: GroupToRewrite, { header, seed, bytes }: Segment, copy: GroupCopy): Promise<void> {
  const path = join(group.directory, segmentFileName(header.number));
  const file = await group.fileSystem.open(path, 'read');
  try {
    const scan = await scanSegment(new FileWindow(file, bytes), seed, (frame) => {
      copy.take(frame, header.number);
      group.assertOpen();
      return group.draft.isFull ? group.draft.flush() : undefined;
    });
    if (scan.damage !== undefined) throw corrupt(path, scan.damage);
  } finally {
    await file.close();
  }
}

interface DroppedRun {
  readonly execution: number;
  readonly epoch: number;
  readonly sequence: number;
  count: number;
}

/**
 * 1. Frames keep their order. Records that are not kept leave one frame behind for each run of them, which stands before the next
 *    frame of their execution, so that every frame still follows the head of its execution.
 */
class GroupCopy implements RewrittenFrames {
  readonly kept: RetainableFrame[] = [];
  readonly moved = new Map<number, FrameSpot>();
  readonly droppedTo = new Map<number, number>();
  readonly seen = new Set<number>();
  recordsDropped = 0;
  readonly #group: GroupToRewrite;
  readonly #runs = new Map<number, DroppedRun>();

  constructor(group: GroupToRewrite) {
    this.#group = group;
  }

  take({ header, body, offset }: ScannedFrame, segment: number): void {
    const { kind, execution } = header;
    const { retention, isOldest } = this.#group;
    if (!retention.isKnown(execution)) {
      // It has to outlive whatever earlier segments still have of the execution.
      if (kind === frameKind.removed && !isOldest) this.#copy(header, body, { segment, offset });
      return;
    }
    this.seen.add(execution);
    const count = kind === frameKind.records ? countRecords(body) : 0;
    const spot = { segment, offset, bytes: frameHeaderBytes + body.length };
    if (kind === frameKind.dropped) {
      this.#drop(header, (JSON.parse(body.toString()) as { readonly count: number }).count);
    } else if (retention.keeps({ kind, execution, sequence: header.sequence, count, spot })) {
      this.#endRun(execution);
      this.#copy(header, body, { segment, offset, count });
    } else if (count > 0) {
      this.#drop(header, count);
      this.recordsDropped += count;
    }
  }

  end(): void {
    for (const execution of [...this.#runs.keys()]) this.#endRun(execution);
  }

  #copy(header: FrameHeader, body: Buffer, from: { segment: number; offset: number; count?: number }): void {
    const { kind, execution, epoch, sequence } = header;
    const spot = this.#group.draft.add({ kind, execution, epoch, sequence }, body);
    this.kept.push({ kind, execution, sequence, count: from.count ?? 0, spot });
    if (kind !== frameKind.records) this.moved.set(placeKey(from), spot);
  }

  #drop({ execution, epoch, sequence }: FrameHeader, count: number): void {
    const run = this.#runs.get(execution);
    if (run === undefined) this.#runs.set(execution, { execution, epoch, sequence, count });
    else run.count += count;
    this.droppedTo.set(execution, sequence + count - 1);
  }

  #endRun(execution: number): void {
    const run = this.#runs.get(execution);
    if (run === undefined) return;
    this.#runs.delete(execution);
    const { count, ...rest } = run;
    this.#group.draft.add({ kind: frameKind.dropped, ...rest }, Buffer.from(JSON.stringify({ count })));
  }
}
