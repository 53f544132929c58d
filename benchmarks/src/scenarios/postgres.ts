import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

const standardUrls = ['test', 'postgres'].map((database) => `postgres://postgres@127.0.0.1:5432/${database}`);

/** The server that DATABASE_URL names, else one on the standard local port; or why there is none. */
async function findPostgres(): Promise<{ readonly url: string } | { readonly reason: string }> {
  const { DATABASE_URL: given } = process.env;
  let reason = '';
  for (const url of given === undefined || given === '' ? standardUrls : [given]) {
    try {
      await withClient(url, (client) => client.query('SELECT 1'));
      return { url };
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  return { reason: `PostgreSQL cannot be reached (DATABASE_URL, or the standard local port): ${reason}` };
}

export async function postgresUnavailable(): Promise<string | undefined> {
  const found = await findPostgres();
  return 'reason' in found ? found.reason : undefined;
}

/** A schema of its own on the server, which is gone after `discard`. */
export interface PostgresSchema {
  readonly url: string;
  readonly name: string;
  readonly discard: () => Promise<void>;
}

export async function newPostgresSchema(): Promise<PostgresSchema> {
  const found = await findPostgres();
  if ('reason' in found) throw new Error(found.reason);
  const name = `weftline_bench_${randomBytes(8).toString('hex')}`;
  const discard = (): Promise<void> =>
    withClient(found.url, async (client) => {
      await client.query('SET client_min_messages = warning');
      await client.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
    });
  return { url: found.url, name, discard };
}

export async function withClient<Answer>(url: string, use: (client: Client) => Promise<Answer>): Promise<Answer> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
