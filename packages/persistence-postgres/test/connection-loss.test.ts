import type { Store, StoreNotice } from '@weftline/persistence';
import { groupCommit } from '@weftline/persistence/group-commit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { postgresStore } from '../src/index.ts';
import type { PostgresStoreOptions } from '../src/index.ts';
import { appendOf, expectedTexts, newExecution, ownerNamed, readTexts } from './executions.ts';
import { Proxy } from './proxy.ts';
import { describeWithServer, quoted } from './server.ts';

// What becomes of calls whose connection breaks. The proxy cuts it where a test wants it, the server in the middle of work.

describeWithServer('a connection to PostgreSQL that is lost', (server) => {
  let proxy: Proxy;
  let schema: string;
  const opened: Store[] = [];

  beforeAll(async () => {
    proxy = await Proxy.start(server.url);
  });
  afterAll(() => proxy.stop());
  beforeEach(() => {
    schema = server.newSchema();
  });
  afterEach(async () => {
    proxy.refuse(false);
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  async function open(options: PostgresStoreOptions = {}): Promise<Store> {
    const store = await postgresStore({ connectionString: proxy.url, schema, applicationName: schema, ...options });
    opened.push(store);
    return store;
  }

  /** As another process sees it, by a way of its own. */
  async function look(): Promise<Store> {
    return open({ connectionString: server.url });
  }

  /** Ends the server's processes for the stores of this test, as many as there are. */
  async function terminate(): Promise<number> {
    const rows = await server.execute<{ ended: boolean }>(
      'SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE application_name = $1',
      [schema],
    );
    return rows.length;
  }

  /** Resolves when the statement has been committed, whatever has become of the answer. */
  async function committed(head: number, id = 'x'): Promise<void> {
    const sql = `SELECT head FROM ${quoted(schema)}.executions WHERE id = $1`;
    await vi.waitFor(async () => expect(await server.execute(sql, [id])).toEqual([{ head: `${head}` }]), 10_000);
  }

  /** Cuts every connection, lets no new ones come about, and gives the store a moment to notice. */
  async function cutOff(): Promise<void> {
    proxy.refuse(true);
    proxy.drop();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** The answers do not come in time, so that a muted connection is given up soon. */
  const impatient: PostgresStoreOptions = { statementMs: 400, connectMs: 400 };

  describe('while nothing is under way', () => {
    it('is not noticed by anybody', async () => {
      const store = await open();
      await store.create(newExecution('x'));
      await readTexts(store, 'x');
      expect(await terminate()).toBe(2);
      expect(await store.append([appendOf('x', 1)])).toEqual([undefined]);
      expect(await readTexts(store, 'x')).toEqual(['x 1']);
      proxy.drop();
      expect(await readTexts(store, 'x')).toEqual(['x 1']);
      expect(await store.append([appendOf('x', 2)])).toEqual([undefined]);
    });
  });

  describe('in the middle of appends, again and again', () => {
    it.each([
      ['the server ends the session', terminate],
      ['the network cuts it', async () => proxy.drop()],
    ])('because %s, loses nothing acknowledged and applies nothing twice', async (_, cut) => {
      const store = groupCommit()(await open());
      const ids = ['a', 'b', 'c', 'd'];
      await Promise.all(ids.map((id) => store.create(newExecution(id))));
      const acknowledged = new Map(ids.map((id) => [id, 0]));
      let isOver = false;
      const producers = ids.map(async (id) => {
        for (let sequence = 1; !isOver; sequence++) {
          expect(await store.append([appendOf(id, sequence)])).toEqual([undefined]);
          acknowledged.set(id, sequence);
        }
      });
      for (let round = 0; round < 40; round++) {
        await new Promise((resolve) => setTimeout(resolve, (round * 7) % 23));
        await cut();
      }
      isOver = true;
      await Promise.all(producers);
      const other = await look();
      for (const id of ids) {
        const count = acknowledged.get(id) ?? 0;
        expect(count).toBeGreaterThan(0);
        expect(await readTexts(other, id)).toEqual(expectedTexts(id, count));
        expect(await other.get(id)).toMatchObject({ head: count, epoch: 1 });
      }
    });

    it('lets many calls without a policy keep their order', async () => {
      const store = await open();
      await store.create(newExecution('x'));
      const calls = Array.from({ length: 200 }, (_, place) => store.append([appendOf('x', place + 1)]));
      for (let round = 0; round < 10; round++) {
        await calls[round * 15];
        await terminate();
      }
      expect((await Promise.all(calls)).flat()).toEqual(Array<undefined>(200).fill(undefined));
      expect(await readTexts(store, 'x')).toEqual(expectedTexts('x', 200));
    });
  });

  describe('after an append was written and before it was answered', () => {
    it('is answered as taken, once the journal shows it', async () => {
      const store = await open(impatient);
      await store.create(newExecution('x'));
      await store.create(newExecution('y'));
      proxy.mute();
      const appends = [appendOf('x', 1), appendOf('y', 7), appendOf('x', 2), appendOf('none', 1), appendOf('x', 2)];
      const appending = store.append(appends);
      const next = store.append([appendOf('x', 3)]);
      await committed(2);
      const codes = (await appending).map((outcome) => outcome?.code);
      expect(codes).toEqual([undefined, 'STORE_CONFLICT', undefined, 'STORE_NOT_FOUND', 'STORE_CONFLICT']);
      expect(await next).toEqual([undefined]);
      expect(await readTexts(await look(), 'x')).toEqual(expectedTexts('x', 3));
    });

    it('is answered as taken even when somebody else has taken over since', async () => {
      const store = await open(impatient);
      await store.create(newExecution('x', { owner: { ...ownerNamed('owner'), pid: 2 ** 30 } }));
      proxy.mute();
      const appending = store.append([appendOf('x', 1), appendOf('x', 2)]);
      const late = store.append([appendOf('x', 3)]);
      await committed(2);
      const other = await look();
      const lease = await other.claim('x', ownerNamed('other'));
      expect(lease).toMatchObject({ epoch: 2, head: 2 });
      expect(await other.append([appendOf('x', 3, { epoch: 2 })])).toEqual([undefined]);
      expect(await appending).toEqual([undefined, undefined]);
      expect(await late).toEqual([expect.objectContaining({ code: 'STORE_CONFLICT' })]);
      expect(await readTexts(other, 'x')).toEqual(expectedTexts('x', 3));
    });

    it('does not take the records of another one for its own', async () => {
      const store = await open(impatient);
      await store.create(newExecution('x', { owner: { ...ownerNamed('owner'), pid: 2 ** 30 } }));
      proxy.freeze();
      const appending = store.append([appendOf('x', 1)]);
      const other = await look();
      await other.claim('x', ownerNamed('other'));
      // The same text, under another epoch.
      expect(await other.append([appendOf('x', 1, { epoch: 2 })])).toEqual([undefined]);
      expect(await appending).toEqual([expect.objectContaining({ code: 'STORE_CONFLICT' })]);
    });

    it('applies a change of the summary alone once more under the same epoch', async () => {
      const store = await open(impatient);
      await store.create(newExecution('x'));
      proxy.mute();
      const summary = { status: 'paused', updatedAtMs: 5 };
      expect(await store.append([appendOf('x', 1, { records: [], summary })])).toEqual([undefined]);
      expect(await store.get('x')).toMatchObject({ head: 0, ...summary });
    });

    it('tells of a change of the summary alone that nobody can know, when somebody has taken over', async () => {
      const store = await open(impatient);
      await store.create(newExecution('x', { owner: { ...ownerNamed('owner'), pid: 2 ** 30 } }));
      proxy.mute();
      const appending = store.append([appendOf('x', 1, { records: [], summary: { status: 'paused' } })]);
      const other = await look();
      await vi.waitFor(async () => expect(await other.get('x')).toMatchObject({ status: 'paused' }), 10_000);
      await other.claim('x', ownerNamed('other'));
      expect(await appending).toEqual([expect.objectContaining({ code: 'STORE_UNKNOWN_OUTCOME' })]);
    });
  });

  describe('with a statement that arrives late', () => {
    it('lets it change nothing any more', async () => {
      const store = await open(impatient);
      await store.create(newExecution('x'));
      const deliver = proxy.freeze();
      const summary = (status: string) => ({ records: [], summary: { status } });
      expect(await store.append([appendOf('x', 1, summary('first'))])).toEqual([undefined]);
      expect(await store.append([appendOf('x', 1, summary('second'))])).toEqual([undefined]);
      deliver();
      // The process that it was meant for is gone: only the one of the writer is left.
      const sql = 'SELECT pid FROM pg_stat_activity WHERE application_name = $1';
      await vi.waitFor(async () => expect(await server.execute(sql, [schema])).toHaveLength(1), 10_000);
      expect(await store.append([appendOf('x', 1)])).toEqual([undefined]);
      expect(await store.get('x')).toMatchObject({ status: 'second', head: 1 });
    });
  });

  describe('for longer than a call tries', () => {
    it('makes an append that had not been sent STORE_UNAVAILABLE, and the store goes on afterwards', async () => {
      const store = await open({ reconnectMs: 300 });
      await store.create(newExecution('x'));
      await cutOff();
      const failure = {
        code: 'STORE_UNAVAILABLE',
        retryable: true,
        message: expect.stringContaining('127.0.0.1') as string,
      };
      await expect(store.append([appendOf('x', 1)])).rejects.toMatchObject(failure);
      await expect(store.get('x')).rejects.toMatchObject(failure);
      await expect(readTexts(store, 'x')).rejects.toMatchObject(failure);
      proxy.refuse(false);
      expect(await store.append([appendOf('x', 1)])).toEqual([undefined]);
      expect(await readTexts(store, 'x')).toEqual(['x 1']);
    });

    it('makes an append whose answer was lost STORE_UNKNOWN_OUTCOME, and what is there can be read', async () => {
      const store = await open({ reconnectMs: 300 });
      await store.create(newExecution('x'));
      proxy.mute();
      const appending = store.append([appendOf('x', 1)]);
      await committed(1);
      proxy.refuse(true);
      proxy.drop();
      await expect(appending).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME', retryable: false });
      proxy.refuse(false);
      expect(await readTexts(store, 'x')).toEqual(['x 1']);
      expect(await store.append([appendOf('x', 2)])).toEqual([undefined]);
    });

    it('makes it STORE_UNKNOWN_OUTCOME too when the next attempt fails for good', async () => {
      const store = await open(impatient);
      await store.create(newExecution('x'));
      proxy.mute();
      const appending = store.append([appendOf('x', 1)]);
      await committed(1);
      await server.execute(`DROP TABLE ${quoted(schema)}.journal`);
      await expect(appending).rejects.toMatchObject({
        code: 'STORE_UNKNOWN_OUTCOME',
        message: expect.stringContaining('a table of the store is missing') as string,
      });
      await expect(store.append([appendOf('x', 2)])).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    });

    it('is tried once only when the options say so', async () => {
      const store = await open({ reconnectMs: 0 });
      await cutOff();
      const before = proxy.accepted;
      await expect(store.create(newExecution('x'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(proxy.accepted - before).toBe(1);
    });

    it('does not keep the store from closing', async () => {
      const store = await open({ reconnectMs: 300 });
      await cutOff();
      const call = expect(store.create(newExecution('x'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await store.close();
      await call;
    });
  });

  describe('during any other call', () => {
    it('creates once, and answers the lease', async () => {
      const store = await open(impatient);
      proxy.mute();
      const creating = store.create(newExecution('x', { records: [Buffer.from('x 1')] }));
      await committed(1);
      expect(await creating).toEqual({ execution: 'x', owner: 'owner', epoch: 1, head: 1 });
      await expect(store.create(newExecution('x'))).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      expect(await readTexts(store, 'x')).toEqual(['x 1']);
    });

    it('does not take what another one created at the same time for its own', async () => {
      const store = await open(impatient);
      proxy.freeze();
      const creating = store.create(newExecution('x'));
      await (await look()).create(newExecution('x'));
      await expect(creating).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    });

    it('answers the lease that serves when a claim took effect twice', async () => {
      const store = await open(impatient);
      const lease = await store.create(newExecution('x'));
      await store.release(lease);
      proxy.mute();
      const { epoch } = await store.claim('x', ownerNamed('next'));
      expect((await store.get('x'))?.epoch).toBe(epoch);
      expect(await store.append([appendOf('x', 1, { epoch })])).toEqual([undefined]);
    });

    it('leaves a request once, and gives it once', async () => {
      const store = await open(impatient);
      await store.create(newExecution('x'));
      proxy.mute();
      await store.request({ execution: 'x', kind: 'pause', reason: 'because' });
      const heartbeats: unknown[] = [];
      for (let beat = 0; beat < 3; beat++) {
        // The first one is cut before it is answered, and what it took must not be lost.
        if (beat === 0) proxy.mute();
        heartbeats.push(await store.heartbeat(ownerNamed('owner')));
      }
      expect(heartbeats).toEqual([[{ execution: 'x', kind: 'pause', reason: 'because' }], [], []]);
    });

    it('gives a request with the next heartbeat when the removal was not answered in time', async () => {
      const store = await open({ ...impatient, reconnectMs: 200 });
      await store.create(newExecution('x'));
      await store.request({ execution: 'x', kind: 'pause' });
      // Holds up the removal alone, until the call has given up.
      const table = quoted(schema);
      await server.execute(`CREATE FUNCTION ${table}.wait() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.2); RETURN OLD; END $$`);
      await server.execute(
        `CREATE TRIGGER wait BEFORE DELETE ON ${table}.requests FOR EACH ROW EXECUTE FUNCTION ${table}.wait()`,
      );
      const beating = store.heartbeat(ownerNamed('owner'));
      await vi.waitFor(
        async () =>
          expect(
            await server.execute(
              "SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event = 'PgSleep'",
              [schema],
            ),
          ).toHaveLength(1),
        { timeout: 10_000, interval: 5 },
      );
      proxy.mute();
      proxy.refuse(true);
      await expect(beating).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
      proxy.refuse(false);
      expect(await store.heartbeat(ownerNamed('owner'))).toEqual([{ execution: 'x', kind: 'pause' }]);
      expect(await store.heartbeat(ownerNamed('owner'))).toEqual([]);
    });

    it('goes on reading where it was', async () => {
      const store = await open();
      const records = Array.from({ length: 40 }, (_, place) => Buffer.alloc(200_000, place));
      await store.create(newExecution('x', { records }));
      const read: number[] = [];
      for await (const chunk of store.read('x')) {
        read.push(...chunk.map(({ data }) => data[0] ?? -1));
        if (read.length % 3 === 0) await terminate();
        else proxy.drop();
      }
      expect(read).toEqual(records.map((_, place) => place));
    });
  });

  describe('by those who watch', () => {
    it('is made good: they are told that something may have been missed, and then of what happens', async () => {
      const store = await open();
      const heard: StoreNotice[] = [];
      const leave = store.watch?.((notice) => heard.push(notice));
      const missed = (): number => heard.filter(({ kind }) => kind === 'missed').length;
      for (let round = 1; round <= 3; round++) {
        await vi.waitFor(() => expect(missed()).toBe(round), 10_000);
        await store.create(newExecution(`x${round}`));
        await store.request({ execution: `x${round}`, kind: 'cancel' });
        await vi.waitFor(() => expect(heard).toContainEqual({ kind: 'requested', execution: `x${round}` }), 10_000);
        if (round === 1) await terminate();
        else proxy.drop();
      }
      leave?.();
    });

    it('does not keep the store from closing', async () => {
      const store = await open();
      store.watch?.(() => undefined);
      await cutOff();
      await store.close();
    });
  });
});
