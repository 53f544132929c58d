import type { FileWindow } from './file-window.ts';
import { decodeFrameHeader, findMagic, frameHeaderBytes } from './frame.ts';
import type { FrameHeader } from './frame.ts';
import { hasLaterBatch, readFrame } from './scan-segment.ts';
import type { ScannedFrame } from './scan-segment.ts';
import { segmentHeaderBytes } from './segment-header.ts';

/** Bytes of a segment that are no frame. */
export interface DamagedStretch {
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
  /** What the frame was, where its header is intact and only its body is not. */
  readonly header?: FrameHeader;
  /** Nothing but the rest of a write that was cut short: it reaches to the end, and no later write lies behind it. */
  readonly isTail: boolean;
}

export interface SegmentToExamine {
  readonly window: FileWindow;
  readonly seed: number;
  /** Only the last segment may end with a write that was cut short. */
  readonly isLast: boolean;
}

const stepBytes = 256 * 1024;

/** Everything in the segment, in order: the frames that are intact, and what lies between them. */
export async function* scanDamagedSegment(
  segment: SegmentToExamine,
): AsyncGenerator<{ readonly frame: ScannedFrame } | { readonly damage: DamagedStretch }> {
  const { window, seed, isLast } = segment;
  let [offset, batch, batchEnded] = [segmentHeaderBytes, 0, true];
  while (offset < window.size) {
    const frame = await readFrame(window, seed, offset);
    if (typeof frame !== 'string') {
      yield { frame };
      offset += frameHeaderBytes + frame.header.bodyBytes;
      ({ batch, endsBatch: batchEnded } = frame.header);
      continue;
    }
    const header = decodeFrameHeader(await window.bytes(offset, frameHeaderBytes), seed);
    const expected = batchEnded ? batch + 1 : batch;
    const isTail = isLast && !(await hasLaterBatch(window, seed, { offset, batch: expected }));
    const end = isTail ? window.size : await nextFrame(segment, offset + 1);
    yield { damage: { offset, bytes: end - offset, reason: frame, isTail, ...(header && { header }) } };
    offset = end;
  }
}

/** Where the next intact frame begins; the end of the file when there is none. */
async function nextFrame({ window, seed }: SegmentToExamine, from: number): Promise<number> {
  for (let start = from; start < window.size; start += stepBytes) {
    const bytes = Buffer.from(await window.bytes(start, stepBytes + frameHeaderBytes - 1));
    for (let place = findMagic(bytes, 0); place >= 0 && place < stepBytes; place = findMagic(bytes, place + 1)) {
      if (typeof (await readFrame(window, seed, start + place)) !== 'string') return start + place;
    }
  }
  return window.size;
}
