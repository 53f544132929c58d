import { expect } from 'vitest';
import { StoreError } from '../errors.ts';
import { chunkBytesMax, chunkRecordsMax } from '../store.ts';
import type { JournalRecord, Store } from '../store.ts';
import {
  appendTaken,
  bytes,
  expectCode,
  expectSameRecords,
  newExecution,
  noise,
  readAll,
  readTexts,
  records,
  summaryOf,
} from './harness.ts';
import type { Laws } from './harness.ts';

const oddIds: readonly string[] = [
  ...[' ', 'a b', 'a/b', '../../etc/passwd', '..', "o'clock", '"', '%2e%2e', '; DROP TABLE executions; --', '$1', '?'],
  ...['\n', '\u0001', '\u007f', '__proto__', 'constructor', 'toString', 'é', 'e\u0301', '漢字', '🧵', 'A', 'a', 'NULL'],
  ...['0', '00', '-1', 'a'.repeat(512), '🧵'.repeat(256)],
];

/** What holds for registering an execution, appending to its journal and reading it. */
export const journalLaws: Laws = {
  'create answers a lease with epoch 1 and the number of first records as head': async ({ store }) => {
    const lease = await store.create(newExecution('x', { records: records(3) }));
    expect(lease).toEqual({ execution: 'x', owner: 'owner-a', epoch: 1, head: 3 });
    expect(await readTexts(store, 'x')).toEqual(['record-1', 'record-2', 'record-3']);
  },
  'create needs no records': async ({ store }) => {
    expect(await store.create(newExecution('x'))).toMatchObject({ head: 0 });
    expect(await readAll(store, 'x')).toEqual([]);
  },
  'create refuses an id that exists and leaves what is there': async ({ store }) => {
    await store.create(newExecution('x', { records: records(1) }));
    const again = newExecution('x', { records: records(2, 'other'), workflow: 'other' });
    await expectCode(store.create(again), 'STORE_CONFLICT');
    expect(await readTexts(store, 'x')).toEqual(['record-1']);
    expect(await summaryOf(store, 'x')).toMatchObject({ workflow: 'a-workflow', epoch: 1 });
  },
  'of many creates of one id at once exactly one is taken': async ({ store }) => {
    const attempts = Array.from({ length: 10 }, (_, place) =>
      store.create(newExecution('x', { records: records(place) })),
    );
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', ...Array<string>(9).fill('rejected')]);
    expect(await summaryOf(store, 'x')).toMatchObject({ head: 0 });
  },
  'appended records follow the first ones': async ({ store }) => {
    const { epoch } = await store.create(newExecution('x', { records: records(2) }));
    await appendTaken(store, { execution: 'x', epoch, sequence: 3, records: [bytes('third'), bytes('fourth')] });
    await appendTaken(store, { execution: 'x', epoch, sequence: 5, records: [bytes('fifth')] });
    expect(await readTexts(store, 'x')).toEqual(['record-1', 'record-2', 'third', 'fourth', 'fifth']);
    expect(await summaryOf(store, 'x')).toMatchObject({ head: 5 });
  },
  'an append of no appends is taken': async ({ store }) => {
    expect(await store.append([])).toEqual([]);
  },
  'refuses a sequence that leaves a gap or repeats': async ({ store }) => {
    const { epoch } = await store.create(newExecution('x', { records: records(2) }));
    for (const sequence of [0, 1, 2, 4, 100]) {
      const [refusal] = await store.append([{ execution: 'x', epoch, sequence, records: records(1, 'bad') }]);
      expect(refusal).toBeInstanceOf(StoreError);
      expect(refusal).toMatchObject({ code: 'STORE_CONFLICT' });
    }
    expect(await readTexts(store, 'x')).toEqual(['record-1', 'record-2']);
  },
  'refuses an epoch that is not the current one': async ({ store }) => {
    await store.create(newExecution('x'));
    for (const epoch of [0, 2]) {
      const [refusal] = await store.append([{ execution: 'x', epoch, sequence: 1, records: records(1) }]);
      expect(refusal).toMatchObject({ code: 'STORE_CONFLICT' });
    }
    expect(await readAll(store, 'x')).toEqual([]);
  },
  'answers an append to an execution that is not there': async ({ store }) => {
    const [refusal] = await store.append([{ execution: 'x', epoch: 1, sequence: 1, records: records(1) }]);
    expect(refusal).toMatchObject({ code: 'STORE_NOT_FOUND' });
    expect(await store.get('x')).toBeUndefined();
  },
  'a refused append does not harm the others of the same call': async ({ store }) => {
    await store.create(newExecution('x'));
    await store.create(newExecution('y'));
    const outcomes = await store.append([
      { execution: 'x', epoch: 1, sequence: 1, records: [bytes('x1')] },
      { execution: 'x', epoch: 1, sequence: 3, records: [bytes('gap')], summary: { status: 'bad' } },
      { execution: 'gone', epoch: 1, sequence: 1, records: [bytes('gone')] },
      { execution: 'y', epoch: 9, sequence: 1, records: [bytes('stale')], summary: { status: 'bad' } },
      { execution: 'x', epoch: 1, sequence: 2, records: [bytes('x2')] },
      { execution: 'y', epoch: 1, sequence: 1, records: [bytes('y1')] },
    ]);
    expect(outcomes.map((outcome) => outcome?.code)).toEqual([
      ...[undefined, 'STORE_CONFLICT', 'STORE_NOT_FOUND', 'STORE_CONFLICT', undefined, undefined],
    ]);
    expect(await readTexts(store, 'x')).toEqual(['x1', 'x2']);
    expect(await readTexts(store, 'y')).toEqual(['y1']);
    expect(await summaryOf(store, 'x')).toMatchObject({ status: 'running', head: 2 });
  },
  'changes the fields of the summary that are given, and no others': async ({ store }) => {
    await store.create(newExecution('x', { createdAtMs: 1_000 }));
    const before = await summaryOf(store, 'x');
    expect(before).toEqual({
      ...{ id: 'x', workflow: 'a-workflow', status: 'running', createdAtMs: 1_000, updatedAtMs: 1_000 },
      ...{ head: 0, epoch: 1, owner: before.owner },
    });
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 1, records: [], summary: { status: 'paused' } });
    expect(await summaryOf(store, 'x')).toEqual({ ...before, status: 'paused' });
    const end = { updatedAtMs: 2_000, finishedAtMs: 3_000 };
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 1, records: records(1), summary: end });
    expect(await summaryOf(store, 'x')).toEqual({ ...before, status: 'paused', ...end, head: 1 });
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 2, records: records(1), summary: {} });
    expect(await summaryOf(store, 'x')).toEqual({ ...before, status: 'paused', ...end, head: 2 });
  },
  'keeps empty records apart': async ({ store }) => {
    await store.create(newExecution('x', { records: [bytes(''), bytes('')] }));
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 3, records: [bytes(''), bytes('a'), bytes('')] });
    expect(await readTexts(store, 'x')).toEqual(['', '', '', 'a', '']);
  },
  'keeps every byte of large records': async ({ store }) => {
    const large = [noise(1_000_000), noise(1), noise(chunkBytesMax + 1), noise(3_000_000)];
    await store.create(newExecution('x', { records: large.slice(0, 1) }));
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 2, records: large.slice(1) });
    expectSameRecords(await readAll(store, 'x'), large);
  },
  'keeps records that are views into a larger buffer': async ({ store }) => {
    const whole = bytes('0123456789');
    await store.create(newExecution('x', { records: [whole.subarray(2, 5), whole.subarray(9), whole.subarray(3, 3)] }));
    expect(await readTexts(store, 'x')).toEqual(['234', '9', '']);
  },
  'takes 10,000 records in one append': async ({ store }) => {
    const many = records(10_000);
    await store.create(newExecution('x'));
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 1, records: many });
    expectSameRecords(await readAll(store, 'x'), many);
    expectSameRecords(await readAll(store, 'x', 9_999), many.slice(9_999));
  },
  'reads what comes after a sequence': async ({ store }) => {
    await store.create(newExecution('x', { records: records(3) }));
    for (let sequence = 4; sequence <= 9; sequence += 3) {
      await appendTaken(store, { execution: 'x', epoch: 1, sequence, records: records(3) });
    }
    for (let after = 0; after <= 11; after++) {
      expect(await readAll(store, 'x', after)).toHaveLength(Math.max(0, 9 - after));
    }
  },
  'reads in chunks that are bounded and never empty': async ({ store }) => {
    await store.create(newExecution('x', { records: records(2_500) }));
    const wide = Array.from({ length: 12 }, () => noise(250_000));
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 2_501, records: wide });
    const chunks: (readonly JournalRecord[])[] = [];
    for await (const chunk of store.read('x')) chunks.push(chunk);
    for (const chunk of chunks) {
      const size = chunk.reduce((sum, record) => sum + record.data.length, 0);
      expect(chunk.length).toBeGreaterThan(0);
      expect(chunk.length).toBeLessThanOrEqual(chunkRecordsMax);
      if (chunk.length > 1) expect(size).toBeLessThanOrEqual(chunkBytesMax);
    }
    expect(chunks.flat()).toHaveLength(2_512);
  },
  'a read may be left early, and several may run at once': async ({ store }) => {
    await store.create(newExecution('x', { records: records(3_000) }));
    for await (const chunk of store.read('x')) {
      expect(chunk[0]?.sequence).toBe(1);
      break;
    }
    const both = await Promise.all([readAll(store, 'x'), readAll(store, 'x', 1_500)]);
    expect(both.map((all) => all.length)).toEqual([3_000, 1_500]);
  },
  'refuses to read what is not there': async ({ store }) => {
    await expectCode(readAll(store, 'x'), 'STORE_NOT_FOUND');
    expect(await store.get('x')).toBeUndefined();
  },
  'keeps executions with odd ids apart': async ({ store }) => {
    for (const id of oddIds) await store.create(newExecution(id, { records: [bytes(id)] }));
    await appendToAll(store, oddIds);
    for (const id of oddIds) {
      expect(await readTexts(store, id)).toEqual([id, `${id}!`]);
      expect(await summaryOf(store, id)).toMatchObject({ id, head: 2 });
    }
    const { executions } = await store.list({ limit: 1_000 });
    expect(executions.map((summary) => summary.id)).toEqual([...oddIds].reverse());
  },
  'refuses arguments that it could not keep, and writes nothing': async ({ store }) => {
    for (const id of ['', 'a\0b', '\ud800', 'a'.repeat(513)]) {
      await expectCode(store.create(newExecution(id)), 'STORE_INVALID_ARGUMENT');
    }
    await expectCode(store.create(newExecution('x', { createdAtMs: 1.5 })), 'STORE_INVALID_ARGUMENT');
    await store.create(newExecution('x'));
    const good = { execution: 'x', epoch: 1, sequence: 1, records: records(1) };
    for (const bad of [{ sequence: 1.5 }, { sequence: -1 }, { epoch: Number.NaN }, { summary: { updatedAtMs: 0.5 } }]) {
      await expectCode(store.append([good, { ...good, ...bad }]), 'STORE_INVALID_ARGUMENT');
    }
    for (const after of [-1, 0.5, Number.NaN]) await expectCode(readAll(store, 'x', after), 'STORE_INVALID_ARGUMENT');
    expect(await summaryOf(store, 'x')).toMatchObject({ head: 0 });
  },
};

async function appendToAll(store: Store, ids: readonly string[]): Promise<void> {
  const appends = ids.map((id) => ({ execution: id, epoch: 1, sequence: 2, records: [bytes(`${id}!`)] }));
  expect(await store.append(appends)).toEqual(ids.map(() => undefined));
}
