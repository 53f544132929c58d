import type { Append, Store, StoreError, StoreErrorCode } from '@weftline/persistence';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postgresStore } from '../src/index.ts';
import type { PostgresStoreOptions } from '../src/index.ts';
import { appendOf, expectedTexts, newExecution, ownerNamed, readTexts } from './executions.ts';
import { describeWithServer, quoted } from './server.ts';

// What the store keeps in its tables, and what it makes of tables and arguments that are not as they should be.

describeWithServer('the store in PostgreSQL', (server) => {
  let schema: string;
  const opened: Store[] = [];

  beforeEach(() => {
    schema = server.newSchema();
  });
  afterEach(() => closeAll());

  async function closeAll(): Promise<void> {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  }

  async function open(options: PostgresStoreOptions = {}): Promise<Store> {
    const store = await postgresStore({ connectionString: server.url, schema, ...options });
    opened.push(store);
    return store;
  }

  function execute<Row>(sql: string): Promise<Row[]> {
    return server.execute<Row>(sql.replaceAll('$.', `${quoted(schema)}.`));
  }

  async function expectCode(promise: Promise<unknown>, code: StoreErrorCode, text = ''): Promise<void> {
    const message = expect.stringContaining(text) as string;
    await expect(promise).rejects.toMatchObject({ name: 'StoreError', code, message });
  }

  it('declares what it is', async () => {
    expect((await open()).capabilities).toEqual({
      ...{ name: 'postgres', durable: true, durableOnResolve: true, multiProcess: true, leaseMs: 30_000 },
      maintenance: true,
    });
    expect((await open({ leaseMs: 0 })).capabilities.leaseMs).toBe(0);
  });

  it('takes its place from the variables of the environment where the options leave it out', async () => {
    const { hostname, port, username, pathname } = new URL(server.url);
    const before = { ...process.env };
    Object.assign(process.env, {
      PGHOST: hostname,
      PGPORT: port || '5432',
      PGUSER: username,
      PGDATABASE: pathname.slice(1),
    });
    try {
      const store = await postgresStore({ schema, password: () => decodeURIComponent(new URL(server.url).password) });
      opened.push(store);
      await store.create(newExecution('x'));
      expect(await execute('SELECT id FROM $.executions')).toEqual([{ id: 'x' }]);
    } finally {
      process.env = before;
    }
  });

  describe('what is written', () => {
    it('is one row for all appends of one call to one execution', async () => {
      const store = await open();
      await store.create(newExecution('x'));
      await store.append(Array.from({ length: 1_000 }, (_, place) => appendOf('x', place + 1)));
      expect(await execute('SELECT sequence, last FROM $.journal')).toEqual([{ sequence: '1', last: '1000' }]);
    });

    it('is in rows that a reader takes one at a time, where there are many bytes', async () => {
      const store = await open();
      const large = Array.from({ length: 9 }, (_, place) => Buffer.alloc(500_000, place));
      await store.create(newExecution('x', { records: large.slice(0, 4) }));
      await store.append([appendOf('x', 5, { records: large.slice(4) })]);
      expect(await execute('SELECT sequence, last FROM $.journal ORDER BY sequence')).toEqual(
        ['1 2', '3 4', '5 6', '7 8', '9 9'].map((row) => {
          const [sequence, last] = row.split(' ');
          return { sequence, last };
        }),
      );
      const read: number[] = [];
      for await (const chunk of store.read('x', { after: 2 })) read.push(...chunk.map(({ data }) => data[0] ?? -1));
      expect(read).toEqual([2, 3, 4, 5, 6, 7, 8]);
    });

    it('leaves out what was refused, and only that', async () => {
      const store = await open();
      await store.create(newExecution('x'));
      const appends: Append[] = [];
      for (let sequence = 1; sequence <= 6; sequence++) {
        appends.push(appendOf('x', sequence), appendOf('x', sequence, { records: [Buffer.from('again')] }));
        appends.push(appendOf('x', sequence + 1, { epoch: 9, records: [Buffer.from('stale')] }));
      }
      const codes = (await store.append(appends)).map((outcome) => outcome?.code ?? 'taken');
      const expected = ['taken', 'STORE_CONFLICT', 'STORE_CONFLICT'];
      expect(codes).toEqual(Array.from({ length: 6 }, () => expected).flat());
      expect(await readTexts(store, 'x')).toEqual(expectedTexts('x', 6));
    });

    it('may begin in the middle of what was offered', async () => {
      const store = await open();
      await store.create(newExecution('x', { records: [Buffer.from('x 1')] }));
      const outcomes = await store.append([1, 2, 3].map((sequence) => appendOf('x', sequence)));
      expect(outcomes.map((outcome) => outcome?.code ?? 'taken')).toEqual(['STORE_CONFLICT', 'taken', 'taken']);
      expect(await readTexts(store, 'x')).toEqual(expectedTexts('x', 3));
    });

    it('is all that a call of many megabytes holds, in several statements', async () => {
      const store = await open();
      await store.create(newExecution('x'));
      await store.create(newExecution('y'));
      const records = Array.from({ length: 30 }, () => Buffer.alloc(1_000_000, 7));
      const appends = [appendOf('x', 1, { records }), appendOf('y', 1, { records }), appendOf('x', 31, { records })];
      expect(await store.append([...appends, appendOf('y', 99)])).toEqual([
        ...[undefined, undefined, undefined],
        expect.objectContaining({ code: 'STORE_CONFLICT' }),
      ]);
      expect([(await store.get('x'))?.head, (await store.get('y'))?.head]).toEqual([60, 30]);
    });

    it('is a heartbeat of one row, however many executions there are', async () => {
      const store = await open();
      for (let place = 0; place < 20; place++) await store.create(newExecution(`x${place}`));
      await store.heartbeat(ownerNamed('owner'));
      await store.heartbeat(ownerNamed('nobody'));
      expect(await execute('SELECT owner_id FROM $.heartbeats')).toEqual([{ owner_id: 'owner' }]);
    });

    it('does not keep heartbeats of owners that are long gone', async () => {
      let nowMs = 1_700_000_000_000;
      const store = await open({ nowMs: () => nowMs });
      await store.create(newExecution('x'));
      await store.heartbeat(ownerNamed('owner'));
      nowMs += 3_600_000;
      await open({ nowMs: () => nowMs });
      expect(await execute('SELECT owner_id FROM $.heartbeats')).toHaveLength(1);
      nowMs += 30_001;
      await open({ nowMs: () => nowMs });
      expect(await execute('SELECT owner_id FROM $.heartbeats')).toEqual([]);
      await expect(store.claim('x', ownerNamed('next'))).resolves.toMatchObject({ epoch: 2 });
    });
  });

  describe('a lease', () => {
    const distant = { id: 'distant', host: 'elsewhere.invalid', pid: 1 };

    it('runs by the clock of the database', async () => {
      const store = await open({ leaseMs: 60_000 });
      await store.create(newExecution('x', { owner: distant }));
      await expectCode(store.claim('x', ownerNamed('next')), 'STORE_HELD', 'elsewhere.invalid');
      await execute('UPDATE $.executions SET lease_until = floor(extract(epoch FROM now()) * 1000) - 1');
      expect((await store.get('x'))?.owner).toBeUndefined();
      expect(await store.claim('x', ownerNamed('next'))).toMatchObject({ epoch: 2 });
    });

    it('says how long it has to run', async () => {
      const store = await open({ nowMs: () => 5_000, leaseMs: 1_234 });
      await store.create(newExecution('x', { owner: distant }));
      await expectCode(store.claim('x', ownerNamed('next')), 'STORE_HELD', 'for another 1234 ms');
    });

    it('without end does not end either for a process whose own leases do', async () => {
      const [forever, timed] = [await open({ leaseMs: 0 }), await open({ nowMs: () => 8e15 })];
      await forever.create(newExecution('x', { owner: distant }));
      await forever.heartbeat(distant);
      await expectCode(timed.claim('x', ownerNamed('next')), 'STORE_HELD', 'elsewhere.invalid');
      expect((await timed.get('x'))?.owner).toEqual(distant);
    });

    it('needs a clock that is one', async () => {
      const times = [0, Number.NaN];
      const store = await open({ nowMs: () => times.shift() ?? Number.NaN });
      await expectCode(store.create(newExecution('x')), 'STORE_INVALID_ARGUMENT', 'nowMs');
    });
  });

  describe('a snapshot', () => {
    it('stands for the records up to its append, also when more follow in the same call', async () => {
      const store = await open();
      await store.create(newExecution('x'));
      expect(await store.readSnapshot('x')).toBeUndefined();
      const [one, two] = [Buffer.from('one'), Buffer.from('two')];
      await store.append([appendOf('x', 1, { snapshot: one }), appendOf('x', 2, { snapshot: two }), appendOf('x', 3)]);
      expect(await store.readSnapshot('x')).toEqual({ sequence: 2, data: new Uint8Array(two) });
      await store.append([appendOf('x', 4, { records: [], snapshot: one }), appendOf('x', 9, { snapshot: two })]);
      expect(await store.readSnapshot('x')).toEqual({ sequence: 3, data: new Uint8Array(one) });
      expect(await execute('SELECT sequence FROM $.snapshots')).toEqual([{ sequence: '3' }]);
      await expectCode(store.readSnapshot('none'), 'STORE_NOT_FOUND');
    });

    it('that was damaged or moved is found out', async () => {
      const store = await open();
      await store.create(newExecution('x'));
      await store.append([appendOf('x', 1, { snapshot: Buffer.from('a snapshot') })]);
      await execute('UPDATE $.snapshots SET sequence = 2');
      await expectCode(store.readSnapshot('x'), 'STORE_CORRUPT', 'its snapshot does not match its checksum');
      await execute("UPDATE $.snapshots SET sequence = 1, data = ''");
      await expectCode(store.readSnapshot('x'), 'STORE_CORRUPT', 'fewer than a header');
    });
  });

  describe('a journal that was damaged', () => {
    it('is found out by checksum and numbering, with the execution and the record', async () => {
      const changes = [
        'UPDATE $.journal SET records = set_byte(records, 26, get_byte(records, 26) # 1) WHERE sequence = 3',
        'DELETE FROM $.journal WHERE sequence = 3',
        'DELETE FROM $.journal WHERE sequence = 1',
        'DELETE FROM $.journal',
        'UPDATE $.journal SET sequence = 4 WHERE sequence = 3',
        'UPDATE $.journal SET last = 5 WHERE sequence = 3',
        "UPDATE $.journal SET records = '' WHERE sequence = 3",
        'UPDATE $.executions SET head = 9',
        "UPDATE $.executions SET id = 'y'",
      ];
      const store = await open();
      await store.create(newExecution('x', { records: [Buffer.from('x 1'), Buffer.from('x 2')] }));
      for (let sequence = 3; sequence <= 7; sequence += 2) {
        await store.append([appendOf('x', sequence), appendOf('x', sequence + 1)]);
      }
      await execute('CREATE TABLE $.whole AS TABLE $.journal');
      for (const change of changes) {
        await execute(change);
        const id = change.includes("'y'") ? 'y' : 'x';
        await expectCode(readTexts(store, id), 'STORE_CORRUPT', `execution "${id}": the journal row with record `);
        if (change.includes('get_byte')) {
          const after = store.read('x', { after: 4 })[Symbol.asyncIterator]();
          expect((await after.next()).done).toBe(false);
        }
        await execute(
          "DELETE FROM $.journal; INSERT INTO $.journal TABLE $.whole; UPDATE $.executions SET head = 8, id = 'x'",
        );
      }
      expect(await readTexts(store, 'x')).toEqual(expectedTexts('x', 8));
    });

    it('is found out when a table is missing', async () => {
      const store = await open();
      await store.create(newExecution('x'));
      await execute('DROP TABLE $.journal');
      await expectCode(readTexts(store, 'x'), 'STORE_CORRUPT', 'a table of the store is missing');
      await expectCode(store.append([appendOf('x', 1)]), 'STORE_CORRUPT');
      expect(await store.get('x')).toMatchObject({ head: 0 });
    });
  });

  describe('texts that no database keeps', () => {
    it.each(['a\0b', '\ud800', 'a\udc00'])('as %j name nothing that is there', async (text) => {
      const store = await open();
      await store.create(newExecution('\ufffd'));
      await store.create(newExecution('x'));
      expect(await store.get(text)).toBeUndefined();
      await expectCode(readTexts(store, text), 'STORE_NOT_FOUND');
      await expectCode(store.readSnapshot(text), 'STORE_NOT_FOUND');
      await expectCode(store.claim(text, ownerNamed('next')), 'STORE_NOT_FOUND');
      await expectCode(store.request({ execution: text, kind: 'pause' }), 'STORE_NOT_FOUND');
      await store.release({ execution: text, owner: 'owner', epoch: 1, head: 0 });
      await store.release({ execution: 'x', owner: text, epoch: 1, head: 0 });
      expect(await store.list({ workflow: text })).toEqual({ executions: [] });
      expect(await store.list({ statuses: [text] })).toEqual({ executions: [] });
      expect((await store.list({ statuses: [text, 'running'] })).executions).toHaveLength(2);
      const outcomes = await store.append([appendOf(text, 1), appendOf('x', 1)]);
      expect(outcomes.map((outcome) => outcome?.code)).toEqual(['STORE_NOT_FOUND', undefined]);
    });

    it.each(['a\0b', '\ud800'])('as %j are refused where they were to be kept, alone', async (text) => {
      const store = await open();
      await store.create(newExecution('x'));
      const owner = ownerNamed('owner');
      const code = 'STORE_INVALID_ARGUMENT';
      for (const change of [{ id: text }, { workflow: text }, { status: text }, { owner: { ...owner, host: text } }]) {
        await expectCode(store.create(newExecution('y', change)), code);
      }
      await expectCode(store.create(newExecution('y', { owner: { ...owner, id: text } })), code);
      await expectCode(store.append([appendOf('x', 1, { summary: { status: text } })]), code);
      await expectCode(store.request({ execution: 'x', kind: 'cancel', reason: text }), code);
      await expectCode(store.claim('x', { ...owner, id: text }), code);
      await expectCode(store.heartbeat({ ...owner, id: text }), code);
      expect((await store.list()).executions).toEqual([expect.objectContaining({ id: 'x', head: 0 })]);
    });

    it('are no others: everything else comes back as it went in, of any length', async () => {
      const store = await open();
      const odd = `\u0001\t\n"'\\{}NULL,漢🧵${'x'.repeat(100_000)}`;
      const owner = { id: odd.slice(0, 400), host: odd, pid: 2 ** 40 };
      await store.create(newExecution('x', { owner, workflow: odd, status: odd }));
      await store.append([appendOf('x', 1, { summary: { status: `${odd}!` } })]);
      await store.request({ execution: 'x', kind: 'cancel', reason: odd, immediate: false });
      expect(await store.get('x')).toMatchObject({ owner, workflow: odd, status: `${odd}!` });
      expect((await store.list({ statuses: ['{}', `${odd}!`], workflow: odd })).executions).toHaveLength(1);
      expect(await store.heartbeat(owner)).toEqual([{ execution: 'x', kind: 'cancel', reason: odd, immediate: false }]);
    });
  });

  describe('arguments of a wrong type', () => {
    it('reject alone and leave the store as it was', async () => {
      const store = await open();
      await store.create(newExecution('x'));
      const owner = ownerNamed('owner');
      for (const wrong of [null, 5, 5n, {}, ['x'], Symbol('x'), () => 'x'] as unknown as string[]) {
        const calls = [
          ...[store.get(wrong), readTexts(store, wrong), store.readSnapshot(wrong), store.claim(wrong, owner)],
          store.release({ execution: wrong, owner: 'owner', epoch: 1, head: 0 }),
          store.release({ execution: 'x', owner: wrong, epoch: 1, head: 0 }),
          store.request({ execution: wrong, kind: 'pause' }),
          store.create(newExecution(wrong)),
          store.append([appendOf('x', 1, { execution: wrong })]),
          store.heartbeat({ ...owner, id: wrong }),
          ...[store.list({ statuses: [wrong] }), store.list({ workflow: wrong }), store.list({ cursor: wrong })],
        ];
        const codes = (await Promise.allSettled(calls)).map((outcome) =>
          outcome.status === 'rejected' ? (outcome.reason as StoreError).code : 'fulfilled',
        );
        expect(codes).toEqual(calls.map(() => 'STORE_INVALID_ARGUMENT'));
      }
      for (const epoch of [1.5, Number.NaN, 2 ** 60, '1'] as number[]) {
        await store.release({ execution: 'x', owner: 'owner', epoch, head: 0 });
      }
      expect(await store.get('x')).toMatchObject({ head: 0, epoch: 1, owner });
    });
  });

  describe('removing', () => {
    it('what the README says leaves nothing behind of what ended long ago, and the rest whole', async () => {
      const store = await open();
      for (const id of ['old', 'new', 'running']) {
        await store.create(newExecution(id, { records: [Buffer.from(`${id} 1`)] }));
        await store.request({ execution: id, kind: 'pause' });
        const finishedAtMs = { old: Date.now() - 31 * 86_400_000, new: Date.now() }[id];
        const end = finishedAtMs === undefined ? {} : { summary: { finishedAtMs } };
        await store.append([appendOf(id, 2, { snapshot: Buffer.from(id), ...end })]);
      }
      await execute(await removalOfReadme());
      for (const table of ['executions', 'journal', 'snapshots', 'requests']) {
        const [{ count } = { count: '' }] = await execute<{ count: string }>(
          `SELECT count(DISTINCT execution) FROM $.${table}`,
        );
        expect([table, count]).toEqual([table, '2']);
      }
      expect(await readTexts(store, 'new')).toEqual(expectedTexts('new', 2));
      expect(await store.get('old')).toBeUndefined();
    });
  });

  describe('closing', () => {
    it('with appends under way lets them through, and none that comes later', async () => {
      const store = await open();
      const created = store.create(newExecution('x'));
      const appends = Array.from({ length: 50 }, (_, place) => store.append([appendOf('x', place + 1)]));
      const closing = store.close();
      await expectCode(store.append([appendOf('x', 51)]), 'STORE_CLOSED');
      await Promise.all([created, closing]);
      expect((await Promise.all(appends)).flat()).toEqual(Array<undefined>(50).fill(undefined));
      expect(await readTexts(await open(), 'x')).toHaveLength(50);
    });

    it('leaves no session behind', async () => {
      const store = await open({ applicationName: schema });
      await store.create(newExecution('x'));
      await store.get('x');
      store.watch?.(() => undefined);
      await store.close();
      const sql = 'SELECT pid FROM pg_stat_activity WHERE application_name = $1';
      await expect.poll(() => server.execute(sql, [schema])).toEqual([]);
    });
  });
});

async function removalOfReadme(): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, sql = ''] = /```sql\n(WITH gone[^`]*)```/.exec(text) ?? [];
  expect(sql).not.toBe('');
  return sql.replaceAll('weftline.', '$.');
}
