import { describe, expect, it } from 'vitest';
import { StoreError } from '../errors.ts';
import { faultyStore } from '../faulty-store.ts';
import { memoryStore } from '../memory-store.ts';
import type { Append } from '../store.ts';
import { writeThrough } from './write-through.ts';

const owner = { id: 'owner', host: 'host', pid: 1 };
const execution = { id: 'x', owner, workflow: 'w', status: 'running', createdAtMs: 0, records: [] };

function one(sequence: number): Append[] {
  return [{ execution: 'x', epoch: 1, sequence, records: [new Uint8Array(1)] }];
}

describe('writeThrough', () => {
  it('hands every call to the store by itself, the next one after the answer', async () => {
    let release: () => void = () => undefined;
    const waitFor = new Promise<void>((resolve) => (release = resolve));
    const faulty = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'after', waitFor }]);
    const store = writeThrough()(faulty);
    await store.create(execution);
    const appends = [1, 2, 3].map((sequence) => store.append(one(sequence)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(faulty.calls('append')).toBe(1);
    release();
    await Promise.all(appends);
    expect(faulty.calls('append')).toBe(3);
  });

  it('goes on after a write that failed', async () => {
    const fail = new StoreError('full', { code: 'STORE_UNAVAILABLE' });
    const store = writeThrough()(faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', fail }]));
    await store.create(execution);
    const outcomes = await Promise.allSettled([store.append(one(1)), store.append(one(1))]);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: fail },
      { status: 'fulfilled', value: [undefined] },
    ]);
  });
});
