/**
 * The small part of a synchronous SQLite client that the store needs. `node:sqlite` and `libsql` both have this
 * shape already, so the two openers beside this file only load the client and open the file.
 */
export interface SqliteDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface SqliteStatement {
  run(...values: readonly SqliteValue[]): {
    readonly changes: number | bigint;
    readonly lastInsertRowid: number | bigint;
  };
  get(...values: readonly SqliteValue[]): unknown;
  all(...values: readonly SqliteValue[]): unknown[];
}

export type SqliteValue = null | number | string | Uint8Array;

/** A client as it was loaded. */
export interface SqliteBinding {
  readonly name: 'node:sqlite' | 'libsql';
  /** Opens, and creates when absent, the database file at an absolute path. */
  readonly open: (path: string) => SqliteDatabase;
}

/** `node:sqlite` gives blobs as Uint8Array, `libsql` as ArrayBuffer. */
export function blobBytes(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof Uint8Array) return value as Uint8Array<ArrayBuffer>;
  return value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
}
