import { expect } from 'vitest';
import type { Append, JournalSnapshot, Store } from '../store.ts';
import { appendTaken, bytes, expectCode, livingOwner, newExecution, noise, readTexts, records } from './harness.ts';
import type { Harness, Laws } from './harness.ts';

/** Laws about what the records of an execution amount to. */
export const snapshotLaws: Laws = {
  'an execution has no snapshot until one was taken': async ({ store }) => {
    await store.create(newExecution('x', { records: records(2) }));
    expect(await store.readSnapshot('x')).toBeUndefined();
    await appendTaken(store, append(3, records(1)));
    expect(await store.readSnapshot('x')).toBeUndefined();
  },

  'the snapshot of an execution that is not there is not found': async ({ store }) => {
    await expectCode(store.readSnapshot('x'), 'STORE_NOT_FOUND');
  },

  'a snapshot stands for the records up to the last of its append': async ({ store }) => {
    await store.create(newExecution('x', { records: records(2) }));
    await appendTaken(store, append(3, records(3), 'five'));
    expect(await snapshotOf(store)).toEqual([5, 'five']);
    await appendTaken(store, append(6, records(1)));
    expect(await snapshotOf(store)).toEqual([5, 'five']);
  },

  'a snapshot replaces the one before': async (harness) => {
    const { store } = harness;
    await store.create(newExecution('x'));
    for (let sequence = 1; sequence <= 20; sequence += 1)
      await appendTaken(store, append(sequence, records(1), `at ${sequence}`));
    expect(await snapshotOf(store)).toEqual([20, 'at 20']);
    expect(await snapshotOf(await reopenDurable(harness))).toEqual([20, 'at 20']);
  },

  'a snapshot may come without records, and then stands for those that are there': async (harness) => {
    const { store } = harness;
    await store.create(newExecution('x', { records: records(4) }));
    await appendTaken(store, append(5, [], 'four'));
    await appendTaken(store, append(5, [], 'four again'));
    expect(await snapshotOf(store)).toEqual([4, 'four again']);
    await appendTaken(store, append(5, records(1)));
    const reopened = await reopenDurable(harness);
    expect(await snapshotOf(reopened)).toEqual([4, 'four again']);
    expect((await readTexts(reopened, 'x')).length).toBe(5);
  },

  'the last of several snapshots of one call is kept': async (harness) => {
    const { store } = harness;
    await store.create(newExecution('x'));
    const batch = [append(1, records(1), 'one'), append(2, [], 'also one'), append(2, records(1), 'two')];
    expect(await store.append([...batch, append(3, records(1))])).toEqual(Array(4).fill(undefined));
    expect(await snapshotOf(store)).toEqual([2, 'two']);
    expect(await snapshotOf(await reopenDurable(harness))).toEqual([2, 'two']);
  },

  'a snapshot is refused together with its append': async (harness) => {
    const { store } = harness;
    const lease = await store.create(newExecution('x', { records: records(1) }));
    await appendTaken(store, append(2, records(1), 'two'));
    const wrongSequence = append(2, records(1), 'wrong sequence');
    await store.claim('x', livingOwner('owner-a'));
    const staleEpoch = { ...append(3, records(1), 'stale epoch'), epoch: lease.epoch };
    const outcomes = await store.append([wrongSequence, staleEpoch]);
    expect(outcomes.map((refusal) => refusal?.code)).toEqual(['STORE_CONFLICT', 'STORE_CONFLICT']);
    expect(await snapshotOf(store)).toEqual([2, 'two']);
    expect(await snapshotOf(await reopenDurable(harness))).toEqual([2, 'two']);
  },

  'snapshots of several executions keep apart': async (harness) => {
    const { store } = harness;
    const ids = ['x', 'y', 'z'];
    for (const id of ids) await store.create(newExecution(id));
    await store.append(ids.map((id) => ({ ...append(1, records(1), `of ${id}`), execution: id })));
    const reopened = await reopenDurable(harness);
    for (const id of ids) expect(await snapshotOf(reopened, id)).toEqual([1, `of ${id}`]);
  },

  'a snapshot of 8 MiB comes back byte by byte, an empty one too': async (harness) => {
    const { store } = harness;
    const data = noise(8 * 1024 * 1024);
    await store.create(newExecution('x'));
    await appendTaken(store, { ...append(1, records(1)), snapshot: data });
    expect(isSame(await store.readSnapshot('x'), data)).toBe(true);
    const reopened = await reopenDurable(harness);
    expect(isSame(await reopened.readSnapshot('x'), data)).toBe(true);
    await appendTaken(reopened, append(2, records(1), ''));
    expect(await snapshotOf(reopened)).toEqual([2, '']);
  },

  'a snapshot that was acknowledged is there after a crash, exactly when the store says so': async ({
    store,
    capabilities,
    crash,
  }) => {
    await store.create(newExecution('x'));
    await appendTaken(store, append(1, records(1), 'one'));
    await appendTaken(store, append(2, records(1), 'two'));
    const next = await crash();
    if (next === undefined) return;
    if (capabilities.durableOnResolve) expect(await snapshotOf(next)).toEqual([2, 'two']);
    else if ((await next.get('x')) !== undefined) expect(await next.readSnapshot('x')).toBeUndefined();
  },

  'a snapshot of more than the largest record is refused as an argument': async ({ store }) => {
    await store.create(newExecution('x'));
    const snapshot = new Uint8Array(64 * 1024 * 1024 + 1);
    await expectCode(store.append([{ ...append(1, records(1)), snapshot }]), 'STORE_INVALID_ARGUMENT');
  },

  'no snapshot can be read after closing': async ({ store }) => {
    await store.create(newExecution('x'));
    await store.close();
    await expectCode(store.readSnapshot('x'), 'STORE_CLOSED');
  },
};

function append(sequence: number, appended: readonly Uint8Array[], snapshot?: string): Append {
  const data = snapshot === undefined ? {} : { snapshot: bytes(snapshot) };
  return { execution: 'x', epoch: 1, sequence, records: appended, ...data };
}

/** The same medium, opened again where it outlives that. */
async function reopenDurable({ store, capabilities, reopen }: Harness): Promise<Store> {
  return capabilities.durable ? reopen() : store;
}

async function snapshotOf(store: Store, id: string = 'x'): Promise<readonly [number, string] | undefined> {
  const snapshot = await store.readSnapshot(id);
  return snapshot && [snapshot.sequence, new TextDecoder().decode(snapshot.data)];
}

function isSame(snapshot: JournalSnapshot | undefined, data: Uint8Array): boolean {
  return snapshot !== undefined && Buffer.compare(snapshot.data, data) === 0;
}
