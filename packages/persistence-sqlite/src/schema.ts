import { StoreError } from '@weftline/persistence';
import type { Connection } from './connection.ts';

/** Marks a file as a Weftline store in its header: "weft" in ASCII. */
const APPLICATION_ID = 0x77656674;

/**
 * Each entry leads from the version that is its position to the next; `user_version` in the file's header counts the
 * entries that were applied. An entry is never changed once it has been released.
 *
 * - `journal` has one row for all records that one append wrote for one execution. The blob's layout is told in
 *   journal-row.ts; `sequence` and `last` are the numbers of its first and last record.
 * - `head` and `epoch` of an execution are the fence: an append names both and changes `head` only where they match.
 * - `snapshots` has the latest one of each execution; `sequence` is the last record that it stands for, `crc` the CRC-32 of
 *   its bytes.
 * - `compacted_to` of an execution is the last record that a vacuum has dropped, 0 for none; those up to it, back to the row with
 *   the first one, are missing by right.
 * - Times are milliseconds since 1970.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE executions (
    execution INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    workflow TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    finished_at INTEGER,
    head INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    owner_id TEXT,
    owner_host TEXT,
    owner_pid INTEGER,
    lease_until INTEGER
  );
  CREATE INDEX executions_newest ON executions (created_at);
  CREATE INDEX executions_unfinished ON executions (created_at) WHERE finished_at IS NULL;
  CREATE INDEX executions_owned ON executions (owner_id) WHERE owner_id IS NOT NULL;
  CREATE TABLE journal (
    execution INTEGER NOT NULL REFERENCES executions,
    sequence INTEGER NOT NULL,
    last INTEGER NOT NULL,
    records BLOB NOT NULL
  );
  CREATE UNIQUE INDEX journal_order ON journal (execution, sequence);
  CREATE TABLE requests (
    request INTEGER PRIMARY KEY,
    execution INTEGER NOT NULL REFERENCES executions,
    kind TEXT NOT NULL,
    reason TEXT,
    immediate INTEGER
  );
  CREATE INDEX requests_by_execution ON requests (execution);`,
  `CREATE TABLE snapshots (
    execution INTEGER PRIMARY KEY REFERENCES executions,
    sequence INTEGER NOT NULL,
    crc INTEGER NOT NULL,
    snapshot BLOB NOT NULL
  );`,
  'ALTER TABLE executions ADD COLUMN compacted_to INTEGER NOT NULL DEFAULT 0;',
];

/**
 * The version of the file's schema, 0 for an empty file. Changes nothing, and throws when the file belongs to another
 * application or has a version past `newest`.
 */
export function schemaVersion(connection: Connection, newest: number = migrations.length): number {
  const applicationId = pragma(connection, 'application_id');
  const version = pragma(connection, 'user_version');
  if (applicationId !== APPLICATION_ID) {
    if (applicationId === 0 && version === 0 && isEmpty(connection)) return 0;
    throw new StoreError(
      `${connection.path} is not a Weftline store: it is the SQLite database of another application`,
      {
        code: 'STORE_CORRUPT',
      },
    );
  }
  if (version <= newest) return version;
  throw new StoreError(
    `${connection.path} was written by a newer release: expected a schema up to version ${newest}, got ${version}; ` +
      'upgrade @weftline/persistence-sqlite to open it',
    { code: 'STORE_UNAVAILABLE' },
  );
}

/** Brings the file to the newest version. Several processes may do so at once: the write lock lets one do the work. */
export function migrate(connection: Connection, steps: readonly string[] = migrations): void {
  const newest = steps.length;
  if (connection.read(() => schemaVersion(connection, newest)) === newest) return;
  connection.transaction(() => {
    for (const step of steps.slice(schemaVersion(connection, newest))) connection.execute(step);
    connection.execute(`PRAGMA application_id = ${APPLICATION_ID}`);
    connection.execute(`PRAGMA user_version = ${newest}`);
  });
}

function isEmpty(connection: Connection): boolean {
  return connection.statement('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

function pragma(connection: Connection, name: 'application_id' | 'user_version'): number {
  const row = connection.statement(`PRAGMA ${name}`).get() as Readonly<Record<string, number>>;
  return row[name] ?? 0;
}
