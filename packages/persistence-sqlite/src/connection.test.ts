import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SqliteBinding, SqliteDatabase } from './binding/binding.ts';
import { loadBinding } from './binding/load-binding.ts';
import type { Connection } from './connection.ts';
import { openConnection } from './open-connection.ts';

// Faults at every step of a transaction: a real database, in front of which single statements are made to fail.

const SQLITE_BUSY = 5;
const SQLITE_IOERR_WRITE = 778;
const SQLITE_IOERR_FSYNC = 1_034;
const SQLITE_FULL = 13;
const SQLITE_NOMEM = 7;

let directory: string;
let connection: Connection;
let failures: Map<string, number>;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weftline-connection-'));
  failures = new Map();
  const binding = await loadBinding();
  connection = openConnection(failing(binding, failures), join(directory, 'store.db'));
});

afterEach(() => {
  connection.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Every statement whose text is in `failures` throws the result code that stands there, once, and is not executed. */
function failing(binding: SqliteBinding, failing: Map<string, number>): SqliteBinding {
  const fail = (sql: string): void => {
    const code = failing.get(sql);
    failing.delete(sql);
    if (code !== undefined) throw Object.assign(new Error(`result code ${code}`), { errcode: code });
  };
  const open = (path: string): SqliteDatabase => {
    const database = binding.open(path);
    return {
      exec: (sql) => {
        fail(sql);
        database.exec(sql);
      },
      prepare: (sql) => database.prepare(sql),
      close: () => database.close(),
    };
  };
  return { name: binding.name, open };
}

function insert(id: string): void {
  connection.transaction(() => {
    connection
      .statement(
        `INSERT INTO executions (id, workflow, status, created_at, updated_at, head, epoch)
        VALUES (?, 'w', 's', 0, 0, 0, 1)`,
      )
      .run(id);
  });
}

function ids(): string[] {
  const rows = connection.read(() => connection.statement('SELECT id FROM executions ORDER BY id').all());
  return (rows as { id: string }[]).map((row) => row.id);
}

function codeOf(work: () => unknown): unknown {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

describe('a transaction', () => {
  it('takes effect as a whole, or not at all when the work throws', () => {
    insert('a');
    const error = new Error('a reason');
    expect(() =>
      connection.transaction(() => {
        connection.statement('DELETE FROM executions').run();
        throw error;
      }),
    ).toThrow(error);
    expect(ids()).toEqual(['a']);
  });

  it('is synced when it returns', () => {
    expect(connection.statement('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
    expect(connection.statement('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
  });

  it('that cannot begin fails alone', () => {
    for (const code of [SQLITE_BUSY, SQLITE_NOMEM]) {
      failures.set('BEGIN IMMEDIATE', code);
      expect(codeOf(() => insert('a'))).toBe('STORE_UNAVAILABLE');
    }
    insert('a');
    expect(ids()).toEqual(['a']);
  });

  it('whose commit finds the disk full or locked fails alone and leaves nothing', () => {
    for (const code of [SQLITE_FULL, SQLITE_BUSY]) {
      failures.set('COMMIT', code);
      expect(codeOf(() => insert('a'))).toBe('STORE_UNAVAILABLE');
      expect(ids()).toEqual([]);
    }
    insert('a');
    expect(ids()).toEqual(['a']);
  });

  it('whose commit fails in any other way is the last: its outcome is unknown', () => {
    insert('a');
    failures.set('COMMIT', SQLITE_IOERR_FSYNC);
    expect(codeOf(() => insert('b'))).toBe('STORE_UNKNOWN_OUTCOME');
    expect(codeOf(() => insert('c'))).toBe('STORE_UNKNOWN_OUTCOME');
    expect(codeOf(ids)).toBe('STORE_UNKNOWN_OUTCOME');
  });

  it('is the last when a write in it fails, because part of it may have been written', () => {
    const failure = Object.assign(new Error('disk I/O error'), { rawCode: SQLITE_IOERR_WRITE });
    const work = (): never => {
      throw failure;
    };
    expect(codeOf(() => connection.transaction(work))).toBe('STORE_UNKNOWN_OUTCOME');
    expect(codeOf(() => insert('a'))).toBe('STORE_UNKNOWN_OUTCOME');
  });

  it('is the last when it can neither be committed nor undone', () => {
    failures.set('COMMIT', SQLITE_FULL).set('ROLLBACK', SQLITE_NOMEM);
    expect(codeOf(() => insert('a'))).toBe('STORE_UNKNOWN_OUTCOME');
    expect(codeOf(() => insert('b'))).toBe('STORE_UNKNOWN_OUTCOME');
  });

  it('that SQLite has undone by itself fails like one that was undone', () => {
    failures.set('COMMIT', SQLITE_FULL).set('ROLLBACK', 1);
    expect(codeOf(() => insert('a'))).toBe('STORE_UNAVAILABLE');
  });
});

describe('closing', () => {
  it('can be repeated', () => {
    connection.close();
    connection.close();
  });

  it('does not fail when the log cannot be folded in', async () => {
    insert('a');
    failures.set('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)', SQLITE_IOERR_WRITE);
    connection.close();
    connection = openConnection(await loadBinding(), join(directory, 'store.db'));
    expect(ids()).toEqual(['a']);
  });
});
