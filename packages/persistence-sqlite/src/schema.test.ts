import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadBinding } from './binding/load-binding.ts';
import { Connection } from './connection.ts';
import { migrate, migrations, schemaVersion } from './schema.ts';

let directory: string;
let connection: Connection;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weftline-schema-'));
  const path = join(directory, 'store.db');
  connection = new Connection((await loadBinding()).open(path), path);
});

afterEach(() => {
  connection.close();
  rmSync(directory, { recursive: true, force: true });
});

function tables(): string[] {
  const rows = connection.statement("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  return (rows as { name: string }[]).map((row) => row.name);
}

const next = [...migrations, 'CREATE TABLE later (x); INSERT INTO later VALUES (1);'];

describe('the schema', () => {
  it('of an empty file has version 0', () => {
    expect(schemaVersion(connection)).toBe(0);
  });

  it('is created once', () => {
    migrate(connection);
    migrate(connection);
    expect(schemaVersion(connection)).toBe(migrations.length);
    expect(tables()).toEqual(['executions', 'journal', 'requests', 'snapshots']);
  });

  it('of an older release is brought up, with what is in it', () => {
    migrate(connection);
    connection.execute("INSERT INTO executions VALUES (1, 'x', 'w', 's', 0, 0, NULL, 0, 1, NULL, NULL, NULL, NULL, 0)");
    migrate(connection, next);
    expect(schemaVersion(connection, next.length)).toBe(next.length);
    expect(connection.statement('SELECT id FROM executions').all()).toEqual([expect.objectContaining({ id: 'x' })]);
    expect(connection.statement('SELECT x FROM later').all()).toHaveLength(1);
  });

  it('of every former version is brought up to the newest', () => {
    for (let version = 0; version < migrations.length; version += 1) {
      migrate(connection, migrations.slice(0, version + 1));
      expect(schemaVersion(connection)).toBe(version + 1);
    }
    migrate(connection);
    expect(tables()).toContain('snapshots');
  });

  it('stays as it was when a step fails', () => {
    migrate(connection);
    const broken = [...migrations, 'CREATE TABLE later (x)', 'nonsense'];
    expect(() => migrate(connection, broken)).toThrow();
    expect(schemaVersion(connection)).toBe(migrations.length);
    expect(tables()).not.toContain('later');
  });

  it('of a newer release is refused, and the message says which and what to do', () => {
    migrate(connection, next);
    for (const look of [() => schemaVersion(connection), () => migrate(connection)]) {
      expect(look).toThrow(
        expect.objectContaining({
          code: 'STORE_UNAVAILABLE',
          message: expect.stringMatching(/store\.db .*up to version 3, got 4; upgrade/) as string,
        }),
      );
    }
    expect(tables()).toContain('later');
  });

  it('of another application is refused, however it may be marked', () => {
    const foreign = ['CREATE TABLE notes (x)', 'PRAGMA user_version = 3', 'PRAGMA application_id = 77'];
    for (const mark of foreign) {
      connection.execute(mark);
      expect(() => migrate(connection)).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }));
    }
    expect(tables()).toEqual(['notes']);
  });
});
