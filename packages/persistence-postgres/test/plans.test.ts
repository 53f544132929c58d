import type { Store } from '@weftline/persistence';
import { beforeAll, expect, it, vi } from 'vitest';
import { postgresStore } from '../src/index.ts';
import { appendOf, newExecution, ownerNamed, readTexts } from './executions.ts';
import { describeWithServer } from './server.ts';

// How much of its tables the server looks at, by its own counters: plans must not depend on statistics that nobody took.

describeWithServer('a statement of the store', (server) => {
  const schema = server.newSchema();
  const rows = 4_000;
  const executions = 500;

  beforeAll(async () => {
    await use(async (store) => {
      await store.create(newExecution('long'));
      // Each row is an append of its own, as small groups make them.
      await Promise.all(Array.from({ length: rows }, (_, place) => store.append([appendOf('long', place + 1)])));
      const creations = Array.from({ length: executions }, (_, place) =>
        newExecution(`x${place}`, { createdAtMs: place }),
      );
      await Promise.all(creations.map((execution) => store.create(execution)));
    });
  });

  /** Resolves when the sessions have ended, and have told the server what they looked at. */
  async function use(work: (store: Store) => Promise<unknown>): Promise<void> {
    const store = await postgresStore({ connectionString: server.url, schema, applicationName: schema });
    await work(store);
    await store.close();
    const sessions = 'SELECT pid FROM pg_stat_activity WHERE application_name = $1';
    await vi.waitFor(async () => expect(await server.execute(sessions, [schema])).toEqual([]), 10_000);
  }

  async function looked(): Promise<Record<string, number>> {
    const counted = await server.execute<{ relname: string; rows: string }>(
      `SELECT relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) AS rows
       FROM pg_stat_user_tables WHERE schemaname = $1`,
      [schema],
    );
    return Object.fromEntries(counted.map(({ relname, rows: count }) => [relname, Number(count)]));
  }

  /** How many rows of a table were looked at while the store did its work. */
  async function looksAt(work: (store: Store) => Promise<unknown>): Promise<(table: string) => number> {
    const before = await looked();
    await use(work);
    const after = await looked();
    return (table) => (after[table] ?? 0) - (before[table] ?? 0);
  }

  it('that reads a journal looks at each row about once, however many pages there are', async () => {
    const of = await looksAt(async (store) => expect(await readTexts(store, 'long')).toHaveLength(rows));
    expect(of('journal')).toBeGreaterThanOrEqual(rows);
    expect(of('journal')).toBeLessThan(1.1 * rows);
    expect(of('executions')).toBeLessThan(20);
  });

  it('that reads the end of a journal does not look at its beginning', async () => {
    const of = await looksAt(async (store) => {
      for await (const chunk of store.read('long', { after: rows - 2 })) expect(chunk).toHaveLength(2);
    });
    expect(of('journal')).toBeLessThan(10);
  });

  it('about one execution does not look at the others', async () => {
    const of = await looksAt(async (store) => {
      for (let place = 0; place < 20; place++) {
        const id = `x${place}`;
        expect(await store.append([appendOf(id, 1)])).toEqual([undefined]);
        await store.append([appendOf(id, 1)]);
        expect((await store.get(id))?.head).toBe(1);
        await store.request({ execution: id, kind: 'pause' });
        const { epoch } = await store.claim(id, ownerNamed('owner'));
        await store.release({ execution: id, owner: 'owner', epoch, head: 1 });
      }
    });
    expect(of('executions')).toBeLessThan(20 * 10);
    expect(of('journal')).toBe(0);
  });

  it('that lists looks at what it lists', async () => {
    const of = await looksAt(async (store) => {
      expect((await store.list({ limit: 1 })).executions[0]?.id).toBe(`x${executions - 1}`);
      const { cursor = '' } = await store.list({ limit: 10, unfinished: true });
      expect((await store.list({ limit: 10, cursor, statuses: ['running'], workflow: 'w' })).executions).toHaveLength(
        10,
      );
    });
    expect(of('executions')).toBeLessThan(2 + 11 + 11 + 10);
  });

  it('that sends a heartbeat looks at the executions of its owner alone', async () => {
    const of = await looksAt(async (store) => {
      await store.create(newExecution('held', { owner: ownerNamed('other') }));
      for (let beat = 0; beat < 10; beat++) await store.heartbeat(ownerNamed('other'));
    });
    expect(of('executions')).toBeLessThan(10 * 5);
  });
});
