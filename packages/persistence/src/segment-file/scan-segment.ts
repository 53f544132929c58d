import type { FileWindow } from './file-window.ts';
import { decodeFrameHeader, findMagic, frameHeaderBytes, isBodyIntact } from './frame.ts';
import type { FrameHeader } from './frame.ts';
import { segmentHeaderBytes } from './segment-header.ts';

export interface ScannedFrame {
  readonly header: FrameHeader;
  /** Valid until the visit returns, or answers a promise. */
  readonly body: Buffer;
  /** Of the header, in the file. */
  readonly offset: number;
}

export interface SegmentScan {
  /** Where the last whole unit ends. */
  readonly goodBytes: number;
  /** Where the batch begins that ends there, or is cut there. */
  readonly batchOffset: number;
  /** The batch of the frame before `goodBytes`, 0 for none. */
  readonly batch: number;
  /** Whether that frame was the last of its batch. */
  readonly batchEnded: boolean;
  /** What is wrong behind `goodBytes`, if anything is there. */
  readonly damage?: SegmentDamage;
}

export interface SegmentDamage {
  readonly offset: number;
  readonly reason: string;
  /**
   * Behind the damage lies a frame of a later write. Writes are synced one after another, so the damaged bytes had been
   * synced and perhaps acknowledged; without such a frame they are the rest of a write that was cut short.
   */
  readonly wasSynced: boolean;
}

/** May answer a promise, and then the scan waits for it. */
export type VisitFrame = (frame: ScannedFrame) => Promise<void> | undefined;

/** Visits every frame of the segment in order, up to its end or to the first damage. */
export async function scanSegment(window: FileWindow, seed: number, visit: VisitFrame): Promise<SegmentScan> {
  let scan = { goodBytes: segmentHeaderBytes, batchOffset: 0, batch: 0, batchEnded: true };
  let [offset, batchOffset, batch, batchEnded] = [segmentHeaderBytes, 0, 0, true];
  while (offset < window.size) {
    const expectedBatch = batchEnded ? batch + 1 : batch;
    const frame = await readFrame(window, seed, offset);
    const reason = typeof frame === 'string' ? frame : wrongBatch(frame.header, expectedBatch);
    if (typeof frame === 'string' || reason !== undefined) {
      const wasSynced = await hasLaterBatch(window, seed, { offset, batch: expectedBatch });
      return { ...scan, damage: { offset, reason: reason ?? '', wasSynced } };
    }
    const visiting = visit(frame);
    if (visiting !== undefined) await visiting;
    if (batchEnded) batchOffset = offset;
    offset += frameHeaderBytes + frame.header.bodyBytes;
    ({ batch, endsBatch: batchEnded } = frame.header);
    if (frame.header.endsUnit) scan = { goodBytes: offset, batchOffset, batch, batchEnded };
  }
  if (scan.goodBytes === offset) return scan;
  const reason = 'expected the rest of what was written together, got the end of the file';
  return { ...scan, damage: { offset: scan.goodBytes, reason, wasSynced: false } };
}

/** The frame at `offset`, or what is there instead. */
export async function readFrame(window: FileWindow, seed: number, offset: number): Promise<ScannedFrame | string> {
  const header = decodeFrameHeader(await window.bytes(offset, frameHeaderBytes), seed);
  if (header === undefined) return 'expected the header of a frame with its checksum';
  const body = await window.bytes(offset + frameHeaderBytes, header.bodyBytes);
  if (body.length < header.bodyBytes) return `expected ${header.bodyBytes} bytes of body, got ${body.length}`;
  if (!isBodyIntact(header, body, seed)) return 'expected a body with the checksum in its header';
  return { header, body, offset };
}

function wrongBatch(header: FrameHeader, expected: number): string | undefined {
  return header.batch === expected ? undefined : `expected a frame of write ${expected}, got one of ${header.batch}`;
}

/** Whether a header of a batch after `from.batch` begins anywhere behind `from.offset`. */
export async function hasLaterBatch(
  window: FileWindow,
  seed: number,
  from: { readonly offset: number; readonly batch: number },
): Promise<boolean> {
  const stepBytes = 256 * 1024;
  for (let start = from.offset; start < window.size; start += stepBytes) {
    const bytes = await window.bytes(start, stepBytes + frameHeaderBytes - 1);
    for (let place = findMagic(bytes, 0); place >= 0 && place < stepBytes; place = findMagic(bytes, place + 1)) {
      const header = decodeFrameHeader(bytes.subarray(place, place + frameHeaderBytes), seed);
      if (header !== undefined && header.batch > from.batch) return true;
    }
  }
  return false;
}
