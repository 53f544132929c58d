import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import { systemCode } from './file-system.ts';
import type { OpenFile } from './file-system.ts';
import { encodeFrame, frameBytes } from './frame.ts';
import type { Frame } from './frame.ts';
import type { FrameSpot } from './frame-index.ts';
import type { OpenedTail, SegmentPlace } from './open-segments.ts';
import {
  encodeSegmentHeader,
  formatVersion,
  segmentFileName,
  segmentHeaderBytes,
  segmentSeed,
} from './segment-header.ts';
import type { SegmentTable } from './segment-table.ts';

export interface SegmentLogOptions extends SegmentPlace {
  /** A segment that has grown so far is followed by another. */
  readonly segmentBytesMax: number;
  /** Asked beside every sync; false means that another process writes the journal now. */
  readonly isHeld: () => Promise<boolean>;
  /** Nothing may be added to the segment that is last now. */
  readonly startAfresh: boolean;
  /** Told of every segment that is begun, and how long it has become. */
  readonly table: SegmentTable;
}

interface ActiveSegment {
  readonly number: number;
  readonly seed: number;
  readonly file: OpenFile;
  bytes: number;
  batch: number;
}

const scratchBytes = 1024 * 1024;
/** What one write may hold, so that offsets and system calls stay within 32 bits. */
const batchBytesMax = 1024 * 1024 * 1024;
const outOfSpaceCodes: readonly unknown[] = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/**
 * The writing end of the segments.
 *
 * 1. One `write` runs at a time; it is one batch, in one segment, and resolves after it has been synced.
 * 2. The first write, sync or creation that fails is the last: `failure` is set and everything later rejects with it.
 *    No sync is ever tried again, because the system may have dropped what it could not write.
 * 3. A full medium is the exception, where it shows before the sync and what was written could be cut off again: then
 *    the log is as it was before.
 * 4. A segment whose last batch is not whole, or that a former release began, is never added to.
 */
export class SegmentLog {
  readonly #options: SegmentLogOptions;
  #active: ActiveSegment | undefined;
  /** The segment before the next new one. */
  #previous: { readonly number: number; readonly bytes: number; readonly oldest: number };
  /** The same memory for every batch that fits, since only one is under way. */
  readonly #scratch: Buffer = Buffer.allocUnsafeSlow(scratchBytes);
  #failure: StoreError | undefined;

  constructor(options: SegmentLogOptions) {
    this.#options = options;
    this.#previous = { number: 0, bytes: 0, oldest: 1 };
  }

  /** Takes up writing where `openSegments` found the end. */
  static async resume(options: SegmentLogOptions, last: OpenedTail | undefined): Promise<SegmentLog> {
    const log = new SegmentLog(options);
    if (last === undefined) return log;
    const { number, oldest, id, version } = last.header;
    log.#previous = { number, bytes: last.goodBytes, oldest };
    if (!last.batchEnded || options.startAfresh || version < formatVersion) return log;
    const file = await options.fileSystem.open(join(options.directory, segmentFileName(number)), 'write');
    log.#active = { number, seed: segmentSeed(id), file, bytes: last.goodBytes, batch: last.batch };
    return log;
  }

  /** Why nothing can be written any more. */
  get failure(): StoreError | undefined {
    return this.#failure;
  }

  /** The number of the segment that is written to; those before it do not change any more. */
  get activeNumber(): number {
    return this.#active?.number ?? this.#previous.number + 1;
  }

  /** Begins another segment, so that everything written so far is in segments that do not change any more. */
  async seal(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      if (this.#active !== undefined && this.#active.bytes > segmentHeaderBytes) await this.#roll(this.#active);
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  /** Performs a change of the directory that is final when it fails, because what became of it is unknown then. */
  async changeDirectory(change: () => Promise<void>): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      if (!(await this.#options.isHeld())) throw new Error('another process has taken the directory over');
      await change();
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  /** Answers where each frame lies, after all of them are durable. */
  async write(frames: readonly Frame[]): Promise<readonly FrameSpot[]> {
    if (this.#failure !== undefined) throw this.#failure;
    const sizes = frames.map(frameBytes);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    assertBatchBytes(total);
    try {
      const segment = await this.#segmentFor(total);
      const bytes = total <= scratchBytes ? this.#scratch.subarray(0, total) : Buffer.allocUnsafeSlow(total);
      const spots = encode(bytes, { frames, sizes, segment });
      await this.#writeBytes(segment, bytes);
      await this.#sync(segment);
      segment.bytes += total;
      segment.batch++;
      const known = this.#options.table.find(segment.number);
      if (known !== undefined) known.bytes = segment.bytes;
      return spots;
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  async close(): Promise<void> {
    const file = this.#active?.file;
    this.#active = undefined;
    await file?.close();
  }

  async #writeBytes(segment: ActiveSegment, bytes: Buffer): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        const rest = segment.file.write(bytes.subarray(done), segment.bytes + done);
        done += await this.#spotFull(rest);
      }
    } catch (cause) {
      // What was written of the batch is cut off, so that a later one can take its place.
      if (cause instanceof StoreError) await segment.file.truncate(segment.bytes);
      throw cause;
    }
  }

  /** Turns the system's error about a full medium into STORE_UNAVAILABLE. */
  async #spotFull<Result>(call: Promise<Result>): Promise<Result> {
    try {
      return await call;
    } catch (cause) {
      if (!outOfSpaceCodes.includes(systemCode(cause))) throw cause;
      const message = `no space left on the device holding ${this.#options.directory}; the records were not written`;
      throw new StoreError(message, { code: 'STORE_UNAVAILABLE', retryable: true, cause });
    }
  }

  async #sync(segment: ActiveSegment): Promise<void> {
    const [synced, held] = await Promise.allSettled([segment.file.sync(), this.#options.isHeld()]);
    if (synced.status === 'rejected') throw synced.reason;
    if (held.status === 'rejected') throw held.reason;
    if (!held.value) throw new Error('another process has taken the directory over');
  }

  async #segmentFor(bytes: number): Promise<ActiveSegment> {
    const active = this.#active;
    if (active !== undefined) {
      const isEmpty = active.bytes === segmentHeaderBytes;
      if (isEmpty || active.bytes + bytes <= this.#options.segmentBytesMax) return active;
    }
    return this.#roll(active);
  }

  async #roll(active: ActiveSegment | undefined): Promise<ActiveSegment> {
    if (active !== undefined) {
      this.#previous = { number: active.number, bytes: active.bytes, oldest: this.#previous.oldest };
    }
    const next = await this.#createSegment(this.#previous.number + 1);
    this.#active = next;
    await active?.file.close();
    return next;
  }

  async #createSegment(number: number): Promise<ActiveSegment> {
    const { fileSystem, directory } = this.#options;
    const path = join(directory, segmentFileName(number));
    const id = randomBytes(8).readBigUInt64LE();
    const fields = {
      ...{ number, id, oldest: this.#previous.oldest, previousBytes: this.#previous.bytes },
      ...{ first: number, wholeBytes: 0 },
    };
    const header = encodeSegmentHeader(fields);
    const file = await this.#spotFull(fileSystem.open(path, 'create'));
    const segment = { number, seed: segmentSeed(id), file, bytes: 0, batch: 0 };
    try {
      await this.#writeBytes(segment, header);
      await file.sync();
      await fileSystem.syncDirectory(directory);
    } catch (cause) {
      await file.close();
      // A segment that found no space is taken back; what else failed is looked at when the store is opened again.
      if (cause instanceof StoreError) await fileSystem.remove(path);
      throw cause;
    }
    segment.bytes = header.length;
    this.#options.table.add({ ...fields, version: formatVersion }, header.length);
    return segment;
  }

  #fail(cause: unknown): StoreError {
    if (cause instanceof StoreError) return cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    const full = outOfSpaceCodes.includes(systemCode(cause)) ? 'no space left on its device, found out too late: ' : '';
    this.#failure ??= new StoreError(
      `${this.#options.directory}: ${full}writing stopped (${message}); what was under way is durable or not, ` +
        'which shows when the store is opened again',
      { code: 'STORE_UNKNOWN_OUTCOME', cause },
    );
    return this.#failure;
  }
}

interface BatchToEncode {
  readonly frames: readonly Frame[];
  readonly sizes: readonly number[];
  readonly segment: ActiveSegment;
}

function encode(target: Buffer, { frames, sizes, segment }: BatchToEncode): FrameSpot[] {
  let start = 0;
  return frames.map((frame, place) => {
    const bytes = sizes[place] ?? 0;
    const endsBatch = place === frames.length - 1;
    const where = { batch: segment.batch + 1, endsBatch, seed: segment.seed };
    encodeFrame(target.subarray(start, start + bytes), frame, where);
    const spot = { segment: segment.number, offset: segment.bytes + start, bytes };
    start += bytes;
    return spot;
  });
}

function assertBatchBytes(bytes: number): void {
  if (bytes <= batchBytesMax) return;
  const message = `append: expected at most ${batchBytesMax} bytes in one call, got ${bytes}`;
  throw new StoreError(message, { code: 'STORE_INVALID_ARGUMENT' });
}
