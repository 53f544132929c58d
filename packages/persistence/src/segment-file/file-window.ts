import type { OpenFile } from './file-system.ts';

const windowBytes = 1024 * 1024;

/** Reads a file front to back through one buffer that grows only for a larger piece. */
export class FileWindow {
  readonly size: number;
  readonly #file: OpenFile;
  #buffer = Buffer.alloc(0);
  #start = 0;
  #filled = 0;

  constructor(file: OpenFile, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** The bytes from `start` on, valid until the next call; fewer than asked for at the end of the file. */
  async bytes(start: number, length: number): Promise<Buffer> {
    const available = Math.max(0, Math.min(length, this.size - start));
    if (start < this.#start || start + available > this.#start + this.#filled) await this.#fill(start, available);
    const offset = start - this.#start;
    return this.#buffer.subarray(offset, Math.min(offset + available, this.#filled));
  }

  async #fill(start: number, length: number): Promise<void> {
    const wanted = Math.max(length, Math.min(windowBytes, this.size - start));
    if (this.#buffer.length < wanted) this.#buffer = Buffer.allocUnsafeSlow(wanted);
    this.#start = start;
    this.#filled = 0;
    this.#filled = await this.#file.read(this.#buffer.subarray(0, wanted), start);
  }
}
