import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '@weftline/persistence';
import type { SqliteBinding } from './binding/binding.ts';
import { Connection } from './connection.ts';
import { migrate, schemaVersion } from './schema.ts';
import { asStoreError, primaryResultCode, SQLITE_BUSY } from './sqlite-failure.ts';

/** How long a call waits for the write lock of another process before it fails as STORE_UNAVAILABLE. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens the store at an absolute path, creating directory, file and schema where they are missing.
 *
 * The database file itself is never opened here by other means than SQLite: closing a second descriptor of it would
 * drop the locks that this process holds on it.
 */
export function openConnection(binding: SqliteBinding, path: string): Connection {
  makeDirectory(dirname(path));
  const connection = new Connection(openDatabase(binding, path), path);
  try {
    connection.read(() => prepareConnection(connection));
    migrate(connection);
    assertWritable(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function openDatabase(binding: SqliteBinding, path: string): ReturnType<SqliteBinding['open']> {
  try {
    return binding.open(path);
  } catch (error) {
    throw asStoreError(error, path);
  }
}

function prepareConnection(connection: Connection): void {
  connection.execute(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  // Looked at before anything is changed: the database of another application must stay as it is.
  schemaVersion(connection);
  useWriteAheadLog(connection);
  connection.execute('PRAGMA synchronous = FULL');
  // Only macOS knows the difference: there a plain sync leaves data in the cache of the drive.
  connection.execute('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON');
  connection.execute('PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF');
}

/** Changing the mode of a new file needs it alone, and SQLite does not wait for that as it waits for other locks. */
function useWriteAheadLog(connection: Connection): void {
  const deadlineMs = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      const { journal_mode: mode } = connection.statement('PRAGMA journal_mode = WAL').get() as {
        journal_mode: string;
      };
      if (mode === 'wal') return assertLogInUse(connection);
      throw new StoreError(
        `${connection.path} cannot be used: its file system does not allow the write-ahead log of SQLite ` +
          `(the journal mode stays '${mode}'); put the store on a local disk`,
        { code: 'STORE_UNAVAILABLE' },
      );
    } catch (error) {
      if (primaryResultCode(error) !== SQLITE_BUSY || performance.now() > deadlineMs) throw error;
      sleepMs(20);
    }
  }
}

/**
 * Where the system fails in the middle of the change, the answer may be `wal` all the same, while the file keeps its rollback
 * journal: then a commit is not as durable as it has to be. The log is there once something has been read by way of it.
 */
function assertLogInUse(connection: Connection): void {
  connection.statement('SELECT count(*) FROM sqlite_schema').get();
  if (existsSync(`${realpathSync(connection.path)}-wal`)) return;
  throw new StoreError(
    `${connection.path} cannot be used: changing it to the write-ahead log of SQLite has failed; open the store again`,
    { code: 'STORE_UNAVAILABLE', retryable: true },
  );
}

/**
 * SQLite opens a file that may not be written for reading only, and even begins a transaction on it: only a statement
 * that could write is refused.
 */
function assertWritable(connection: Connection): void {
  connection.transaction(() => connection.statement('DELETE FROM requests WHERE FALSE').run());
}

/** Creates what is missing of a directory and syncs it, so that a power cut cannot take the way to the file. */
function makeDirectory(directory: string): void {
  try {
    makeMissing(directory);
  } catch (error) {
    throw new StoreError(`the directory ${directory} for the store cannot be created: ${systemSentence(error)}`, {
      code: 'STORE_UNAVAILABLE',
      cause: error,
    });
  }
}

/** By hand, because `mkdirSync` with `recursive` never returns where a file system has no room for new names. */
function makeMissing(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(directory);
  if (parent !== directory) makeMissing(parent);
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(directory).isDirectory()) throw error;
    return;
  }
  if (process.platform !== 'win32') syncDirectory(parent);
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function systemSentence(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'the process has no permission to write there';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a part of the path is a file, not a directory';
  return error instanceof Error ? error.message : String(error);
}

function sleepMs(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs);
}
