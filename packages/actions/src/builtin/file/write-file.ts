import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ActionError, type Action } from '../../action.ts';
import { filePath } from '../../input/fields.ts';
import { mismatch, readInput, type Field } from '../../input/read-input.ts';
import { unwritable } from './file-error.ts';

/** What `core.write_file` answers. */
export interface WriteFileResult {
  /** Absolute, symbolic links followed. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes text, or any other JSON as indented JSON text, to a file that appears whole or not at all: it is written and
 * synced beside its place and renamed into it. An existing file keeps its permissions. Fails with FILE_UNWRITABLE.
 */
export function createWriteFile(baseDirectory: string | undefined): Action<unknown, WriteFileResult> {
  return async (input, { signal }) => {
    const { path, content } = readInput(input, { path: filePath, content: contentField });
    const wanted = resolve(baseDirectory ?? '.', path);
    const bytes = Buffer.from(content, 'utf8');
    try {
      const target = await findTarget(wanted);
      await replaceFile(target, bytes, signal);
      return { path: target.path, bytes: bytes.byteLength };
    } catch (error) {
      if (signal.aborted || error instanceof ActionError) throw error;
      throw unwritable(wanted, error);
    }
  };
}

const contentField: Field<string> = (value, path) => {
  if (typeof value === 'string') return value;
  const json = JSON.stringify(value, null, 2) as string | undefined;
  if (json === undefined) throw mismatch(path, 'text or JSON', value);
  return `${json}\n`;
};

interface Target {
  readonly path: string;
  /** Permissions to keep; undefined for a new file. */
  readonly mode: number | undefined;
}

/** Follows links, and refuses to put a file in the place of a directory, a pipe or a device. */
async function findTarget(wanted: string): Promise<Target> {
  let path;
  try {
    path = await realpath(wanted);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { path: wanted, mode: undefined };
    throw error;
  }
  const found = await stat(path);
  if (!found.isFile()) {
    throw new ActionError(`cannot write ${path}: expected a file or nothing there`, {
      code: 'FILE_UNWRITABLE',
      retryable: false,
      details: { path, reason: null },
    });
  }
  return { path, mode: found.mode & 0o7777 };
}

async function replaceFile({ path, mode }: Target, bytes: Buffer, signal: AbortSignal): Promise<void> {
  const beside = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    await writeSynced(beside, async (file) => {
      if (mode !== undefined) await file.chmod(mode);
      await file.writeFile(bytes, { signal });
    });
    signal.throwIfAborted();
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

async function writeSynced(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await write(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename durable. Windows cannot open a directory and needs no such thing. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
