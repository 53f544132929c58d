import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, describe } from 'vitest';

/** A PostgreSQL server that tests may use: they keep to schemas of their own, which are dropped afterwards. */
export interface Server {
  readonly url: string;
  /** A name for a schema, used by nobody else. */
  newSchema(): string;
  /** Runs SQL beside any store. */
  execute<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

const standardUrls = ['test', 'postgres'].map((database) => `postgres://postgres@127.0.0.1:5432/${database}`);

const { DATABASE_URL: givenUrl } = process.env;

const found = await findServer();

if ('reason' in found) console.warn(`\n*** SKIPPED: the tests of the PostgreSQL store: ${found.reason} ***\n`);

/**
 * Describes what needs a server: the one that DATABASE_URL names, which must be there, else one on the standard local port.
 * Where there is none, all of it is skipped, and says so.
 */
export function describeWithServer(title: string, body: (server: Server) => void): void {
  if ('reason' in found) {
    describe.skip(`${title} (${found.reason})`, () => body(serverAt('postgres://nobody.invalid')));
    return;
  }
  const { url } = found;
  describe(title, () => {
    const schemas: string[] = [];
    const server = serverAt(url, schemas);
    body(server);
    afterAll(async () => {
      for (const schema of schemas) await server.execute(`DROP SCHEMA IF EXISTS ${quoted(schema)} CASCADE`);
    });
  });
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function serverAt(url: string, schemas: string[] = []): Server {
  return {
    url,
    newSchema: () => {
      const schema = `weftline_test_${randomBytes(8).toString('hex')}`;
      schemas.push(schema);
      return schema;
    },
    execute: async (sql, values = []) => {
      const client = new Client({ connectionString: url, options: '-c client_min_messages=warning' });
      await client.connect();
      try {
        return (await client.query({ text: sql, values: [...values] })).rows as never;
      } finally {
        await client.end();
      }
    },
  };
}

async function findServer(): Promise<{ readonly url: string } | { readonly reason: string }> {
  const reasons: string[] = [];
  for (const url of givenUrl === undefined ? standardUrls : [givenUrl]) {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
      await client.end();
      return { url };
    } catch (error) {
      if (givenUrl !== undefined) throw new Error('DATABASE_URL names a server that cannot be used', { cause: error });
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { reason: `DATABASE_URL is not set, and on 127.0.0.1:5432 is no server: ${reasons.join('; ')}` };
}
