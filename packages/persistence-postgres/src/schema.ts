import { StoreError } from '@weftline/persistence';
import type { Session, Statement } from './session.ts';

/**
 * Each entry leads from the version that is its position to the next. The greatest version in `schema_versions` tells how
 * many were applied. An entry is never changed once it has been released.
 *
 * - `journal` has one row for all records that one write appended to one execution. Its bytes are told in journal-row.ts;
 *   `sequence` and `last` are the numbers of its first and last record. It refers to `executions` without a foreign key:
 *   the statement that writes a row takes the number from the execution that it changes, and the check would lock each
 *   execution once more.
 * - `head` and `epoch` of an execution are the fence: an append names both and moves `head` only where they match. They and
 *   all else that an append changes are in no index, and pages keep room for the next version of a row.
 * - `creation` names the call that created the execution, which tells after a lost connection whether it was this one.
 * - `compacted_to` is the last record that a vacuum has dropped or was about to, 0 for none: records up to it, back to the row
 *   with the first one, are missing by right. It is set before the rows are deleted, which takes several statements.
 * - A removed execution goes first and its rows follow: numbers are never used again, so what is left belongs to nobody.
 * - A lease ends when both the one in `executions` and that of the owner in `heartbeats` have ended, so that a heartbeat is
 *   one row, however many executions the owner has. Times are milliseconds since 1970; no time means never.
 */
export const migrations: readonly ((schema: string) => string)[] = [
  (schema) => `
    CREATE TABLE ${schema}.executions (
      execution bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id text COLLATE "C" NOT NULL UNIQUE,
      workflow text NOT NULL,
      status text NOT NULL,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL,
      finished_at bigint,
      head bigint NOT NULL,
      epoch bigint NOT NULL,
      creation uuid NOT NULL,
      owner_id text COLLATE "C",
      owner_host text,
      owner_pid bigint,
      lease_until bigint
    ) WITH (fillfactor = 70);
    CREATE INDEX executions_newest ON ${schema}.executions (created_at, execution);
    CREATE INDEX executions_unfinished ON ${schema}.executions (created_at, execution) WHERE finished_at IS NULL;
    CREATE INDEX executions_owned ON ${schema}.executions (owner_id) WHERE owner_id IS NOT NULL;
    CREATE TABLE ${schema}.heartbeats (
      owner_id text COLLATE "C" PRIMARY KEY,
      lease_until bigint NOT NULL
    ) WITH (fillfactor = 70);
    CREATE TABLE ${schema}.journal (
      execution bigint NOT NULL,
      sequence bigint NOT NULL,
      last bigint NOT NULL,
      records bytea NOT NULL,
      PRIMARY KEY (execution, sequence)
    );
    CREATE TABLE ${schema}.snapshots (
      execution bigint PRIMARY KEY,
      sequence bigint NOT NULL,
      data bytea NOT NULL
    );
    CREATE TABLE ${schema}.requests (
      request bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      call uuid NOT NULL UNIQUE,
      execution bigint NOT NULL,
      kind text NOT NULL,
      reason text,
      immediate boolean
    );
    CREATE INDEX requests_by_execution ON ${schema}.requests (execution, request);`,
  (schema) => `ALTER TABLE ${schema}.executions ADD COLUMN compacted_to bigint NOT NULL DEFAULT 0;`,
];

/** Quoted, so that any name is one and nothing else. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Marks our advisory locks by their first number: "weft" in ASCII. The second one is made of the schema's name. */
const LOCK_CLASS = 0x77656674;

/** Asks the tables of the catalog: functions such as `to_regclass` may answer from a cache what was true before the lock. */
const findVersions: Statement = {
  name: 'find-versions',
  sql: () => `SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1) AS "hasSchema",
    EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = 'schema_versions') AS "hasVersions"`,
};

const readVersion: Statement = {
  name: 'read-version',
  sql: (schema) => `SELECT coalesce(max(version), 0) AS version FROM ${schema}.schema_versions`,
};

const addVersion: Statement = {
  name: 'add-version',
  sql: (schema) => `INSERT INTO ${schema}.schema_versions (version) VALUES ($1)`,
};

const lockSchema: Statement = {
  name: 'lock-schema',
  sql: () => `SELECT pg_advisory_xact_lock(${LOCK_CLASS}, hashtext($1))`,
};

interface Found {
  readonly hasSchema: boolean;
  readonly version: number;
}

export interface Migration {
  readonly schema: string;
  /** Whether a schema that is missing is created. Default true. */
  readonly create?: boolean;
  readonly steps?: typeof migrations;
}

/**
 * Brings the schema to the newest version, and creates it when it is missing. Any number of processes may do so at once: a
 * lock lets one do the work. Rejects with STORE_UNAVAILABLE when a newer release has been there.
 */
export async function migrate(session: Session, migration: Migration): Promise<void> {
  const { schema, create = true, steps = migrations } = migration;
  const newest = steps.length;
  const before = await find(session, { schema, newest });
  if (before.version === newest) return;
  if (before.version === 0 && !create) throw missing(session, schema);
  await session.execute(() => 'BEGIN');
  try {
    await session.query(lockSchema, [schema]);
    const { hasSchema, version } = await find(session, { schema, newest });
    if (!hasSchema) await session.execute((quoted) => `CREATE SCHEMA ${quoted}`);
    if (version === 0) await session.execute(createVersions);
    for (const [index, step] of steps.entries()) {
      if (index < version) continue;
      await session.execute(step);
      await session.query(addVersion, [index + 1]);
    }
    await session.execute(() => 'COMMIT');
  } catch (error) {
    if (!session.isLost) await session.execute(() => 'ROLLBACK');
    throw error;
  }
}

function missing(session: Session, schema: string): StoreError {
  return new StoreError(`${session.where}: no store in the schema ${JSON.stringify(schema)}`, {
    code: 'STORE_NOT_FOUND',
  });
}

function createVersions(schema: string): string {
  return `CREATE TABLE ${schema}.schema_versions (
    version integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`;
}

/** What is there; the version is 0 where nothing is. */
async function find(session: Session, expected: { readonly schema: string; readonly newest: number }): Promise<Found> {
  const { schema, newest } = expected;
  const [found] = await session.query<{ hasSchema: boolean; hasVersions: boolean }>(findVersions, [schema]);
  const hasSchema = found?.hasSchema === true;
  if (found?.hasVersions !== true) return { hasSchema, version: 0 };
  const [row] = await session.query<{ version: number }>(readVersion);
  const version = row?.version ?? 0;
  if (version <= newest) return { hasSchema, version };
  throw new StoreError(
    `${session.where}: the schema ${JSON.stringify(schema)} was written by a newer release: expected a version up to ` +
      `${newest}, got ${version}; upgrade @weftline/persistence-postgres to open it`,
    { code: 'STORE_UNAVAILABLE' },
  );
}
