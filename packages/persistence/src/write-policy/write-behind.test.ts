import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, newExecution, readTexts } from '../conformance/harness.ts';
import { StoreError } from '../errors.ts';
import { faultyStore, type Fault, type FaultyStore } from '../faulty-store.ts';
import { memoryStore } from '../memory-store.ts';
import type { Append, Store } from '../store.ts';
import type { WriteBehindStore } from './deferred-store.ts';
import { writeBehind, type WriteBehindOptions } from './write-behind.ts';

/** Timers that are run by hand. */
class Timers {
  readonly delays: number[] = [];
  #due: (() => void)[] = [];

  readonly schedule = (delayMs: number, run: () => void): (() => void) => {
    this.delays.push(delayMs);
    this.#due.push(run);
    return () => void (this.#due = this.#due.filter((other) => other !== run));
  };

  get pending(): number {
    return this.#due.length;
  }

  fire(): void {
    for (const run of this.#due.splice(0)) run();
  }
}

interface Setup {
  readonly store: WriteBehindStore;
  readonly medium: Store;
  readonly faulty: FaultyStore;
  readonly timers: Timers;
}

async function setUp(options: WriteBehindOptions = {}, plan: readonly Fault[] = []): Promise<Setup> {
  const medium = memoryStore();
  const faulty = faultyStore(medium, plan);
  const timers = new Timers();
  const store = writeBehind({ schedule: timers.schedule, ...options })(faulty);
  await store.create(newExecution('x'));
  return { store, medium, faulty, timers };
}

function one(sequence: number, text: string = `r${sequence}`): Append {
  return { execution: 'x', epoch: 1, sequence, records: [bytes(text)] };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function headOf(store: Store): Promise<number | undefined> {
  return (await store.get('x'))?.head;
}

describe('writeBehind', () => {
  it('acknowledges at once and writes everything together when the time is over', async () => {
    const { store, medium, faulty, timers } = await setUp({ delayMs: 20 });
    for (let sequence = 1; sequence <= 5; sequence += 1)
      expect(await store.append([one(sequence)])).toEqual([undefined]);
    expect([await headOf(medium), timers.delays]).toEqual([0, [20]]);
    expect(store.watermarks('x')).toEqual({ acknowledged: 5, durable: 0 });
    timers.fire();
    await turns();
    expect([await headOf(medium), faulty.calls('append')]).toEqual([5, 1]);
    expect([store.watermarks('x'), store.watermarks()]).toEqual(Array(2).fill({ acknowledged: 5, durable: 5 }));
  });

  it('has no timer while nothing waits to be written', async () => {
    const { store, timers } = await setUp();
    expect(timers.pending).toBe(0);
    await store.append([one(1)]);
    expect(timers.pending).toBe(1);
    await store.flush();
    expect(timers.pending).toBe(0);
  });

  it.each([
    ['recordsMax', { recordsMax: 3 }],
    ['bytesMax', { bytesMax: 6 }],
  ])('writes without waiting at %s, and lets nobody in beyond it', async (_, bounds) => {
    let release: () => void = () => undefined;
    const waitFor = new Promise<void>((resolve) => (release = resolve));
    const { store, medium } = await setUp(bounds, [{ method: 'append', call: 1, when: 'before', waitFor }]);
    const appends = [1, 2, 3, 4, 5].map((sequence) => store.append([one(sequence)]));
    const settled = appends.map(() => false);
    for (const [place, append] of appends.entries()) void append.then(() => (settled[place] = true));
    await turns();
    expect(settled).toEqual([true, true, true, false, false]);
    release();
    await Promise.all(appends);
    await store.flush();
    expect(await headOf(medium)).toBe(5);
  });

  it('takes a call in alone that exceeds the bounds by itself', async () => {
    const { store, medium } = await setUp({ recordsMax: 2 });
    const records = [1, 2, 3, 4, 5].map((number) => bytes(`r${number}`));
    await store.append([{ execution: 'x', epoch: 1, sequence: 1, records }]);
    await turns();
    expect(await headOf(medium)).toBe(5);
  });

  it('shows whoever reads what has been acknowledged', async () => {
    const { store } = await setUp();
    await store.append([{ ...one(1), snapshot: bytes('one'), summary: { status: 'busy' } }]);
    expect(await store.get('x')).toMatchObject({ status: 'busy', head: 1 });
    await store.append([one(2)]);
    expect(await readTexts(store, 'x')).toEqual(['r1', 'r2']);
    expect(await store.readSnapshot('x')).toEqual({ sequence: 1, data: bytes('one') });
    await store.append([{ ...one(3), summary: { status: 'done' } }]);
    expect((await store.list()).executions).toMatchObject([{ status: 'done', head: 3 }]);
  });

  it('answers what does not follow as the store does', async () => {
    const { store } = await setUp();
    await store.append([one(1)]);
    const refused = await store.append([one(3), { ...one(2), epoch: 9 }, { ...one(1), execution: 'y' }, one(2)]);
    expect(refused.map((refusal) => refusal?.code)).toEqual([
      ...['STORE_CONFLICT', 'STORE_CONFLICT', 'STORE_NOT_FOUND', undefined],
    ]);
    expect(await store.append([one(3)])).toEqual([undefined]);
    expect(await readTexts(store, 'x')).toEqual(['r1', 'r2', 'r3']);
  });

  it('tells of a refusal that came late with the next append, and until somebody takes over anew', async () => {
    const { store, medium } = await setUp();
    await store.append([one(1)]);
    await medium.claim('x', newExecution('x').owner);
    await expect(store.flush()).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    for (const sequence of [2, 1]) {
      const [refusal] = await store.append([one(sequence)]);
      expect(refusal?.code).toBe('STORE_CONFLICT');
    }
    const lease = await store.claim('x', newExecution('x').owner);
    expect(await store.append([{ ...one(1, 'anew'), epoch: lease.epoch }])).toEqual([undefined]);
    expect(await readTexts(store, 'x')).toEqual(['anew']);
  });

  it.each(['flush', 'release', 'close'] as const)('tells %s that an acknowledged append was lost', async (call) => {
    const { store, medium } = await setUp();
    await store.append([one(1)]);
    await medium.claim('x', newExecution('x').owner);
    const lease = { execution: 'x', owner: newExecution('x').owner.id, epoch: 1, head: 1 };
    const asked = { flush: () => store.flush(), release: () => store.release(lease), close: () => store.close() };
    await expect(asked[call]()).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });

  it('closes in peace when whoever lost something has been told', async () => {
    const { store, medium } = await setUp();
    await store.append([one(1)]);
    await medium.claim('x', newExecution('x').owner);
    await expect(store.flush()).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    await store.close();
  });

  it('keeps its marks while what was acknowledged is being written for a release', async () => {
    let release: () => void = () => undefined;
    const waitFor = new Promise<void>((resolve) => (release = resolve));
    const { store } = await setUp({}, [{ method: 'append', call: 1, when: 'before', waitFor }]);
    await store.append([one(1)]);
    const releasing = store.release({ execution: 'x', owner: newExecution('x').owner.id, epoch: 1, head: 1 });
    await turns();
    expect(store.watermarks('x')).toEqual({ acknowledged: 1, durable: 0 });
    release();
    await releasing;
    expect(store.watermarks('x')).toBeUndefined();
  });

  it('does not count as acknowledged what waits for room', async () => {
    const waitFor = new Promise<void>(() => undefined);
    const { store } = await setUp({ recordsMax: 1 }, [{ method: 'append', call: 1, when: 'before', waitFor }]);
    for (const sequence of [1, 2, 3]) void store.append([one(sequence)]);
    await turns();
    expect([store.watermarks('x'), store.watermarks()]).toEqual(Array(2).fill({ acknowledged: 1, durable: 0 }));
  });

  it('has no marks after a claim, and then those of the new lease', async () => {
    const { store } = await setUp();
    await store.append([one(1), one(2)]);
    const { epoch } = await store.claim('x', newExecution('x').owner);
    expect(store.watermarks('x')).toBeUndefined();
    await store.append([{ ...one(3), epoch }]);
    expect(store.watermarks('x')).toEqual({ acknowledged: 3, durable: 2 });
  });

  it('acknowledges nothing more after a write has failed', async () => {
    const fail = new StoreError('the sync failed', { code: 'STORE_UNKNOWN_OUTCOME' });
    const plan: Fault[] = [{ method: 'append', call: 1, when: 'before', fail }];
    const { store, medium } = await setUp({ recordsMax: 2 }, plan);
    const appends = [1, 2, 3].map((sequence) => store.append([one(sequence)]));
    const outcomes = await Promise.allSettled(appends);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const lost = { code: 'STORE_UNKNOWN_OUTCOME', cause: fail };
    await expect(store.append([one(4)])).rejects.toMatchObject(lost);
    await expect(store.flush()).rejects.toMatchObject(lost);
    await expect(store.get('x')).rejects.toMatchObject(lost);
    await expect(store.heartbeat(newExecution('x').owner)).rejects.toMatchObject(lost);
    await expect(store.request({ execution: 'x', kind: 'pause' })).rejects.toMatchObject(lost);
    await expect(store.close()).rejects.toMatchObject(lost);
    await expect(medium.list()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  it('writes what is left when it is closed', async () => {
    const { store, medium, faulty } = await setUp();
    await store.append([one(1)]);
    const closing = store.close();
    await expect(store.append([one(2)])).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await closing;
    expect(faulty.calls('append')).toBe(1);
    await expect(medium.list()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  it.each([{ delayMs: -1 }, { recordsMax: 0 }, { bytesMax: 1.5 }])('refuses the bounds %j', (bounds) => {
    expect(() => writeBehind(bounds)).toThrow(expect.objectContaining({ code: 'STORE_INVALID_ARGUMENT' }));
  });

  it('leaves exactly what it acknowledged, in order, however calls and timers alternate', async () => {
    const step = fc.constantFrom('append', 'append', 'append', 'two', 'fire', 'flush', 'get', 'turn');
    const narrow = fc.record({ recordsMax: fc.integer({ min: 1, max: 5 }), bytesMax: fc.integer({ min: 1, max: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), narrow, async (steps, bounds) => {
        const { store, medium, timers } = await setUp(bounds);
        const answers: Promise<unknown>[] = [];
        let sequence = 1;
        for (const taken of steps) {
          if (taken === 'append') answers.push(store.append([one(sequence++)]));
          else if (taken === 'two') answers.push(store.append([one(sequence++), one(sequence++)]));
          else if (taken === 'fire') timers.fire();
          else if (taken === 'flush') answers.push(store.flush());
          else if (taken === 'get') answers.push(store.get('x'));
          else await turns();
        }
        await store.flush();
        await Promise.all(answers);
        const expected = Array.from({ length: sequence - 1 }, (_, place) => `r${place + 1}`);
        expect(await readTexts(medium, 'x')).toEqual(expected);
        expect(store.watermarks()).toEqual({ acknowledged: sequence - 1, durable: sequence - 1 });
      }),
    );
  });
});
