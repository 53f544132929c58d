import { StoreError } from '@weftline/persistence';
import { Interrupted } from './interrupted.ts';
import { Session } from './session.ts';
import type { Statement } from './session.ts';
import type { Settings } from './store-options.ts';

/** What a new session finds at its server. */
export interface ServerFacts {
  /** A commit has been synced to disk when it is answered. */
  readonly syncs: boolean;
  /** The process that serves the session, and when it began: no other one is both. */
  readonly pid: number;
  readonly startedAt: string | null;
}

export interface OpenSession {
  readonly session: Session;
  readonly facts: ServerFacts;
}

interface FactsRow extends ServerFacts {
  readonly encoding: string;
  readonly version: number;
  readonly standby: boolean;
}

/** The first one with everything that the statements use. */
const OLDEST_VERSION = 12;

/**
 * Makes a session what this package needs, and asks about the server.
 *
 * - Commits are durable when they are answered, whatever the server, database or user is configured for; a configuration
 *   that promises even more (`remote_apply`) stays.
 * - Plans do not depend on statistics, which a young or just filled table lacks: every statement has an index that gives
 *   its rows in the order in which they are wanted, and looks up row by row what it joins.
 * - Rows are compressed with LZ4 where the server has it, which costs next to nothing.
 */
const facts: Statement = {
  name: 'facts',
  sql: () => `SELECT
    set_config('synchronous_commit',
      CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
    set_config('statement_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $1, false),
    set_config('plan_cache_mode', 'force_generic_plan', false), set_config('jit', 'off', false),
    set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
    set_config('enable_mergejoin', 'off', false), set_config('enable_bitmapscan', 'off', false),
    (SELECT set_config(name, 'lz4', false) FROM pg_settings
      WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)),
    current_setting('fsync') = 'on' AS syncs,
    current_setting('server_encoding') AS encoding,
    current_setting('server_version_num')::int / 10000 AS version,
    pg_is_in_recovery() AS standby,
    pg_backend_pid() AS pid,
    (SELECT backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS "startedAt"`,
};

/** Opens a session that may be used. Rejects with Interrupted when it may succeed a little later, else with a StoreError. */
export async function openSession(settings: Settings): Promise<OpenSession> {
  const session = await Session.open(settings);
  try {
    const [row] = await session.query<FactsRow>(facts, [`${settings.statementMs}ms`]);
    if (row === undefined) throw new Interrupted(`${session.where} said nothing about itself`, { unanswered: false });
    assertUsable(row, session.where);
    return { session, facts: row };
  } catch (error) {
    session.destroy();
    throw error;
  }
}

function assertUsable({ encoding, version, standby }: FactsRow, where: string): void {
  if (version < OLDEST_VERSION) {
    throw unusable(`${where}: expected PostgreSQL ${OLDEST_VERSION} or later, got ${version}`);
  }
  // Others cannot keep every text, and those that convert might make two ids one.
  if (encoding !== 'UTF8') throw unusable(`${where}: expected a database with the encoding UTF8, got ${encoding}`);
  // After a failover the address may lead to the new primary in a moment.
  if (standby) throw new Interrupted(`${where} is a standby, which takes no writes`, { unanswered: false });
}

function unusable(message: string): StoreError {
  return new StoreError(message, { code: 'STORE_UNAVAILABLE' });
}
