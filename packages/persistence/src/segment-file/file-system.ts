import { constants } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Everything the segment-file store asks of files, so that a test can fail any of it. Errors carry the system's `code`. */
export interface FileSystem {
  /** Makes the directory and its parents, durably. */
  createDirectory(path: string): Promise<void>;
  list(directory: string): Promise<readonly string[]>;
  /** `create` fails with EEXIST when there is something; `read` and `write` fail with ENOENT when there is nothing. */
  open(path: string, mode: 'create' | 'read' | 'write'): Promise<OpenFile>;
  /** Gives a file a second name; fails with EEXIST when that name is taken. */
  link(path: string, secondPath: string): Promise<void>;
  rename(path: string, newPath: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Which file bears the name, and when it was touched; undefined when none does. */
  look(path: string): Promise<FileIdentity | undefined>;
  touch(path: string, timeMs: number): Promise<void>;
  /** Makes names that were added or removed in the directory durable. */
  syncDirectory(directory: string): Promise<void>;
}

export interface FileIdentity {
  readonly file: bigint;
  readonly touchedAtMs: number;
}

export interface OpenFile {
  size(): Promise<number>;
  /** Answers how many bytes were read, fewer only at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Answers how many bytes were written, at least one. */
  write(source: Uint8Array, position: number): Promise<number>;
  truncate(size: number): Promise<void>;
  /** Makes the content and the size durable. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const openFlags = {
  create: constants.O_CREAT | constants.O_EXCL | constants.O_RDWR,
  read: constants.O_RDONLY,
  write: constants.O_RDWR,
};

/** The files of this machine. */
export const nodeFileSystem: FileSystem = {
  createDirectory: async (path) => {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) {
      await nodeFileSystem.syncDirectory(dirname(made));
    }
  },
  list: (directory) => readdir(directory),
  open: async (path, mode) => new NodeFile(await open(path, openFlags[mode], 0o600)),
  link: (path, secondPath) => link(path, secondPath),
  rename: (path, newPath) => rename(path, newPath),
  remove: (path) => rm(path),
  look: async (path) => {
    try {
      const found = await stat(path, { bigint: true });
      return { file: found.ino, touchedAtMs: Number(found.mtimeMs) };
    } catch (cause) {
      if (systemCode(cause) === 'ENOENT') return undefined;
      throw cause;
    }
  },
  touch: (path, timeMs) => utimes(path, timeMs / 1_000, timeMs / 1_000),
  syncDirectory: async (directory) => {
    // Windows keeps names in its own journal and cannot open a directory.
    if (process.platform === 'win32') return;
    const handle = await open(directory, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

/** The system's name of an error, such as ENOSPC. */
export function systemCode(cause: unknown): string | undefined {
  return cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
}

class NodeFile implements OpenFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    let total = 0;
    while (total < target.length) {
      const { bytesRead } = await this.#handle.read(target, total, target.length - total, position + total);
      if (bytesRead === 0) break;
      total += bytesRead;
    }
    return total;
  }

  async write(source: Uint8Array, position: number): Promise<number> {
    return (await this.#handle.write(source, 0, source.length, position)).bytesWritten;
  }

  truncate(size: number): Promise<void> {
    return this.#handle.truncate(size);
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
