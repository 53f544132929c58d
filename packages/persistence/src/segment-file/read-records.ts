import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import { chunkBytesMax, chunkRecordsMax } from '../store.ts';
import type { JournalRecord } from '../store.ts';
import type { OpenFile } from './file-system.ts';
import { decodeFrameHeader, decodeRecords, frameHeaderBytes, isBodyIntact } from './frame.ts';
import type { FrameHeader } from './frame.ts';
import type { FrameIndex, FrameSpan, FrameSpot } from './frame-index.ts';
import { corrupt } from './open-segments.ts';
import type { SegmentPlace } from './open-segments.ts';
import { segmentFileName } from './segment-header.ts';

export interface FrameSource extends SegmentPlace {
  readonly seedOf: (segment: number) => number;
}

export interface RecordsToRead extends FrameSource {
  readonly frames: FrameIndex;
  readonly after: number;
}

/** Yields the records in chunks, checking every frame again on the way. */
export async function* readRecords(from: RecordsToRead): AsyncGenerator<readonly JournalRecord[]> {
  const files = new OneOpenFile(from);
  let chunk: JournalRecord[] = [];
  let bytes = 0;
  try {
    for (let place = from.frames.placeOf(from.after + 1); place < from.frames.length;) {
      const span = from.frames.spanFrom(place);
      for (const record of await readSpan(from, files, span)) {
        if (record.sequence <= from.after) continue;
        if (chunk.length === chunkRecordsMax || (chunk.length > 0 && bytes + record.data.length > chunkBytesMax)) {
          yield chunk;
          [chunk, bytes] = [[], 0];
        }
        chunk.push(record);
        bytes += record.data.length;
      }
      place += span.frames.length;
    }
    if (chunk.length > 0) yield chunk;
  } finally {
    await files.close();
  }
}

async function readSpan(from: RecordsToRead, files: OneOpenFile, span: FrameSpan): Promise<readonly JournalRecord[]> {
  const bytes = await files.read(span);
  return span.frames.flatMap((start) => {
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

function checkedFrame(from: FrameSource, { spot, bytes, start }: FrameBytes): { header: FrameHeader; body: Buffer } {
  const seed = from.seedOf(spot.segment);
  const header = decodeFrameHeader(bytes.subarray(start, start + frameHeaderBytes), seed);
  const bodyStart = start + frameHeaderBytes;
  const body = bytes.subarray(bodyStart, bodyStart + (header?.bodyBytes ?? 0));
  if (header !== undefined && isBodyIntact(header, body, seed)) return { header, body };
  const path = join(from.directory, segmentFileName(spot.segment));
  throw corrupt(path, { offset: spot.offset + start, reason: 'expected the frame that was written here' });
}

/** The body of the frame at `spot`, checked again. */
export async function readFrameBody(from: FrameSource, spot: FrameSpot): Promise<Buffer> {
  const files = new OneOpenFile(from);
  try {
    return checkedFrame(from, { spot, bytes: await files.read(spot), start: 0 }).body;
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
