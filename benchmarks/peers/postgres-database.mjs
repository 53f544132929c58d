// A database of our own on the PostgreSQL at DATABASE_URL or the standard local port, dropped when it is closed.
import { randomUUID } from 'node:crypto';
import pg from 'pg';

const serverUrl = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

export async function postgresUnavailable() {
  try {
    await onServer((client) => client.query('SELECT 1'));
    return undefined;
  } catch (error) {
    return `PostgreSQL is not reachable (DATABASE_URL, else 127.0.0.1:5432): ${error.message || error.code}`;
  }
}

export async function createPostgresDatabase() {
  const name = `weftline_peers_${randomUUID().slice(0, 8)}`;
  await onServer((client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => onServer((client) => dropDatabase(client, name)),
  };
}

/** Sessions that have just been closed take a moment to end; only one that was left open has to be ended by force. */
async function dropDatabase(client, name) {
  const sessions = 'SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = $1';
  for (let tries = 0; tries < 50; tries += 1) {
    const { rows } = await client.query(sessions, [name]);
    if (rows[0].open === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
}

async function onServer(work) {
  const client = new pg.Client({ connectionString: serverUrl, connectionTimeoutMillis: 5000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
