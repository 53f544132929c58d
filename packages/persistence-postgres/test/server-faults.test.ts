import type { Store } from '@weftline/persistence';
import { groupCommit } from '@weftline/persistence/group-commit';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { postgresStore } from '../src/index.ts';
import type { PostgresStoreOptions } from '../src/index.ts';
import { appendOf, expectedTexts, newExecution, readTexts } from './executions.ts';
import { findInstallation, OwnServer } from './own-server.ts';
import type { Installation } from './own-server.ts';

// What becomes of the store when the server itself fails. Each test has a server to break, where one is installed.

const installation = findInstallation();

if (typeof installation === 'string')
  console.warn(`\n*** SKIPPED: faults of the PostgreSQL server: ${installation} ***\n`);

const title = typeof installation === 'string' ? `a server of its own (${installation})` : 'a server of its own';

describe.skipIf(typeof installation === 'string')(title, () => {
  let server: OwnServer;
  const opened: Store[] = [];
  const servers: OwnServer[] = [];

  beforeAll(async () => {
    server = await OwnServer.create(installation as Installation);
    servers.push(server);
    await server.start();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  afterAll(() => servers.forEach((each) => each.remove()));

  let schemas = 0;

  async function open(options: PostgresStoreOptions = {}): Promise<Store> {
    const store = await postgresStore({ connectionString: server.url, schema: `s${++schemas}`, ...options });
    opened.push(store);
    return store;
  }

  /** Appends to several executions until told to stop; answers how many of each were acknowledged. */
  function produce(
    store: Store,
    ids: readonly string[],
  ): { stop: () => Promise<Map<string, number>>; count: () => number } {
    const acknowledged = new Map(ids.map((id) => [id, 0]));
    let isOver = false;
    const producers = ids.map(async (id) => {
      for (let sequence = 1; !isOver; sequence++) {
        expect(await store.append([appendOf(id, sequence)])).toEqual([undefined]);
        acknowledged.set(id, sequence);
      }
    });
    return {
      count: () => [...acknowledged.values()].reduce((sum, count) => sum + count, 0),
      stop: async () => {
        isOver = true;
        await Promise.all(producers);
        return acknowledged;
      },
    };
  }

  it('refuses a wrong password at once, and nobody is told the password', async () => {
    const opening = postgresStore({ connectionString: server.url.replace('geheim', 'verraten') });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: false });
    expect((error as Error).message).toMatch(
      /it refused the password: password authentication failed for user "postgres"/,
    );
    expect((error as Error).message).not.toContain('verraten');
  });

  it('may ask for a password that changes', async () => {
    const passwords = ['geheim', 'geheim', 'geheim'];
    const asked: string[] = [];
    const password = async (): Promise<string> => {
      const next = passwords.shift() ?? 'used up';
      asked.push(next);
      return next;
    };
    const { port } = server;
    const place = { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' };
    const store = await postgresStore({ ...place, password });
    opened.push(store);
    await store.create(newExecution('x'));
    expect(asked).toEqual(['geheim']);
    await store.get('x');
    expect(asked).toHaveLength(2);
  });

  it('is not trusted with its own idea of when a commit is durable', async () => {
    await server.execute("ALTER DATABASE postgres SET synchronous_commit = 'off'");
    try {
      const schema = `s${schemas + 1}`;
      const store = await open();
      await server.execute(`CREATE TABLE ${schema}.seen (setting text);
        CREATE FUNCTION ${schema}.see() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO ${schema}.seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
        CREATE TRIGGER see AFTER INSERT ON ${schema}.journal FOR EACH ROW EXECUTE FUNCTION ${schema}.see()`);
      await store.create(newExecution('x'));
      await store.append([appendOf('x', 1)]);
      expect(await server.execute(`SELECT setting FROM ${schema}.seen`)).toEqual([{ setting: 'on' }]);
      expect(store.capabilities.durableOnResolve).toBe(true);
    } finally {
      await server.execute('ALTER DATABASE postgres RESET synchronous_commit');
    }
  });

  it.each(['fast', 'immediate'] as const)(
    'that is restarted (%s) under appends loses nothing and doubles nothing',
    async (mode) => {
      const store = groupCommit()(await open());
      const ids = ['a', 'b', 'c'];
      for (const id of ids) await store.create(newExecution(id));
      const producing = produce(store, ids);
      for (let round = 0; round < 3; round++) {
        const before = producing.count();
        await vi.waitFor(() => expect(producing.count()).toBeGreaterThan(before + 20), 30_000);
        server.stop(mode);
        await server.start();
      }
      const acknowledged = await producing.stop();
      for (const [id, count] of acknowledged) {
        expect(await readTexts(store, id)).toEqual(expectedTexts(id, count));
        expect(await store.get(id)).toMatchObject({ head: count });
      }
    },
  );

  it('that freezes in the middle of a statement is left behind, and what it does later changes nothing', async () => {
    const store = await open({ statementMs: 500, connectMs: 500, applicationName: 'to freeze' });
    await store.create(newExecution('x'));
    const [backend] = await server.execute<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'to freeze'",
    );
    const pid = backend?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await store.append([appendOf('x', 1)])).toEqual([undefined]);
      expect(await store.append([appendOf('x', 2, { summary: { status: 'second' } })])).toEqual([undefined]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    const sql = 'SELECT pid FROM pg_stat_activity WHERE pid = $1';
    await vi.waitFor(async () => expect(await server.execute(sql, [pid])).toEqual([]), 10_000);
    expect(await readTexts(store, 'x')).toEqual(expectedTexts('x', 2));
    expect(await store.get('x')).toMatchObject({ status: 'second' });
  });

  it('that keeps a row locked for too long makes the call STORE_UNAVAILABLE, and nothing is written', async () => {
    const schema = `s${schemas + 1}`;
    const store = await open({ statementMs: 300 });
    await store.create(newExecution('x'));
    const holding = server.execute(`BEGIN; SELECT 1 FROM ${schema}.executions FOR UPDATE; SELECT pg_sleep(1); COMMIT`);
    await vi.waitFor(
      async () =>
        expect(await server.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).toHaveLength(1),
      { timeout: 10_000, interval: 5 },
    );
    await expect(store.append([appendOf('x', 1)])).rejects.toMatchObject({
      ...{ code: 'STORE_UNAVAILABLE', retryable: true },
      message: expect.stringContaining('took too long') as string,
    });
    await holding;
    expect(await store.append([appendOf('x', 1)])).toEqual([undefined]);
  });

  it('that stands in its own way takes back one statement, which is sent again', async () => {
    const schema = `s${schemas + 1}`;
    const store = await open();
    for (const id of ['x', 'y']) await store.create(newExecution(id));
    // Locks y and then x, as no store does; the append has x and wants y. The server lets one of the two fail.
    const crossing = server.execute(`SET deadlock_timeout = '60s'; BEGIN;
      SELECT 1 FROM ${schema}.executions WHERE id = 'y' FOR UPDATE; SELECT pg_sleep(0.3);
      SELECT 1 FROM ${schema}.executions WHERE id = 'x' FOR UPDATE; COMMIT`);
    await vi.waitFor(
      async () =>
        expect(await server.execute("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).toHaveLength(1),
      { timeout: 10_000, interval: 5 },
    );
    expect(await store.append([appendOf('x', 1), appendOf('y', 1)])).toEqual([undefined, undefined]);
    await crossing;
    const [{ deadlocks } = { deadlocks: '0' }] = await server.execute<{ deadlocks: string }>(
      "SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'",
    );
    expect(Number(deadlocks)).toBe(1);
    expect(await readTexts(store, 'x')).toEqual(['x 1']);
  });

  describe('without fsync', () => {
    it('is not called durable, and a store that relied on it goes no further', async () => {
      const store = await open({ schema: 'unsafe', reconnectMs: 5_000 });
      await store.create(newExecution('x'));
      expect(store.capabilities.durableOnResolve).toBe(true);
      server.configure({ fsync: 'off' });
      server.stop('fast');
      await server.start();
      await expect(store.append([appendOf('x', 1)])).rejects.toMatchObject({
        ...{ code: 'STORE_UNAVAILABLE', retryable: false },
        message: expect.stringContaining('fsync off') as string,
      });
      const unsafe = await open({ schema: 'unsafe' });
      expect(unsafe.capabilities).toMatchObject({ durable: true, durableOnResolve: false });
      expect(await unsafe.append([appendOf('x', 1)])).toEqual([undefined]);
    });
  });

  describe('with a standby', () => {
    it('opens no store on the standby, and goes on there once it was promoted', async () => {
      const standby = await server.createStandby();
      servers.push(standby);
      await standby.start();
      await server.execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
      await server.execute('SELECT pg_reload_conf()');
      const store = await open({ schema: 'shared' });
      await store.create(newExecution('x', { records: [Buffer.from('x 1')] }));
      await store.close();
      const options = { connectionString: standby.url, schema: 'shared' };
      await expect(postgresStore(options)).rejects.toMatchObject({
        ...{ code: 'STORE_UNAVAILABLE', retryable: true },
        message: expect.stringContaining('is a standby') as string,
      });
      server.stop('immediate');
      standby.promote();
      const next = await open(options);
      // The standby had it when the first server acknowledged it.
      expect(await readTexts(next, 'x')).toEqual(['x 1']);
      expect(await next.append([appendOf('x', 2)])).toEqual([undefined]);
    });
  });
});
