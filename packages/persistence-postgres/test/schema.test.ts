import type { Store } from '@weftline/persistence';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { postgresStore } from '../src/index.ts';
import { migrate, migrations } from '../src/schema.ts';
import { openSession } from '../src/server-facts.ts';
import type { Session } from '../src/session.ts';
import { checkOptions } from '../src/store-options.ts';
import { appendOf, newExecution, readTexts } from './executions.ts';
import { describeWithServer, quoted } from './server.ts';

const next = [
  ...migrations,
  (schema: string) => `CREATE TABLE ${schema}.later (x int); INSERT INTO ${schema}.later VALUES (1)`,
];

describeWithServer('the schema', (server) => {
  let schema: string;
  let session: Session;

  beforeEach(async () => {
    schema = server.newSchema();
    session = await sessionIn(schema);
  });
  afterEach(() => session.end());

  async function sessionIn(name: string): Promise<Session> {
    return (await openSession(checkOptions({ connectionString: server.url, schema: name }))).session;
  }

  async function use<T>(work: (store: Store) => Promise<T>, name: string = schema): Promise<T> {
    const store = await postgresStore({ connectionString: server.url, schema: name });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  async function tables(name: string = schema): Promise<string[]> {
    const sql = 'SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY tablename';
    return (await server.execute<{ tablename: string }>(sql, [name])).map(({ tablename }) => tablename);
  }

  async function versions(): Promise<number[]> {
    const sql = `SELECT version FROM ${quoted(schema)}.schema_versions ORDER BY version`;
    return (await server.execute<{ version: number }>(sql)).map(({ version }) => version);
  }

  const newest = ['executions', 'heartbeats', 'journal', 'requests', 'schema_versions', 'snapshots'];

  it('is created once', async () => {
    await migrate(session, { schema });
    await migrate(session, { schema });
    expect(await tables()).toEqual(newest);
    expect(await versions()).toEqual(migrations.map((_, index) => index + 1));
  });

  it('may be there already, and empty', async () => {
    await server.execute(`CREATE SCHEMA ${quoted(schema)}`);
    await migrate(session, { schema });
    expect(await tables()).toEqual(newest);
  });

  it('is not created where that is not wanted, and found where it is there', async () => {
    const options = { connectionString: server.url, schema, create: false };
    await expect(postgresStore(options)).rejects.toMatchObject({
      code: 'STORE_NOT_FOUND',
      message: expect.stringContaining(`no store in the schema "${schema}"`) as string,
    });
    expect(await tables()).toEqual([]);
    await use((store) => store.create(newExecution('x')));
    const store = await postgresStore(options);
    expect(await store.get('x')).toMatchObject({ id: 'x' });
    await store.close();
  });

  it('of an older release is brought up, with what is in it', async () => {
    await use((store) => store.create(newExecution('x', { records: [Buffer.from('x 1')] })));
    await migrate(session, { schema, steps: next });
    expect(await tables()).toContain('later');
    expect(await versions()).toEqual(next.map((_, index) => index + 1));
    expect(await server.execute(`SELECT id FROM ${quoted(schema)}.executions`)).toEqual([{ id: 'x' }]);
  });

  it('stays as it was when a step fails, and the session can go on', async () => {
    await migrate(session, { schema });
    const broken = [...next, () => 'nonsense'];
    await expect(migrate(session, { schema, steps: broken })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await tables()).toEqual(newest);
    expect(await versions()).toEqual(migrations.map((_, index) => index + 1));
    await migrate(session, { schema, steps: next });
    expect(await tables()).toContain('later');
  });

  it('of a newer release is refused, the message says which and what to do, and nothing is changed', async () => {
    await migrate(session, { schema, steps: next });
    for (const open of [migrate(session, { schema }), use((store) => store.list())]) {
      await expect(open).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringMatching(
          new RegExp(
            `schema "${schema}" was written by a newer release: .*up to ${migrations.length}, got ${next.length}; upgrade`,
          ),
        ) as string,
      });
    }
    expect(await tables()).toContain('later');
  });

  it('with tables of another application is refused and left alone', async () => {
    await server.execute(`CREATE SCHEMA ${quoted(schema)}; CREATE TABLE ${quoted(schema)}.journal (x int)`);
    await expect(use((store) => store.list())).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining('tables of another application') as string,
    });
    expect(await tables()).toEqual(['journal']);
  });

  it('is one of many: stores in different schemas know nothing of each other', async () => {
    const other = server.newSchema();
    await use((store) => store.create(newExecution('x')));
    await use(async (store) => {
      expect(await store.list()).toEqual({ executions: [] });
      await store.create(newExecution('x'));
    }, other);
  });

  it.each(['Weft Line', 'a"b', "o'clock", '; DROP SCHEMA public; --', '$1', '漢字', 'select', '%s'])(
    'may be called %s',
    async (text) => {
      const name = `${server.newSchema().slice(-8)} ${text}`;
      try {
        await use(async (store) => {
          await store.create(newExecution('x', { records: [Buffer.from('x 1')] }));
          await store.append([appendOf('x', 2, { summary: { finishedAtMs: 1 }, snapshot: Buffer.from('s') })]);
          await store.request({ execution: 'x', kind: 'cancel' });
          expect(await readTexts(store, 'x')).toEqual(['x 1', 'x 2']);
        }, name);
        expect(await tables(name)).toEqual(newest);
      } finally {
        await server.execute(`DROP SCHEMA ${quoted(name)} CASCADE`);
      }
    },
  );

  it('may be used, once it is there, by somebody who may not create one', async (context) => {
    await migrate(session, { schema });
    const role = `${schema}_user`;
    const refused = await server.execute(`CREATE ROLE ${quoted(role)}`).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (refused !== undefined) context.skip(`no role can be made for it: ${refused}`);
    try {
      await server.execute(`GRANT USAGE ON SCHEMA ${quoted(schema)} TO ${quoted(role)};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${quoted(schema)} TO ${quoted(role)}`);
      const limited = await sessionIn(schema);
      await limited.execute(() => `SET ROLE ${quoted(role)}`);
      await migrate(limited, { schema });
      const elsewhere = server.newSchema();
      await expect(migrate(limited, { schema: elsewhere })).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining('lacks a privilege') as string,
      });
      await limited.end();
    } finally {
      await server.execute(`DROP OWNED BY ${quoted(role)}; DROP ROLE ${quoted(role)}`);
    }
  });
});
