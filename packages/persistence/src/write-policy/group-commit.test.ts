import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../errors.ts';
import { faultyStore } from '../faulty-store.ts';
import { memoryStore } from '../memory-store.ts';
import type { Append, Store, StoreCapabilities } from '../store.ts';
import { groupCommit } from './group-commit.ts';

/** A memory store whose appends wait to be let through, and which remembers what each was given. */
class GatedStore {
  readonly store: Store;
  readonly groups: number[][] = [];
  #release: (() => void)[] = [];

  constructor(inner: Store = memoryStore()) {
    this.store = Object.assign(Object.create(inner) as Store, {
      capabilities: inner.capabilities,
      ...boundMethods(inner),
      append: async (appends: readonly Append[]) => {
        this.groups.push(appends.map((append) => append.sequence));
        await new Promise<void>((resolve) => this.#release.push(resolve));
        return inner.append(appends);
      },
    });
  }

  async letThrough(): Promise<void> {
    await settle();
    const waiting = this.#release;
    this.#release = [];
    for (const release of waiting) release();
    await settle();
  }

  async letAllThrough(): Promise<void> {
    do await this.letThrough();
    while (this.#release.length > 0);
  }
}

function boundMethods(store: Store): Partial<Store> {
  return {
    create: (execution) => store.create(execution),
    claim: (id, owner) => store.claim(id, owner),
    release: (lease) => store.release(lease),
    get: (id) => store.get(id),
    read: (id, options) => store.read(id, options),
    close: () => store.close(),
  };
}

/** Lets everything run that waits for promises alone. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

async function createExecution(store: Store, id: string = 'x'): Promise<void> {
  const owner = { id: 'owner', host: 'host', pid: 1 };
  await store.create({ id, owner, workflow: 'w', status: 'running', createdAtMs: 0, records: [] });
}

function one(sequence: number, bytes: number = 1, execution: string = 'x'): Append[] {
  return [{ execution, epoch: 1, sequence, records: [new Uint8Array(bytes)] }];
}

describe('groupCommit', () => {
  it('writes what is called in one turn of the event loop together', async () => {
    const gated = new GatedStore();
    const store = groupCommit()(gated.store);
    await createExecution(store);
    const appends = [1, 2, 3].map((sequence) => store.append(one(sequence)));
    await gated.letAllThrough();
    expect(await Promise.all(appends)).toEqual([[undefined], [undefined], [undefined]]);
    expect(gated.groups).toEqual([[1, 2, 3]]);
  });

  it('gathers the next group while one is being written', async () => {
    const gated = new GatedStore();
    const store = groupCommit()(gated.store);
    await createExecution(store);
    const appends = [store.append(one(1))];
    await settle();
    for (let sequence = 2; sequence <= 101; sequence++) {
      appends.push(store.append(one(sequence)));
      if (sequence % 10 === 0) await settle();
    }
    expect(gated.groups).toEqual([[1]]);
    await gated.letAllThrough();
    expect((await Promise.all(appends)).flat()).toEqual(Array<undefined>(101).fill(undefined));
    expect(gated.groups).toEqual([[1], Array.from({ length: 100 }, (_, place) => place + 2)]);
  });

  it.each([
    ['recordsMax', { recordsMax: 3 }, [[1, 2, 3], [4, 5, 6], [7]]],
    ['bytesMax', { bytesMax: 250 }, [[1, 2], [3, 4], [5, 6], [7]]],
    ['pendingRecordsMax', { pendingRecordsMax: 3 }, [[1, 2, 3], [4, 5, 6], [7]]],
    ['pendingBytesMax', { pendingBytesMax: 250 }, [[1, 2], [3, 4], [5, 6], [7]]],
    ['a bound smaller than any append', { bytesMax: 1, pendingBytesMax: 1 }, [[1], [2], [3], [4], [5], [6], [7]]],
  ])('keeps a group within %s', async (_, bounds, expected) => {
    const gated = new GatedStore();
    const store = groupCommit(bounds)(gated.store);
    await createExecution(store);
    const appends = [1, 2, 3, 4, 5, 6, 7].map((sequence) => store.append(one(sequence, 100)));
    await gated.letAllThrough();
    expect((await Promise.all(appends)).flat()).toEqual(Array<undefined>(7).fill(undefined));
    expect(gated.groups).toEqual(expected);
  });

  it('never holds more than the pending bounds, counting what is being written', async () => {
    const gated = new GatedStore();
    const store = groupCommit({ pendingRecordsMax: 5 })(gated.store);
    await createExecution(store);
    const first = [store.append(one(1)), store.append(one(2))];
    await settle();
    const rest = [3, 4, 5, 6, 7, 8].map((sequence) => store.append(one(sequence)));
    await gated.letThrough();
    // Three had been let in beside the two under way; room was made for the others when those were answered.
    expect(gated.groups).toEqual([
      [1, 2],
      [3, 4, 5, 6, 7],
    ]);
    await gated.letAllThrough();
    await Promise.all([...first, ...rest]);
    expect(gated.groups[2]).toEqual([8]);
  });

  it('writes a call that exceeds the bounds alone, whole', async () => {
    const gated = new GatedStore();
    const store = groupCommit({ recordsMax: 2, pendingRecordsMax: 3 })(gated.store);
    await createExecution(store);
    const large = Array.from({ length: 10 }, (_, place) => one(place + 2)).flat();
    const appends = [store.append(one(1)), store.append(large), store.append(one(12))];
    await gated.letAllThrough();
    await Promise.all(appends);
    expect(gated.groups.map((group) => group.length)).toEqual([1, 10, 1]);
  });

  it('answers each append by itself when some are refused', async () => {
    const gated = new GatedStore();
    const store = groupCommit()(gated.store);
    await createExecution(store);
    const appends = [
      store.append([...one(1), ...one(7)]),
      store.append([]),
      store.append(one(2)),
      store.append(one(2)),
    ];
    await gated.letAllThrough();
    const codes = (await Promise.all(appends)).map((outcomes) => outcomes.map((outcome) => outcome?.code));
    expect(codes).toEqual([[undefined, 'STORE_CONFLICT'], [], [undefined], ['STORE_CONFLICT']]);
    expect(gated.groups).toHaveLength(1);
  });

  it('a wrong argument rejects its own call and not the group', async () => {
    const gated = new GatedStore();
    const store = groupCommit()(gated.store);
    await createExecution(store);
    const good = store.append(one(1));
    const wrong = { execution: 'x', epoch: 1, sequence: 2, records: ['text'] } as unknown as Append;
    const bad = expect(store.append([wrong])).rejects.toMatchObject({ code: 'STORE_INVALID_ARGUMENT' });
    await gated.letAllThrough();
    await bad;
    expect(await good).toEqual([undefined]);
  });

  it('rejects every append of a group whose write failed, and writes the next group', async () => {
    const fail = new StoreError('full', { code: 'STORE_UNAVAILABLE' });
    const store = groupCommit({ recordsMax: 2 })(
      faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', fail }]),
    );
    await createExecution(store);
    const outcomes = await Promise.allSettled([1, 2, 1].map((sequence) => store.append(one(sequence))));
    expect(outcomes.slice(0, 2)).toEqual([
      { status: 'rejected', reason: fail },
      { status: 'rejected', reason: fail },
    ]);
    expect(outcomes[2]).toEqual({ status: 'fulfilled', value: [undefined] });
  });

  it('writes before a claim or release what was appended before it', async () => {
    const gated = new GatedStore();
    const store = groupCommit()(gated.store);
    await createExecution(store);
    const owner = { id: 'owner', host: 'host', pid: 1 };
    const before = store.append(one(1));
    const claimed = store.claim('x', owner);
    const after = store.append(one(2));
    await gated.letAllThrough();
    expect(await before).toEqual([undefined]);
    expect(await claimed).toMatchObject({ epoch: 2, head: 1 });
    expect((await after)[0]).toMatchObject({ code: 'STORE_CONFLICT' });
    expect(gated.groups).toEqual([[1], [2]]);
  });

  it('a claim that fails does not stop the line', async () => {
    const store = groupCommit()(memoryStore());
    await createExecution(store);
    const claim = store.claim('gone', { id: 'owner', host: 'host', pid: 1 });
    const append = store.append(one(1));
    await expect(claim).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
    expect(await append).toEqual([undefined]);
  });

  it('writes everything before it closes the store, and takes nothing more', async () => {
    const gated = new GatedStore();
    const store = groupCommit({ recordsMax: 1 })(gated.store);
    await createExecution(store);
    const appends = [1, 2, 3].map((sequence) => store.append(one(sequence)));
    const closed = store.close();
    await expect(store.append(one(4))).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await gated.letAllThrough();
    await closed;
    expect((await Promise.all(appends)).flat()).toEqual([undefined, undefined, undefined]);
    expect(gated.groups).toEqual([[1], [2], [3]]);
  });

  it('refuses bounds that would let nothing through', () => {
    for (const bound of [0, -1, 1.5, Number.NaN]) {
      expect(() => groupCommit({ recordsMax: bound })).toThrow(
        expect.objectContaining({ code: 'STORE_INVALID_ARGUMENT' }),
      );
      expect(() => groupCommit({ pendingBytesMax: bound })).toThrow(StoreError);
    }
  });

  it('keeps the promises of the store behind it', () => {
    const { capabilities } = groupCommit()(memoryStore({ leaseMs: 5 }));
    const expected: StoreCapabilities = { ...memoryStore({ leaseMs: 5 }).capabilities, name: 'memory+group-commit' };
    expect(capabilities).toEqual(expected);
  });

  it('answers as the store itself would, however calls are grouped', async () => {
    const call = fc.array(fc.record({ execution: fc.constantFrom('a', 'b', 'c'), gap: fc.constantFrom(0, 0, 0, 1) }), {
      maxLength: 4,
    });
    const bounds = fc.record({
      recordsMax: fc.integer({ min: 1, max: 5 }),
      pendingRecordsMax: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 12 }), bounds, async (calls, limits) => {
        const [grouped, plain] = [groupCommit(limits)(memoryStore()), memoryStore()];
        const outcomes = await Promise.all([grouped, plain].map((store) => play(store, calls)));
        expect(outcomes[0]).toEqual(outcomes[1]);
      }),
    );
  });
});

async function play(
  store: Store,
  calls: readonly (readonly { readonly execution: string; readonly gap: number }[])[],
): Promise<unknown> {
  for (const id of ['a', 'b', 'c']) await createExecution(store, id);
  const heads = new Map<string, number>();
  const answers = calls.map((call) =>
    store.append(
      call.flatMap(({ execution, gap }) => {
        const sequence = (heads.get(execution) ?? 0) + 1;
        if (gap === 0) heads.set(execution, sequence);
        return one(sequence + gap, 1, execution);
      }),
    ),
  );
  const codes = (await Promise.all(answers)).map((outcomes) => outcomes.map((outcome) => outcome?.code));
  const { executions } = await store.list();
  return { codes, heads: executions.map(({ id, head }) => [id, head]) };
}
