import { describe, expect, it } from 'vitest';
import { storeConformance } from './conformance/index.ts';
import type { Store } from './store.ts';
import { memoryStore } from './memory-store.ts';

storeConformance({
  name: 'memory',
  create: ({ nowMs }) => memoryStore({ nowMs }),
  crash: (_store, { nowMs }) => memoryStore({ nowMs }),
});

storeConformance({
  name: 'memory that compacts itself',
  create: ({ nowMs }) => memoryStore({ nowMs, compacts: true }),
  crash: (_store, { nowMs }) => memoryStore({ nowMs, compacts: true }),
});

describe('a memory store that compacts itself', () => {
  const owner = { id: 'one', host: 'here', pid: 1 };

  /** Ten appends of 300 KiB, each with a small snapshot. */
  async function filled(options: { readonly compacts?: boolean }): Promise<Store> {
    const store = memoryStore(options);
    const fields = { workflow: 'w', status: 'running', createdAtMs: 0 };
    const { epoch } = await store.create({ id: 'x', owner, records: [new Uint8Array(1)], ...fields });
    for (let sequence = 2; sequence <= 11; sequence += 1) {
      const records = [new Uint8Array(300 * 1024)];
      await store.append([{ execution: 'x', epoch, sequence, records, snapshot: Uint8Array.of(sequence) }]);
    }
    return store;
  }

  async function sizeOf(store: Store): Promise<number> {
    return (await store.maintenance?.vacuum())?.bytesBefore ?? Number.NaN;
  }

  it('keeps less than two MiB of what snapshots stand for, and the first record', async () => {
    const store = await filled({ compacts: true });
    expect(await sizeOf(store)).toBeLessThan(2 * 1024 * 1024);
    for await (const [first] of store.read('x')) {
      expect(first).toEqual({ sequence: 1, data: new Uint8Array(1) });
      break;
    }
    expect(await store.readSnapshot('x')).toEqual({ sequence: 11, data: Uint8Array.of(11) });
  });

  it('keeps everything otherwise', async () => {
    expect(await sizeOf(await filled({}))).toBeGreaterThan(10 * 300 * 1024);
  });
});
