import type { Store, StoreFinding } from '@weftline/persistence';
import { expect, it } from 'vitest';
import { postgresStore } from '../src/index.ts';
import { migrate, migrations } from '../src/schema.ts';
import { openSession } from '../src/server-facts.ts';
import { checkOptions } from '../src/store-options.ts';
import { appendOf, newExecution } from './executions.ts';
import { describeWithServer, quoted } from './server.ts';

// What the laws of maintenance cannot show: damage, an answer that was lost, and work that was cut short.

describeWithServer('the maintenance of the store in PostgreSQL', (server) => {
  async function use<T>(schema: string, work: (store: Store) => Promise<T>): Promise<T> {
    const store = await postgresStore({ connectionString: server.url, schema });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  /** 40 appends; the snapshot stands for all but the last. */
  async function filled(): Promise<string> {
    const schema = server.newSchema();
    await use(schema, async (store) => {
      await store.create(newExecution('x', { records: [Buffer.from('x 1')] }));
      for (let sequence = 2; sequence <= 40; sequence++) {
        const snapshot = sequence === 39 ? { snapshot: Buffer.from('39') } : {};
        await store.append([appendOf('x', sequence, snapshot)]);
      }
    });
    return schema;
  }

  function maintenanceOf(store: Store): NonNullable<Store['maintenance']> {
    return store.maintenance ?? expect.fail('expected a store that can be maintained');
  }

  async function findings(store: Store): Promise<StoreFinding[]> {
    const found: StoreFinding[] = [];
    for await (const finding of maintenanceOf(store).check()) found.push(finding);
    return found;
  }

  it.each<[string, string, object]>([
    [
      'a byte that was flipped',
      'UPDATE journal SET records = set_byte(records, 21, 0) WHERE sequence = 20',
      { code: 'CHECKSUM_MISMATCH', execution: 'x', sequence: 20, place: { table: 'journal' } },
    ],
    [
      'a row that is missing',
      'DELETE FROM journal WHERE sequence = 20',
      { code: 'SEQUENCE_BROKEN', execution: 'x', sequence: 20 },
    ],
    ['a last row that is missing', 'DELETE FROM journal WHERE sequence = 40', { code: 'HEAD_MISMATCH', sequence: 40 }],
    ['a row of a later owner', 'UPDATE executions SET epoch = 0', { code: 'EPOCH_BACKWARD', sequence: 1 }],
    [
      'a snapshot that was changed',
      `UPDATE snapshots SET data = '\\x00'`,
      { code: 'SNAPSHOT_UNREADABLE', execution: 'x', sequence: 39, place: { table: 'snapshots' } },
    ],
  ])('finds %s, and a dump goes on behind it', async (_, sql, expected) => {
    const schema = await filled();
    await server.execute(`SET search_path = ${quoted(schema)}; ${sql}`);
    await use(schema, async (store) => {
      const damage = (await findings(store)).filter(({ severity }) => severity === 'damage');
      expect(damage[0]).toMatchObject(expected);
      let records = 0;
      for await (const entry of maintenanceOf(store).dump()) {
        if (entry.kind === 'records') records += entry.records.length;
      }
      expect(records).toBeGreaterThanOrEqual(39);
    });
  });

  it('does not drop records for a snapshot that is damaged', async () => {
    const schema = await filled();
    await server.execute(`UPDATE ${quoted(schema)}.snapshots SET data = '\\x00'`);
    await use(schema, async (store) => {
      const report = await maintenanceOf(store).vacuum();
      expect(report).toMatchObject({ recordsDropped: 0, kept: [{ execution: 'x', reason: 'snapshot-damaged' }] });
      let records = 0;
      for await (const chunk of store.read('x')) records += chunk.length;
      expect(records).toBe(40);
    });
  });

  it('goes on where a vacuum was cut short before it had deleted all rows', async () => {
    const schema = await filled();
    await server.execute(`UPDATE ${quoted(schema)}.executions SET compacted_to = 39`);
    await server.execute(`DELETE FROM ${quoted(schema)}.journal WHERE sequence BETWEEN 2 AND 9`);
    await use(schema, async (store) => {
      const reading = (async () => {
        for await (const _ of store.read('x', { after: 5 })) expect.fail('expected nothing there');
      })();
      await expect(reading).rejects.toMatchObject({ code: 'STORE_COMPACTED' });
      expect((await findings(store)).map(({ code }) => code)).toEqual(['RECLAIMABLE']);
      expect(await maintenanceOf(store).vacuum()).toMatchObject({ recordsDropped: 30 });
      expect(await findings(store)).toEqual([]);
    });
  });

  it('removes what a removal that was cut short has left behind', async () => {
    const schema = await filled();
    await server.execute(`DELETE FROM ${quoted(schema)}.executions`);
    await use(schema, async (store) => {
      const orphaned = (await findings(store)).map(({ code, severity, place }) => [code, severity, place.table]);
      expect(orphaned).toEqual([
        ['ORPHANED', 'note', 'journal'],
        ['ORPHANED', 'note', 'snapshots'],
      ]);
      await maintenanceOf(store).vacuum();
      expect(await findings(store)).toEqual([]);
    });
    expect(await server.execute(`SELECT FROM ${quoted(schema)}.journal`)).toEqual([]);
  });

  it('keeps a store of the former schema readable', async () => {
    const schema = server.newSchema();
    const { session } = await openSession(checkOptions({ connectionString: server.url, schema }));
    await migrate(session, { schema, steps: migrations.slice(0, 1) });
    await session.end();
    await use(schema, async (store) => {
      await store.create(newExecution('x', { records: [Buffer.from('x 1')] }));
      expect(await maintenanceOf(store).vacuum()).toMatchObject({ recordsDropped: 0 });
      expect(await findings(store)).toEqual([]);
    });
  });
});
