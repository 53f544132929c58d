import { describe, expect, it } from 'vitest';
import { storeConformance } from './conformance/index.ts';
import { StoreError } from './errors.ts';
import { faultyStore } from './faulty-store.ts';
import type { Fault } from './faulty-store.ts';
import { memoryStore } from './memory-store.ts';
import type { Append, NewExecution, Store } from './store.ts';
import { groupCommit } from './write-policy/group-commit.ts';

storeConformance({
  name: 'faulty memory without a plan',
  create: ({ nowMs }) => faultyStore(memoryStore({ nowMs })),
  crash: (_store, { nowMs }) => faultyStore(memoryStore({ nowMs })),
});

const execution: NewExecution = {
  ...{ id: 'x', owner: { id: 'owner', host: 'host', pid: 1 }, workflow: 'w', status: 'running', createdAtMs: 0 },
  records: [],
};

function append(sequence: number): Append[] {
  return [{ execution: 'x', epoch: 1, sequence, records: [new Uint8Array([sequence])] }];
}

async function headOf(store: Store): Promise<number | undefined> {
  return (await store.get('x'))?.head;
}

const full = new StoreError('full', { code: 'STORE_UNAVAILABLE' });

describe('faultyStore', () => {
  it('fails the call that the plan names before it takes effect, and no other', async () => {
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 2, when: 'before', fail: full }]);
    await store.create(execution);
    await store.append(append(1));
    await expect(store.append(append(2))).rejects.toBe(full);
    expect(await headOf(store)).toBe(1);
    await store.append(append(2));
    expect(await headOf(store)).toBe(2);
    expect(store.calls('append')).toBe(3);
  });

  it('fails a call after it took effect', async () => {
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'after', fail: full }]);
    await store.create(execution);
    await expect(store.append(append(1))).rejects.toBe(full);
    expect(await headOf(store)).toBe(1);
  });

  it.each<[Fault['when'], number]>([
    ['before', 0],
    ['after', 1],
  ])('holds a call up %s it takes effect', async (when, head) => {
    let release: () => void = () => undefined;
    const waitFor = new Promise<void>((resolve) => (release = resolve));
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when, waitFor }]);
    await store.create(execution);
    let answered = false;
    const appending = store.append(append(1)).then(() => (answered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await headOf(store)).toBe(head);
    expect(answered).toBe(false);
    release();
    await appending;
    expect(await headOf(store)).toBe(1);
  });

  it.each<[Fault['when'], number]>([
    ['before', 1],
    ['after', 2],
  ])('crashes %s the effect of a call, and what took effect survives', async (when, head) => {
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 2, when, crash: true }]);
    await store.create(execution);
    await store.append(append(1));
    await expect(store.append(append(2))).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    expect(store.hasCrashed).toBe(true);
    await expect(store.get('x')).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    await store.close();
    const next = store.restart();
    expect(await headOf(next)).toBe(head);
    expect(next.calls('append')).toBe(0);
  });

  it('rejects the calls under way when it crashes, and they take no effect any more', async () => {
    let release: () => void = () => undefined;
    const waitFor = new Promise<void>((resolve) => (release = resolve));
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor }]);
    await store.create(execution);
    const appending = store.append(append(1));
    const next = store.restart();
    release();
    await expect(appending).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    expect(await headOf(next)).toBe(0);
  });

  it('meets reads as well', async () => {
    const store = faultyStore(memoryStore(), [{ method: 'read', call: 2, when: 'after', fail: full }]);
    await store.create({ ...execution, records: [new Uint8Array([1])] });
    const readAll = async (): Promise<number> => {
      let count = 0;
      for await (const chunk of store.read('x')) count += chunk.length;
      return count;
    };
    expect(await readAll()).toBe(1);
    await expect(readAll()).rejects.toBe(full);
  });

  it('takes with it what a policy around it has not handed on', async () => {
    const faulty = faultyStore(memoryStore(), [{ method: 'append', call: 2, when: 'before', crash: true }]);
    const store = groupCommit()(faulty);
    await store.create(execution);
    await store.append(append(1));
    const lost = [store.append(append(2)), store.append(append(3))];
    for (const outcome of await Promise.allSettled(lost)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_UNKNOWN_OUTCOME' } });
    }
    expect(await headOf(faulty.restart())).toBe(1);
  });
});
