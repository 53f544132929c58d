import { expect } from 'vitest';
import type { Store } from '../store.ts';
import {
  appendTaken,
  bytes,
  deadOwner,
  expectCode,
  expectSameRecords,
  livingOwner,
  newExecution,
  noise,
  readAll,
  readTexts,
  records,
  summaryOf,
} from './harness.ts';
import type { Laws } from './harness.ts';

/** What holds for closing, opening again, crashing and opening twice; the capabilities say what to expect. */
export const lifecycleLaws: Laws = {
  'declares capabilities that do not contradict one another': async ({ capabilities }) => {
    expect(capabilities.name).not.toBe('');
    expect(capabilities.leaseMs).toBeGreaterThanOrEqual(0);
    if (capabilities.durableOnResolve) expect(capabilities.durable).toBe(true);
    if (capabilities.multiProcess) expect(capabilities.durable).toBe(true);
  },
  'close can be called again, also at the same time': async ({ store }) => {
    await store.create(newExecution('x'));
    await Promise.all([store.close(), store.close()]);
    await store.close();
  },
  'a store that was never used can be closed': async ({ store }) => {
    await store.close();
    await expectCode(store.list(), 'STORE_CLOSED');
  },
  'refuses every call after close': async ({ store }) => {
    const lease = await store.create(newExecution('x', { records: records(2) }));
    await store.close();
    await expectCode(store.create(newExecution('y')), 'STORE_CLOSED');
    const append = { execution: 'x', epoch: 1, sequence: 3, records: records(1) };
    await expectCode(store.append([append]), 'STORE_CLOSED');
    await expectCode(readAll(store, 'x'), 'STORE_CLOSED');
    await expectCode(store.get('x'), 'STORE_CLOSED');
    await expectCode(store.list(), 'STORE_CLOSED');
    await expectCode(store.claim('x', livingOwner('owner-b')), 'STORE_CLOSED');
    await expectCode(store.release(lease), 'STORE_CLOSED');
    await expectCode(store.heartbeat(livingOwner('owner-a')), 'STORE_CLOSED');
    await expectCode(store.request({ execution: 'x', kind: 'cancel' }), 'STORE_CLOSED');
  },
  'a read under way ends with an error when the store is closed': async ({ store }) => {
    await store.create(newExecution('x', { records: records(3_000) }));
    const reading = (async () => {
      for await (const chunk of store.read('x')) if (chunk[0]?.sequence === 1) await store.close();
    })();
    await expectCode(reading, 'STORE_CLOSED');
  },
  'what was written is there after closing and opening again, exactly when the store is durable': async (harness) => {
    const written = await writeSample(harness.store);
    const again = await harness.reopen();
    if (harness.capabilities.durable) await expectSample(again, written);
    else expect(await again.list()).toEqual({ executions: [] });
  },
  'a reopened store goes on where it was left': async (harness) => {
    if (!harness.capabilities.durable) return;
    await writeSample(harness.store);
    let store = harness.store;
    for (let round = 0; round < 3; round++) {
      store = await harness.reopen(store);
      const { head, epoch } = await summaryOf(store, 'x');
      await appendTaken(store, { execution: 'x', epoch, sequence: head + 1, records: [bytes(`round ${round}`)] });
      await store.create(newExecution(`round-${round}`));
    }
    store = await harness.reopen(store);
    expect((await readTexts(store, 'x')).slice(-3)).toEqual(['round 0', 'round 1', 'round 2']);
    const { executions } = await store.list();
    expect(executions.map((summary) => summary.id)).toEqual(['round-2', 'round-1', 'round-0', 'y', 'x']);
  },
  'leases and epochs outlive closing, exactly when the store is durable': async (harness) => {
    await harness.store.create(newExecution('x', { owner: deadOwner('owner-a') }));
    await harness.store.claim('x', livingOwner('owner-b'));
    const released = await harness.store.create(newExecution('y'));
    await harness.store.release(released);
    const again = await harness.reopen();
    if (!harness.capabilities.durable) {
      await expectCode(again.claim('x', livingOwner('owner-c')), 'STORE_NOT_FOUND');
      return;
    }
    expect((await summaryOf(again, 'x')).owner).toEqual(livingOwner('owner-b'));
    await expectCode(again.claim('x', livingOwner('owner-c')), 'STORE_HELD');
    const [refusal] = await again.append([{ execution: 'x', epoch: 1, sequence: 1, records: records(1) }]);
    expect(refusal).toMatchObject({ code: 'STORE_CONFLICT' });
    await appendTaken(again, { execution: 'x', epoch: 2, sequence: 1, records: records(1) });
    expect(await again.claim('y', livingOwner('owner-c'))).toMatchObject({ epoch: 2 });
  },
  'requests outlive closing and are not given twice, exactly when the store is durable': async (harness) => {
    const owner = livingOwner('owner-a');
    await harness.store.create(newExecution('x', { owner }));
    await harness.store.request({ execution: 'x', kind: 'pause' });
    await harness.store.heartbeat(owner);
    await harness.store.request({ execution: 'x', kind: 'resume', reason: 'go on' });
    const again = await harness.reopen();
    const requests = await again.heartbeat(owner);
    const expected = [{ execution: 'x', kind: 'resume', reason: 'go on' }];
    expect(requests).toEqual(harness.capabilities.durable ? expected : []);
    expect(await again.heartbeat(owner)).toEqual([]);
  },
  'what was acknowledged is there after a crash, exactly when the store says so': async (harness) => {
    const written = await writeSample(harness.store);
    const found = await harness.crash();
    if (found === undefined) return;
    if (harness.capabilities.durableOnResolve) await expectSample(found, written);
    else await expect(expectSample(found, written)).rejects.toThrow();
  },
  'a second opening shares the executions, exactly when several processes may have the store open': async (harness) => {
    const { store, capabilities } = harness;
    await store.create(newExecution('x', { records: records(1) }));
    const opening = harness.openSecond().then(async (second) => ({ second, page: await second.list() }));
    if (!capabilities.durable) {
      expect((await opening).page.executions).toEqual([]);
    } else if (capabilities.multiProcess) {
      await expectShared(store, (await opening).second);
    } else {
      await expectCode(opening, 'STORE_HELD');
      expect(await readTexts(store, 'x')).toEqual(['record-1']);
    }
  },
};

async function expectShared(first: Store, second: Store): Promise<void> {
  expect(await readTexts(second, 'x')).toEqual(['record-1']);
  await expectCode(second.create(newExecution('x')), 'STORE_CONFLICT');
  await expectCode(second.claim('x', livingOwner('owner-b')), 'STORE_HELD');
  await second.request({ execution: 'x', kind: 'cancel' });
  expect(await first.heartbeat(livingOwner('owner-a'))).toEqual([{ execution: 'x', kind: 'cancel' }]);
  await first.release({ execution: 'x', owner: 'owner-a', epoch: 1, head: 1 });
  expect(await second.claim('x', livingOwner('owner-b'))).toMatchObject({ epoch: 2, head: 1 });
  const [refusal] = await first.append([{ execution: 'x', epoch: 1, sequence: 2, records: records(1, 'zombie') }]);
  expect(refusal).toMatchObject({ code: 'STORE_CONFLICT' });
  await appendTaken(second, { execution: 'x', epoch: 2, sequence: 2, records: [bytes('from the second')] });
  expect(await readTexts(first, 'x')).toEqual(['record-1', 'from the second']);
}

/** Two executions that interleave, with a record larger than a chunk and an end. */
async function writeSample(store: Store): Promise<readonly Uint8Array[]> {
  const written = [...records(10), noise(1_500_000), ...records(3, 'last')];
  await store.create(newExecution('x', { records: written.slice(0, 5) }));
  await store.create(newExecution('y', { records: records(1) }));
  for (let sequence = 6; sequence <= written.length; sequence++) {
    const data = written.slice(sequence - 1, sequence);
    await appendTaken(store, { execution: 'x', epoch: 1, sequence, records: data });
  }
  const end = { status: 'succeeded', updatedAtMs: 1_600_000_000_001, finishedAtMs: 1_600_000_000_002 };
  await appendTaken(store, { execution: 'y', epoch: 1, sequence: 2, records: records(2, 'more'), summary: end });
  return written;
}

async function expectSample(store: Store, written: readonly Uint8Array[]): Promise<void> {
  expectSameRecords(await readAll(store, 'x'), written);
  expect(await readTexts(store, 'y')).toEqual(['record-1', 'more-1', 'more-2']);
  expect(await summaryOf(store, 'x')).toMatchObject({ status: 'running', head: 14, epoch: 1 });
  const end = { status: 'succeeded', updatedAtMs: 1_600_000_000_001, finishedAtMs: 1_600_000_000_002, head: 3 };
  expect(await summaryOf(store, 'y')).toMatchObject(end);
}
