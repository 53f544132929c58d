import { join } from 'node:path';
import { compactedError, StoreError } from '../errors.ts';
import { chunkBytesMax, chunkRecordsMax } from '../store.ts';
import type { JournalRecord } from '../store.ts';
import type { OpenFile } from './file-system.ts';
import { decodeFrameHeader, decodeRecords, frameHeaderBytes, isBodyIntact } from './frame.ts';
import type { FrameHeader } from './frame.ts';
import type { FrameIndex, FrameSpan, FrameSpot } from './frame-index.ts';
import { corrupt } from './open-segments.ts';
import type { SegmentPlace } from './open-segments.ts';
import { segmentFileName } from './segment-header.ts';
import type { SegmentTable } from './segment-table.ts';

export interface FrameSource extends SegmentPlace {
  readonly segments: SegmentTable;
}

export interface RecordsToRead extends FrameSource {
  readonly id: string;
  readonly frames: FrameIndex;
  readonly after: number;
}

/** Yields the records in chunks, checking every frame again on the way. Rejects with STORE_COMPACTED where some were dropped. */
export async function* readRecords(from: RecordsToRead): AsyncGenerator<readonly JournalRecord[]> {
  const chunk = new ChunkBuilder();
  for await (const frame of readFrames(from)) {
    for (const record of frame) {
      const full = chunk.add(record);
      if (full !== undefined) yield full;
    }
  }
  const rest = chunk.take();
  if (rest.length > 0) yield rest;
  const gap = gapAfter(from, from.after + chunk.count);
  if (gap !== undefined) throw gap;
}

/** Gathers records up to the bounds of a chunk. */
class ChunkBuilder {
  /** Of the records added. */
  count = 0;
  #records: JournalRecord[] = [];
  #bytes = 0;

  /** Answers the chunk that the record did not fit into. */
  add(record: JournalRecord): readonly JournalRecord[] | undefined {
    const isFull =
      this.#records.length === chunkRecordsMax ||
      (this.#records.length > 0 && this.#bytes + record.data.length > chunkBytesMax);
    const full = isFull ? this.take() : undefined;
    this.#records.push(record);
    this.#bytes += record.data.length;
    this.count++;
    return full;
  }

  take(): readonly JournalRecord[] {
    const taken = this.#records;
    [this.#records, this.#bytes] = [[], 0];
    return taken;
  }
}

/** What is missing behind record `last`, if anything is. */
function gapAfter({ frames, id, segments: _, ...from }: RecordsToRead, last: number): StoreError | undefined {
  const isMissing = last > 0 && last < frames.compactedTo;
  return isMissing && from.after <= last ? compactedError(id, { from: last + 1, to: frames.compactedTo }) : undefined;
}

/** The records after `from.after`, frame by frame, up to the first that is missing. */
async function* readFrames(from: RecordsToRead): AsyncGenerator<readonly JournalRecord[]> {
  const files = new OneOpenFile(from);
  let next = from.after + 1;
  try {
    for (;;) {
      const place = from.frames.placeOf(next);
      if (place >= from.frames.length) return;
      const found = await readWhereItIs(from, files, () => from.frames.spanFrom(from.frames.placeOf(next)));
      const before = next;
      for (const records of found) {
        const fresh = records.filter((record) => record.sequence >= next);
        if (fresh.length === 0) continue;
        if (fresh[0]?.sequence !== next) return;
        next += fresh.length;
        yield fresh;
      }
      if (next === before) return;
    }
  } finally {
    await files.close();
  }
}

/** Reads the span again when a compaction has moved the frames meanwhile. */
async function readWhereItIs(
  from: FrameSource,
  files: OneOpenFile,
  spanNow: () => FrameSpan,
): Promise<readonly (readonly JournalRecord[])[]> {
  for (;;) {
    const { generation } = from.segments;
    try {
      return await readSpan(from, files, spanNow());
    } catch (cause) {
      await files.close();
      if (!(await from.segments.hasMoved(generation))) throw cause;
    }
  }
}

async function readSpan(
  from: FrameSource,
  files: OneOpenFile,
  span: FrameSpan,
): Promise<readonly (readonly JournalRecord[])[]> {
  const bytes = await files.read(span);
  return span.frames.map((start) => {
    const { header, body } = checkedFrame(from, { spot: span, bytes, start });
    return decodeRecords(body).map((data, place) => ({ sequence: header.sequence + place, data }));
  });
}

interface FrameBytes {
  readonly spot: FrameSpot;
  /** What was read from there. */
  readonly bytes: Buffer;
  /** Of the frame, in `bytes`. */
  readonly start: number;
}

function checkedFrame(from: FrameSource, { spot, bytes, start }: FrameBytes): ReadFrame {
  const seed = from.segments.seedOf(spot.segment);
  const header = decodeFrameHeader(bytes.subarray(start, start + frameHeaderBytes), seed);
  const bodyStart = start + frameHeaderBytes;
  const body = bytes.subarray(bodyStart, bodyStart + (header?.bodyBytes ?? 0));
  if (header !== undefined && isBodyIntact(header, body, seed)) return { header, body };
  const path = join(from.directory, segmentFileName(spot.segment));
  throw corrupt(path, { offset: spot.offset + start, reason: 'expected the frame that was written here' });
}

/** The body of the frame that `spotNow` names, checked again. */
export async function readFrameBody(from: FrameSource, spotNow: () => FrameSpot): Promise<Buffer> {
  for (;;) {
    const { generation } = from.segments;
    const files = new OneOpenFile(from);
    try {
      const spot = spotNow();
      return checkedFrame(from, { spot, bytes: await files.read(spot), start: 0 }).body;
    } catch (cause) {
      if (!(await from.segments.hasMoved(generation))) throw cause;
    } finally {
      await files.close();
    }
  }
}

export interface ReadFrame {
  readonly header: FrameHeader;
  readonly body: Buffer;
}

/** The frames at the spots, each checked again; one that is damaged by now is answered with the reason. */
export async function* readFrameByFrame(
  from: FrameSource,
  spots: Iterable<FrameSpot>,
): AsyncGenerator<
  { readonly frame: ReadFrame; readonly failure?: never } | { readonly frame?: never; readonly failure: StoreError }
> {
  const files = new OneOpenFile(from);
  try {
    for (const spot of spots) {
      try {
        yield { frame: checkedFrame(from, { spot, bytes: await files.read(spot), start: 0 }) };
      } catch (cause) {
        if (!(cause instanceof StoreError) || cause.code !== 'STORE_CORRUPT') throw cause;
        yield { failure: cause };
      }
    }
  } finally {
    await files.close();
  }
}

/** The segment that was read last, open. */
class OneOpenFile {
  readonly #place: SegmentPlace;
  #segment = 0;
  #file: OpenFile | undefined;

  constructor(place: SegmentPlace) {
    this.#place = place;
  }

  async read(span: FrameSpot): Promise<Buffer> {
    const target = Buffer.allocUnsafeSlow(span.bytes);
    try {
      if (this.#segment !== span.segment) await this.close();
      this.#segment = span.segment;
      this.#file ??= await this.#place.fileSystem.open(this.#path(), 'read');
      return target.subarray(0, await this.#file.read(target, span.offset));
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    try {
      await file?.close();
    } catch (cause) {
      throw this.#unreadable(cause);
    }
  }

  #path(): string {
    return join(this.#place.directory, segmentFileName(this.#segment));
  }

  #unreadable(cause: unknown): StoreError {
    if (cause instanceof StoreError) return cause;
    const message = `${this.#path()}: expected to read it, but the system refused (${String(cause)})`;
    return new StoreError(message, { code: 'STORE_UNAVAILABLE', retryable: true, cause });
  }
}
