import { StoreError } from '@weftline/persistence';
import type { SqliteDatabase, SqliteStatement } from './binding/binding.ts';
import {
  asStoreError,
  primaryResultCode,
  saysNoTransaction,
  SQLITE_BUSY,
  SQLITE_FULL,
  SQLITE_IOERR,
} from './sqlite-failure.ts';

/**
 * One open database with its prepared statements, and the one place where transactions begin and end.
 *
 * 1. A transaction takes the write lock at its start, so what it reads stays true until it commits.
 * 2. When `transaction` returns, the commit has been synced.
 * 3. After a write or a sync failed in a way that leaves the outcome open, nothing is written any more: a sync that is
 *    repeated can report success for data that the system has dropped.
 */
export class Connection {
  readonly path: string;
  readonly #database: SqliteDatabase;
  readonly #statements = new Map<string, SqliteStatement>();
  #stopped: StoreError | undefined;
  #open = true;

  constructor(database: SqliteDatabase, path: string) {
    this.#database = database;
    this.path = path;
  }

  /** Prepares each text once, so it is to be called with constants. */
  statement(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  execute(sql: string): void {
    this.#database.exec(sql);
  }

  /** Runs work that writes nothing; what SQLite throws becomes a StoreError. */
  read<T>(work: () => T): T {
    if (this.#stopped !== undefined) throw this.#stopped;
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, this.path);
    }
  }

  /** Runs work whose statements all see the same state of the file, whatever other processes commit meanwhile. */
  consistentRead<T>(work: () => T): T {
    return this.read(() => {
      this.execute('BEGIN');
      try {
        return work();
      } finally {
        this.#rollBack();
      }
    });
  }

  /** Runs work that takes effect as a whole when it returns and not at all when it throws. */
  transaction<T>(work: () => T): T {
    this.read(() => this.execute('BEGIN IMMEDIATE'));
    let result: T;
    try {
      result = work();
    } catch (error) {
      throw this.#undo(error, primaryResultCode(error) !== SQLITE_IOERR);
    }
    try {
      this.execute('COMMIT');
    } catch (error) {
      const code = primaryResultCode(error);
      // A full disk or a lock stops a commit before its last frame is in the log; after anything else it may be there.
      throw this.#undo(error, code === SQLITE_FULL || code === SQLITE_BUSY);
    }
    return result;
  }

  /** Lets go of the file, and folds the write-ahead log into it as far as other processes allow it just now. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    try {
      this.#database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
    } catch {
      // What cannot be folded in stays in the log, where it is as durable and where the next connection finds it.
    }
    this.#database.close();
  }

  #undo(error: unknown, harmless: boolean): unknown {
    const rolledBack = this.#rollBack();
    if (harmless && rolledBack) return asStoreError(error, this.path);
    this.#stopped = new StoreError(
      `a write to ${this.path} failed, and whether it took effect is unknown: close the store, open it again and read`,
      { code: 'STORE_UNKNOWN_OUTCOME', cause: error },
    );
    return this.#stopped;
  }

  #rollBack(): boolean {
    try {
      this.execute('ROLLBACK');
      return true;
    } catch (error) {
      return saysNoTransaction(error);
    }
  }
}
