import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { StoreError } from '../errors.ts';
import { isOwnerAlive } from '../process-owner.ts';
import type { Owner } from '../store.ts';
import { systemCode } from './file-system.ts';
import type { FileSystem } from './file-system.ts';

export interface LockOptions {
  readonly fileSystem: FileSystem;
  readonly directory: string;
  /** Whoever opens the directory; a lock that a failed attempt of the same owner left behind does not stop it. */
  readonly owner: Owner;
  /** How long an owner that nobody here can see is believed to live after its last heartbeat; 0 for ever. */
  readonly leaseMs: number;
  readonly nowMs: () => number;
}

/**
 * Keeps a directory to one process.
 *
 * 1. The lock appears with its content, in one step: it is a second name for a file that is complete.
 * 2. It is taken from a process that is known to be gone, or that nobody here can see (another host, another container)
 *    and that has not touched it for `leaseMs`.
 * 3. Whoever takes a lock away moves it aside first and looks at what it got, so of several only one succeeds.
 * 4. A holder may lose it all the same, if it slept through its lease. Therefore it asks `isHeld` after writing and
 *    before acknowledging: the next holder reads only after it has the lock, so it sees what was acknowledged.
 */
export class DirectoryLock {
  /** The former holder may still write to the files that it has open. */
  readonly formerMayWrite: boolean;
  readonly #options: LockOptions;
  readonly #path: string;
  readonly #file: bigint | undefined;

  constructor(options: LockOptions, held: { file: bigint | undefined; formerMayWrite: boolean }) {
    this.#options = options;
    this.#path = lockPath(options);
    this.#file = held.file;
    this.formerMayWrite = held.formerMayWrite;
  }

  async isHeld(): Promise<boolean> {
    const found = await this.#options.fileSystem.look(this.#path);
    return found !== undefined && found.file === this.#file;
  }

  /** Shows processes that cannot see this one that it lives. */
  async touch(): Promise<void> {
    if (await this.isHeld()) await this.#options.fileSystem.touch(this.#path, this.#options.nowMs());
  }

  async release(): Promise<void> {
    if (await this.isHeld()) await this.#options.fileSystem.remove(this.#path);
  }
}

/** Throws STORE_HELD while another process, or another store of this one, has the directory. */
export async function acquireDirectoryLock(options: LockOptions): Promise<DirectoryLock> {
  const { fileSystem, directory } = options;
  const draft = join(directory, `lock.${randomUUID()}`);
  try {
    await writeWhole(fileSystem, draft, `${JSON.stringify(options.owner)}\n`);
    await fileSystem.touch(draft, options.nowMs());
    return await linkDraft(options, draft);
  } finally {
    await removeIfThere(fileSystem, draft);
  }
}

/** Throws STORE_HELD while another process has the directory; takes nothing and changes nothing. */
export async function assertDirectoryFree(options: LockOptions): Promise<void> {
  const path = lockPath(options);
  const content = await readWhole(options.fileSystem, path);
  if (content !== undefined) await assertStale(options, path, content);
}

function lockPath(options: LockOptions): string {
  return join(options.directory, 'lock');
}

async function linkDraft(options: LockOptions, draft: string): Promise<DirectoryLock> {
  const path = lockPath(options);
  // Looked at under its own name, because the lock may be another's again a moment after it was made.
  const file = (await options.fileSystem.look(draft))?.file;
  let formerMayWrite = false;
  for (let tries = 0; tries < 3; tries++) {
    if (await succeeds(options.fileSystem.link(draft, path), 'EEXIST')) {
      return new DirectoryLock(options, { file, formerMayWrite });
    }
    formerMayWrite = (await moveAway(options, path)) || formerMayWrite;
  }
  throw heldError(options, 'several processes are opening it at once');
}

/** Takes a stale lock away, or throws STORE_HELD. Answers whether its holder may still write. */
async function moveAway(options: LockOptions, path: string): Promise<boolean> {
  const { fileSystem } = options;
  const content = await readWhole(fileSystem, path);
  if (content === undefined) return false;
  const alive = await assertStale(options, path, content);
  const aside = `${path}.${randomUUID()}`;
  if (!(await succeeds(fileSystem.rename(path, aside), 'ENOENT'))) return false;
  try {
    if ((await readWhole(fileSystem, aside)) === content) return alive === 'unknown';
    // Another process was faster and this is its lock: give it back, unless a third one has come in between.
    await succeeds(fileSystem.link(aside, path), 'EEXIST');
  } finally {
    await removeIfThere(fileSystem, aside);
  }
  throw heldError(options, 'another process is opening it');
}

async function assertStale(options: LockOptions, path: string, content: string): Promise<false | 'unknown'> {
  const owner = parseOwner(content);
  const alive = owner === undefined ? 'unknown' : isOwnerAlive(owner);
  if (alive === false || owner?.id === options.owner.id) return false;
  const who = owner === undefined ? 'an unknown process' : `process ${owner.pid} on ${owner.host}`;
  if (alive === true) throw heldError(options, `${who} has it open`);
  const touchedAtMs = (await options.fileSystem.look(path))?.touchedAtMs ?? Number.NEGATIVE_INFINITY;
  const leftMs = Math.ceil(touchedAtMs + options.leaseMs - options.nowMs());
  if (options.leaseMs > 0 && leftMs <= 0) return 'unknown';
  const until = options.leaseMs > 0 ? `taken over in ${leftMs} ms if it stays silent` : 'never taken over';
  throw heldError(
    options,
    `${who}, which cannot be seen from here, has it open; ${until}; remove ${path} if it is gone`,
  );
}

function parseOwner(content: string): Owner | undefined {
  try {
    const { id, host, pid } = JSON.parse(content) as Partial<Owner>;
    if (typeof id !== 'string' || typeof host !== 'string' || typeof pid !== 'number') return undefined;
    return { id, host, pid };
  } catch {
    // Not written by this package, or cut short by a power cut: nobody can tell whose it is.
    return undefined;
  }
}

function heldError(options: LockOptions, reason: string): StoreError {
  return new StoreError(`${options.directory}: expected to have the directory to itself, but ${reason}`, {
    code: 'STORE_HELD',
    retryable: true,
  });
}

async function writeWhole(fileSystem: FileSystem, path: string, content: string): Promise<void> {
  const file = await fileSystem.open(path, 'create');
  try {
    const bytes = Buffer.from(content);
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done), done);
    // After a power cut a name without its content would keep the next process waiting for an owner that nobody knows.
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readWhole(fileSystem: FileSystem, path: string): Promise<string | undefined> {
  try {
    const file = await fileSystem.open(path, 'read');
    try {
      const bytes = Buffer.alloc(await file.size());
      return bytes.subarray(0, await file.read(bytes, 0)).toString();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

async function removeIfThere(fileSystem: FileSystem, path: string): Promise<void> {
  await succeeds(fileSystem.remove(path), 'ENOENT');
}

/** False when the call fails with the one code that is expected. */
async function succeeds(call: Promise<void>, expectedCode: string): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (cause) {
    if (systemCode(cause) === expectedCode) return false;
    throw cause;
  }
}
