import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processOwner } from '@weftline/persistence';
import type { Lease, Store, StoreError } from '@weftline/persistence';
import { groupCommit } from '@weftline/persistence/group-commit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { postgresStore } from '../src/index.ts';
import { migrations } from '../src/schema.ts';
import { buildChildProgram, startChild } from './child-process.ts';
import type { Child } from './child-process.ts';
import { appendOf, expectedTexts, newExecution, ownerNamed, readTexts } from './executions.ts';
import { describeWithServer } from './server.ts';

// Several stores and several real processes over one schema: sharing, taking over, and what is left when one is killed.

describeWithServer('several processes on one server', (server) => {
  let directory: string;
  let program: string;
  let schema: string;
  const children: Child[] = [];
  const opened: Store[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'weftline-child-'));
    program = await buildChildProgram(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  beforeEach(() => {
    schema = server.newSchema();
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  function start(role: string, ...rest: string[]): Child {
    const child = startChild(program, role, server.url, schema, ...rest);
    children.push(child);
    return child;
  }

  async function open(): Promise<Store> {
    const store = await postgresStore({ connectionString: server.url, schema });
    opened.push(store);
    return store;
  }

  it('create the schema together, and nobody is turned away', async () => {
    const openers = Array.from({ length: 5 }, () => start('open'));
    expect(await Promise.all(openers.map((child) => child.rest()))).toEqual(openers.map(() => [0]));
    expect(await server.execute(`SELECT version FROM "${schema}".schema_versions`)).toEqual(
      migrations.map((_, index) => ({ version: index + 1 })),
    );
  });

  it('create and append at once, each to its own', async () => {
    const writers = ['a', 'b', 'c'].map((id) => start('append', id, '3x40'));
    for (const writer of writers) {
      expect((await writer.rest()).at(-1)).toEqual({ head: 120 });
      expect(await writer.exitCode()).toBe(0);
    }
    const store = await open();
    for (const id of ['a', 'b', 'c']) expect(await readTexts(store, id)).toEqual(expectedTexts(id, 120));
  });

  it('see what another one has acknowledged', async () => {
    const writer = start('append', 'x', '3x5');
    expect(await writer.next()).toEqual({ epoch: 1, head: 0 });
    const store = await open();
    for (let round = 1; round <= 5; round++) {
      const { head } = (await writer.next()) as { head: number };
      expect((await readTexts(store, 'x')).length).toBeGreaterThanOrEqual(head);
    }
  });

  it('do not take an execution from one that lives, and take it at once from one that was killed', async () => {
    const holder = start('hold');
    expect(await holder.next()).toMatchObject({ epoch: 1 });
    const store = await open();
    await expect(store.claim('x', processOwner())).rejects.toMatchObject({
      code: 'STORE_HELD',
      message: expect.stringContaining(`process ${holder.process.pid} on `) as string,
    });
    await holder.kill();
    expect(await store.claim('x', processOwner())).toMatchObject({ epoch: 2 });
  });

  it('ask one another through the store, and the owner hears of it at once', async () => {
    const [owner, other] = [await open(), await open()];
    await owner.create(newExecution('x'));
    const heard = new Promise((resolve) => {
      owner.watch?.((notice) => {
        if (notice.kind === 'missed') void other.request({ execution: 'x', kind: 'cancel', reason: 'enough' });
        else resolve(notice);
      });
    });
    expect(await heard).toEqual({ kind: 'requested', execution: 'x' });
    expect(await owner.heartbeat(ownerNamed('owner'))).toEqual([{ execution: 'x', kind: 'cancel', reason: 'enough' }]);
  });

  describe('that race', () => {
    it('for abandoned executions: each goes to one of ten', async () => {
      const stores = await Promise.all(Array.from({ length: 10 }, () => open()));
      const ids = Array.from({ length: 10 }, (_, place) => `x${place}`);
      const gone = { ...ownerNamed('gone'), pid: 2 ** 30 };
      for (const id of ids) await stores[0]?.create(newExecution(id, { owner: gone }));
      const claims = await Promise.all(
        stores.map((store, place) =>
          Promise.allSettled(ids.map((id) => store.claim(id, ownerNamed(`owner ${place}`)))),
        ),
      );
      for (const [index, id] of ids.entries()) {
        const outcomes = claims.map((all) => all[index]);
        const leases = outcomes.flatMap((outcome) => (outcome?.status === 'fulfilled' ? [outcome.value] : []));
        expect(leases).toEqual([expect.objectContaining({ execution: id, epoch: 2 })]);
        const codes = outcomes.flatMap((outcome) =>
          outcome?.status === 'rejected' ? [(outcome.reason as StoreError).code] : [],
        );
        expect(codes).toEqual(Array<string>(9).fill('STORE_HELD'));
        expect((await stores[0]?.get(id))?.owner?.id).toBe(leases[0]?.owner);
      }
    });

    it('to create one execution: it is created once, with the records of whoever did', async () => {
      const stores = await Promise.all(Array.from({ length: 10 }, () => open()));
      const outcomes = await Promise.allSettled(
        stores.map((store, place) => store.create(newExecution('x', { records: [Buffer.from(`${place}`)] }))),
      );
      const winners = outcomes.flatMap((outcome, place) => (outcome.status === 'fulfilled' ? [`${place}`] : []));
      expect(winners).toHaveLength(1);
      expect(await readTexts(await open(), 'x')).toEqual(winners);
    });

    it('to take over from each other while they append: the journal shows one owner after another', async () => {
      const gone = (place: number) => ({ ...ownerNamed(`owner ${place}`), pid: 2 ** 30 + place });
      const stores = await Promise.all(Array.from({ length: 4 }, () => open()));
      await stores[0]?.create(newExecution('x', { owner: gone(0) }));
      const taken: string[] = [];
      const run = async (store: Store, place: number): Promise<void> => {
        for (let round = 0; round < 15; round++) {
          // Nobody here believes that another one lives, so everybody claims whenever it wants.
          const lease = await store.claim('x', gone(place));
          for (let sequence = lease.head + 1; sequence <= lease.head + 3; sequence++) {
            const text = `${sequence} of ${lease.epoch}`;
            const append = { execution: 'x', epoch: lease.epoch, sequence, records: [Buffer.from(text)] };
            const [refusal] = await store.append([append]);
            if (refusal !== undefined) break;
            taken.push(text);
          }
        }
      };
      await Promise.all(stores.map((store, place) => run(store, place)));
      const texts = await readTexts(await open(), 'x');
      expect([...texts].sort()).toEqual([...taken].sort());
      const epochs = texts.map((text) => Number(text.split(' of ')[1]));
      expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
      expect(texts.map((text) => Number(text.split(' of ')[0]))).toEqual(texts.map((_, place) => place + 1));
      expect(epochs.at(-1)).toBeGreaterThan(10);
    });
  });

  describe('of which one is a zombie', () => {
    it('get nothing from it: neither records, nor a summary, nor a snapshot, and its release is ignored', async () => {
      const [zombie, heir] = [await open(), await open()];
      const gone = { ...ownerNamed('gone'), pid: 2 ** 30 };
      const old: Lease = await zombie.create(newExecution('x', { owner: gone }));
      await zombie.create(newExecution('own', { owner: gone }));
      await zombie.append([appendOf('x', 1)]);
      const lease = await heir.claim('x', ownerNamed('heir'));
      await heir.append([appendOf('x', 2, { epoch: lease.epoch })]);
      const before = await heir.get('x');
      const stale = { summary: { status: 'succeeded', finishedAtMs: 5 }, snapshot: Buffer.from('stale') };
      const outcomes = await zombie.append([
        ...[appendOf('x', 2, stale), appendOf('x', 3, stale), appendOf('own', 1)],
        appendOf('x', 3, { records: [], ...stale }),
      ]);
      expect(outcomes.map((outcome) => outcome?.code)).toEqual([
        ...['STORE_CONFLICT', 'STORE_CONFLICT', undefined, 'STORE_CONFLICT'],
      ]);
      await zombie.release({ ...old, head: 1 });
      await zombie.heartbeat(gone);
      expect(await heir.get('x')).toEqual(before);
      expect(await heir.readSnapshot('x')).toBeUndefined();
      expect(await readTexts(heir, 'x')).toEqual(expectedTexts('x', 2));
      expect(await readTexts(heir, 'own')).toEqual(['own 1']);
    });
  });

  describe('of which one is killed', () => {
    it('in the middle of appends, again and again, keep every acknowledged record and whole groups', async () => {
      const group = 7;
      const store = await open();
      for (let round = 1; round <= 8; round++) {
        const writer = start('append', 'x', String(group));
        const { epoch, head } = (await writer.next()) as { epoch: number; head: number };
        expect(epoch).toBe(round);
        let acknowledged = head;
        for (let answers = 0; answers < round; answers++)
          ({ head: acknowledged } = (await writer.next()) as { head: number });
        const unheard = await writer.kill();
        acknowledged = (unheard.at(-1) as { head: number } | undefined)?.head ?? acknowledged;
        const texts = await readTexts(store, 'x');
        expect(texts.length).toBeGreaterThanOrEqual(acknowledged);
        expect(texts.length % group).toBe(0);
        expect(texts).toEqual(expectedTexts('x', texts.length));
      }
    });
  });

  describe('of which one does not close its store', () => {
    it('end by themselves when nothing is under way, also while they watch', async () => {
      const child = start('leave');
      expect(await child.rest()).toEqual(['acknowledged']);
      expect(await child.exitCode()).toBe(0);
      expect(child.errors()).toBe('');
    });

    it('do not end before a call under way has been answered', async () => {
      const child = start('forget');
      expect(await child.rest()).toEqual(['acknowledged']);
      expect(await child.exitCode()).toBe(0);
    });

    it('may exit with a call under way, which then took effect whole or not at all', async () => {
      const child = start('exit');
      expect(await child.exitCode()).toBe(7);
      expect([0, 1_000]).toContain((await readTexts(await open(), 'x')).length);
    });
  });

  it('append to hundreds of executions in one group each, and none gets in the way of another', async () => {
    const [one, two] = [groupCommit()(await open()), groupCommit()(await open())];
    const ids = Array.from({ length: 300 }, (_, place) => `x${place}`);
    await Promise.all(ids.map((id, place) => (place % 2 === 0 ? one : two).create(newExecution(id))));
    for (let sequence = 1; sequence <= 5; sequence++) {
      const outcomes = await Promise.all(
        ids.map((id, place) => (place % 2 === 0 ? one : two).append([appendOf(id, sequence)])),
      );
      expect(outcomes.flat().filter((outcome) => outcome !== undefined)).toEqual([]);
    }
    for (const id of ids.slice(0, 20)) expect(await readTexts(one, id)).toEqual(expectedTexts(id, 5));
  });
});
