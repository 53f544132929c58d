import { expect } from 'vitest';
import { appendTaken, bytes, livingOwner, newExecution, readAll, readTexts, records, summaryOf } from './harness.ts';
import type { Laws } from './harness.ts';

/** What holds when calls are made without waiting for one another. */
export const concurrencyLaws: Laws = {
  'appends of one execution are taken in the order of the calls': async ({ store }) => {
    await store.create(newExecution('x'));
    const calls = Array.from({ length: 200 }, (_, place) =>
      store.append([{ execution: 'x', epoch: 1, sequence: place + 1, records: [bytes(`${place}`)] }]),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.flat().filter((outcome) => outcome !== undefined)).toEqual([]);
    expect(await readTexts(store, 'x')).toEqual(Array.from({ length: 200 }, (_, place) => `${place}`));
  },
  'appends of many executions at once are answered each by itself': async ({ store }) => {
    const ids = Array.from({ length: 20 }, (_, place) => `execution-${place}`);
    await Promise.all(ids.map((id) => store.create(newExecution(id))));
    const runs = ids.map(async (id, place) => {
      for (let sequence = 1; sequence <= 20; sequence++) {
        await appendTaken(store, { execution: id, epoch: 1, sequence, records: [bytes(`${id} ${sequence}`)] });
        if (sequence % 7 !== place % 7) continue;
        const [refusal] = await store.append([{ execution: id, epoch: 1, sequence, records: records(1, 'again') }]);
        expect(refusal).toMatchObject({ code: 'STORE_CONFLICT' });
      }
    });
    await Promise.all(runs);
    for (const id of ids) {
      expect(await readTexts(store, id)).toEqual(Array.from({ length: 20 }, (_, place) => `${id} ${place + 1}`));
    }
  },
  'an acknowledged append is seen by every later read': async ({ store }) => {
    await store.create(newExecution('x'));
    for (let sequence = 1; sequence <= 20; sequence++) {
      const summary = { updatedAtMs: sequence, status: `status-${sequence}` };
      await appendTaken(store, { execution: 'x', epoch: 1, sequence, records: records(1), summary });
      expect(await readAll(store, 'x', sequence - 1)).toHaveLength(1);
      expect(await summaryOf(store, 'x')).toMatchObject({ head: sequence, ...summary });
      expect((await store.list()).executions[0]).toMatchObject({ head: sequence, ...summary });
    }
  },
  'calls that change one execution take effect in their order, also when nobody waits': async ({ store }) => {
    const created = store.create(newExecution('x'));
    const first = store.append([{ execution: 'x', epoch: 1, sequence: 1, records: [bytes('first')] }]);
    const claimed = store.claim('x', livingOwner('owner-a'));
    const stale = store.append([{ execution: 'x', epoch: 1, sequence: 2, records: [bytes('stale')] }]);
    const second = store.append([{ execution: 'x', epoch: 2, sequence: 2, records: [bytes('second')] }]);
    expect(await created).toMatchObject({ epoch: 1, head: 0 });
    expect(await first).toEqual([undefined]);
    expect(await claimed).toMatchObject({ epoch: 2, head: 1 });
    expect((await stale)[0]).toMatchObject({ code: 'STORE_CONFLICT' });
    expect(await second).toEqual([undefined]);
    expect(await readTexts(store, 'x')).toEqual(['first', 'second']);
  },
  'a release that was called after an append comes after it': async ({ store }) => {
    const lease = await store.create(newExecution('x'));
    const append = store.append([{ execution: 'x', epoch: 1, sequence: 1, records: records(1) }]);
    const release = store.release(lease);
    const late = store.append([{ execution: 'x', epoch: 1, sequence: 2, records: records(1) }]);
    expect(await append).toEqual([undefined]);
    await release;
    expect((await late)[0]).toMatchObject({ code: 'STORE_CONFLICT' });
  },
  'close waits for the appends that were called before it': async (harness) => {
    const { store } = harness;
    await store.create(newExecution('x'));
    const calls = Array.from({ length: 50 }, (_, place) =>
      store.append([{ execution: 'x', epoch: 1, sequence: place + 1, records: records(1) }]),
    );
    let settled = 0;
    const count = (): number => settled++;
    for (const call of calls) void call.then(count, count);
    await store.close();
    expect(settled).toBe(50);
    expect((await Promise.all(calls)).flat()).toEqual(Array<undefined>(50).fill(undefined));
  },
};
