import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { systemCode } from './file-system.ts';
import type { OpenFile } from './file-system.ts';
import type { FrameSpot } from './frame-index.ts';
import { frameHeaderBytes, sealFrame } from './frame.ts';
import type { Frame } from './frame.ts';
import type { SegmentPlace } from './open-segments.ts';
import {
  draftFileName,
  encodeSegmentHeader,
  formatVersion,
  segmentHeaderBytes,
  segmentSeed,
} from './segment-header.ts';
import type { SegmentHeader } from './segment-header.ts';

type FrameToCopy = Omit<Frame, 'body' | 'endsUnit'>;

interface WaitingFrame {
  readonly frame: FrameToCopy;
  readonly bytes: Buffer;
}

const batchBytes = 1024 * 1024;

/**
 * A segment in the making, under a name that counts for nothing. Written whole and synced by `finish`, it may take the place
 * of others.
 */
export class SegmentDraft {
  readonly path: string;
  readonly #file: OpenFile;
  readonly #number: number;
  readonly #id: bigint = randomBytes(8).readBigUInt64LE();
  #waiting: WaitingFrame[] = [];
  #waitingBytes = 0;
  #written = segmentHeaderBytes;
  #batch = 0;

  private constructor(path: string, file: OpenFile, number: number) {
    this.path = path;
    this.#file = file;
    this.#number = number;
  }

  static async create({ fileSystem, directory }: SegmentPlace, number: number): Promise<SegmentDraft> {
    const path = join(directory, draftFileName(number));
    try {
      return new SegmentDraft(path, await fileSystem.open(path, 'create'), number);
    } catch (cause) {
      if (systemCode(cause) !== 'EEXIST') throw cause;
      // Left behind by an attempt that failed.
      await fileSystem.remove(path);
      return new SegmentDraft(path, await fileSystem.open(path, 'create'), number);
    }
  }

  /** Enough waits to be written. */
  get isFull(): boolean {
    return this.#waitingBytes >= batchBytes;
  }

  /** Takes a copy of the body, and answers where the frame will lie. */
  add(frame: FrameToCopy, body: Uint8Array): FrameSpot {
    const bytes = Buffer.allocUnsafe(frameHeaderBytes + body.length);
    bytes.set(body, frameHeaderBytes);
    const offset = this.#written + this.#waitingBytes;
    this.#waiting.push({ frame, bytes });
    this.#waitingBytes += bytes.length;
    return { segment: this.#number, offset, bytes: bytes.length };
  }

  /** Writes what waits as one batch. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    this.#batch++;
    const last = this.#waiting.length - 1;
    for (const [place, { frame, bytes }] of this.#waiting.entries()) {
      const at = { batch: this.#batch, endsBatch: place === last, seed: segmentSeed(this.#id) };
      sealFrame(bytes, { ...frame, endsUnit: true }, at);
    }
    const all = Buffer.concat(this.#waiting.map(({ bytes }) => bytes));
    await this.#write(all, this.#written);
    this.#written += all.length;
    [this.#waiting, this.#waitingBytes] = [[], 0];
  }

  /** Makes it whole and durable, under the name that it has. */
  async finish(fields: Pick<SegmentHeader, 'oldest' | 'previousBytes' | 'first'>): Promise<SegmentHeader> {
    await this.flush();
    const header = { ...fields, number: this.#number, id: this.#id, wholeBytes: this.#written, version: formatVersion };
    await this.#write(encodeSegmentHeader(header), 0);
    await this.#file.sync();
    return header;
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #write(bytes: Buffer, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) done += await this.#file.write(bytes.subarray(done), position + done);
  }
}
