import { expect } from 'vitest';
import type { DumpEntry, StoreFinding, StoreMaintenance } from '../maintenance/maintenance.ts';
import type { Append, Store } from '../store.ts';
import { appendTaken, bytes, expectCode, livingOwner, newExecution, readTexts, records, summaryOf } from './harness.ts';
import type { Harness, Law, Laws } from './harness.ts';

/** What holds for stores that can be maintained; those that cannot say so, and have nothing to call. */
export const maintenanceLaws: Laws = {
  'says whether it can be maintained, and is exactly then': async ({ store, capabilities }) => {
    expect(store.maintenance !== undefined).toBe(capabilities.maintenance === true);
  },

  'a check of what nothing happened to finds no damage, and changes nothing': whenMaintained(async (harness) => {
    const { store, maintenance } = harness;
    await fill(store);
    const before = await entriesOf(maintenance);
    expect(damageIn(await findingsIn(maintenance))).toEqual([]);
    expect(await findingsIn(maintenance, 'empty')).toEqual([]);
    expect(await entriesOf(maintenance)).toEqual(before);
    expect(await readTexts(store, 'long')).toHaveLength(30);
  }),

  'a check tells what could be given back, and a vacuum gives it back': whenMaintained(
    async ({ store, maintenance }) => {
      await fill(store);
      expect(await findingsIn(maintenance, 'long')).toMatchObject([
        { code: 'RECLAIMABLE', severity: 'note', execution: 'long', bytes: expect.any(Number) as number },
      ]);
      await maintenance.vacuum();
      expect(await findingsIn(maintenance, 'long')).toEqual([]);
      expect(damageIn(await findingsIn(maintenance))).toEqual([]);
    },
  ),

  'a dump tells each execution, its snapshot and every record, in order': whenMaintained(
    async ({ store, maintenance }) => {
      await fill(store);
      const entries = await entriesOf(maintenance);
      expect(summariesIn(entries).sort()).toEqual(['empty', 'ended', 'long']);
      expect(textsIn(entries, 'long')).toEqual(await readTexts(store, 'long'));
      expect(snapshotsIn(entries)).toEqual([['long', 20, 'first twenty']]);
      const one = await entriesOf(maintenance, 'ended');
      expect(summariesIn(one)).toEqual(['ended']);
      expect(textsIn(one, 'ended')).toEqual(['record-1', 'the end']);
      expect(snapshotsIn(one)).toEqual([]);
      const [execution] = one;
      expect(execution).toEqual({ kind: 'execution', summary: await summaryOf(store, 'ended'), compactedTo: 0 });
      await expectCode(entriesOf(maintenance, 'no such'), 'STORE_NOT_FOUND');
      await expectCode(findingsIn(maintenance, 'no such'), 'STORE_NOT_FOUND');
    },
  ),

  'a dump tells under which epoch records were written': whenMaintained(async ({ store, maintenance }) => {
    await store.create(newExecution('x', { records: records(1) }));
    const { epoch } = await store.claim('x', livingOwner('owner-a'));
    await appendTaken(store, { execution: 'x', epoch, sequence: 2, records: records(1) });
    const epochs = (await entriesOf(maintenance, 'x')).flatMap((entry) =>
      entry.kind === 'records' ? [entry.epoch] : [],
    );
    expect(epochs.at(-1)).toBe(epoch);
  }),

  'a vacuum drops what the snapshot stands for, and what is left leads to the same state': whenMaintained(
    async (harness) => {
      const { store, maintenance } = harness;
      await fill(store);
      const rest = await readTexts(store, 'long', 20);
      const report = await maintenance.vacuum();
      expect(report).toMatchObject({ executionsRemoved: 0, recordsDropped: 19, kept: [] });
      expect(report.bytesAfter).toBeLessThanOrEqual(report.bytesBefore);
      await expectCompacted(store, rest);
      const reopened = harness.capabilities.durable ? await harness.reopen() : store;
      await expectCompacted(reopened, rest);
    },
  ),

  'a vacuum drops nothing without a snapshot, and nothing twice': whenMaintained(async ({ store, maintenance }) => {
    await store.create(newExecution('x', { records: records(3) }));
    await appendTaken(store, { execution: 'x', epoch: 1, sequence: 4, records: records(3) });
    await store.create(newExecution('long', { records: records(1) }));
    expect(await maintenance.vacuum()).toMatchObject({ executionsRemoved: 0, recordsDropped: 0 });
    expect(await readTexts(store, 'x')).toHaveLength(6);
    await appendTaken(store, { ...longAppend(2), snapshot: bytes('two') });
    await maintenance.vacuum();
    expect(await maintenance.vacuum()).toMatchObject({ executionsRemoved: 0, recordsDropped: 0 });
  }),

  'the owner of an execution goes on after a vacuum, and what was asked of it arrives': whenMaintained(
    async (harness) => {
      const { store, maintenance } = harness;
      await fill(store);
      await store.request({ execution: 'long', kind: 'pause' });
      await maintenance.vacuum({ endedBeforeMs: Number.MAX_SAFE_INTEGER });
      await appendTaken(store, longAppend(31));
      await appendTaken(store, { ...longAppend(32), snapshot: bytes('thirty-two') });
      await appendTaken(store, longAppend(33));
      expect(await maintenance.vacuum()).toMatchObject({ recordsDropped: 12 });
      expect(await readTexts(store, 'long', 32)).toEqual(['long-33']);
      expect(await store.heartbeat(livingOwner('owner-a'))).toMatchObject([{ execution: 'long', kind: 'pause' }]);
      const reopened = harness.capabilities.durable ? await harness.reopen() : store;
      expect(await reopened.readSnapshot('long')).toMatchObject({ sequence: 32 });
      expect((await summaryOf(reopened, 'long')).head).toBe(33);
      await appendTaken(reopened, longAppend(34));
      expect(await readTexts(reopened, 'long', 32)).toEqual(['long-33', 'long-34']);
    },
  ),

  'appends during a vacuum are all there afterwards': whenMaintained(async (harness) => {
    const { store, maintenance } = harness;
    await fill(store);
    const appended: Promise<void>[] = [];
    const vacuums: Promise<unknown>[] = [];
    for (let sequence = 31; sequence <= 60; sequence++) {
      const snapshot = sequence % 10 === 0 ? { snapshot: bytes(`at ${sequence}`) } : {};
      appended.push(appendTaken(store, { ...longAppend(sequence), ...snapshot }));
      if (sequence % 10 === 5) vacuums.push(maintenance.vacuum());
      if (sequence % 10 === 7) await Promise.all(appended);
    }
    await Promise.all([...appended, ...vacuums]);
    await appendTaken(store, longAppend(61));
    const reopened = harness.capabilities.durable ? await harness.reopen() : store;
    expect(await reopened.readSnapshot('long')).toMatchObject({ sequence: 60 });
    expect(await readTexts(reopened, 'long', 60)).toEqual(['long-61']);
    expect(damageIn(await findingsIn(expectMaintenance(reopened)))).toEqual([]);
  }),

  'a vacuum removes what ended before a time, when asked, and nothing else': whenMaintained(async (harness) => {
    const { store, maintenance } = harness;
    await fill(store);
    const { finishedAtMs = 0 } = await summaryOf(store, 'ended');
    expect(await maintenance.vacuum({ endedBeforeMs: finishedAtMs })).toMatchObject({ executionsRemoved: 0 });
    expect(await maintenance.vacuum({ endedBeforeMs: finishedAtMs + 1 })).toMatchObject({
      executionsRemoved: 1,
      kept: [],
    });
    await expectRemoved(store);
    const reopened = harness.capabilities.durable ? await harness.reopen() : store;
    await expectRemoved(reopened);
    await reopened.create(newExecution('ended', { records: records(2, 'new') }));
    expect(await readTexts(reopened, 'ended')).toEqual(['new-1', 'new-2']);
    expect(await reopened.readSnapshot('ended')).toBeUndefined();
    expect(damageIn(await findingsIn(expectMaintenance(reopened)))).toEqual([]);
  }),

  'a vacuum keeps what somebody owns, and says so': whenMaintained(
    async ({ store, maintenance, advance, capabilities }) => {
      await store.create(newExecution('x', { records: records(1) }));
      const summary = { status: 'succeeded', finishedAtMs: 1 };
      await appendTaken(store, { execution: 'x', epoch: 1, sequence: 2, records: records(1), summary });
      const kept = await maintenance.vacuum({ endedBeforeMs: 2 });
      expect(kept).toMatchObject({ executionsRemoved: 0, kept: [{ execution: 'x', reason: 'owned' }] });
      expect(await readTexts(store, 'x')).toHaveLength(2);
      if (capabilities.leaseMs === 0) return;
      advance(capabilities.leaseMs);
      expect(await maintenance.vacuum({ endedBeforeMs: 2 })).toMatchObject({ executionsRemoved: 1 });
      await expectCode(store.claim('x', livingOwner('owner-a')), 'STORE_NOT_FOUND');
    },
  ),

  'what a vacuum left behind is there after a crash, exactly when the store says so': whenMaintained(
    async (harness) => {
      const { store, maintenance, capabilities, crash } = harness;
      await fill(store);
      const rest = await readTexts(store, 'long', 20);
      await maintenance.vacuum({ endedBeforeMs: Number.MAX_SAFE_INTEGER });
      const next = await crash();
      if (next === undefined || !capabilities.durable) return;
      await expectCompacted(next, rest);
      expect(await next.get('ended')).toBeUndefined();
    },
  ),

  'a time that is none is refused': whenMaintained(async ({ maintenance }) => {
    await expectCode(maintenance.vacuum({ endedBeforeMs: Number.NaN }), 'STORE_INVALID_ARGUMENT');
    await expectCode(maintenance.vacuum({ endedBeforeMs: 0.5 }), 'STORE_INVALID_ARGUMENT');
  }),

  'no maintenance is done after closing': whenMaintained(async ({ store, maintenance }) => {
    await store.create(newExecution('x', { records: records(1) }));
    await store.close();
    await expectCode(entriesOf(maintenance), 'STORE_CLOSED');
    await expectCode(findingsIn(maintenance), 'STORE_CLOSED');
    await expectCode(maintenance.vacuum(), 'STORE_CLOSED');
  }),
};

type MaintenanceLaw = (harness: Harness & { readonly maintenance: StoreMaintenance }) => Promise<void>;

function whenMaintained(law: MaintenanceLaw): Law {
  return async (harness) => {
    const { maintenance } = harness.store;
    if (maintenance !== undefined) await law({ ...harness, maintenance });
  };
}

function expectMaintenance(store: Store): StoreMaintenance {
  return store.maintenance ?? expect.fail('expected a store that can be maintained, as before');
}

/** A long execution with a snapshot of its first 20 records of 30, an empty one, and one that has ended. */
async function fill(store: Store): Promise<void> {
  await store.create(newExecution('long', { records: [bytes('long-1')] }));
  for (let sequence = 2; sequence <= 30; sequence++) {
    const snapshot = sequence === 20 ? { snapshot: bytes('first twenty') } : {};
    await appendTaken(store, { ...longAppend(sequence), ...snapshot });
  }
  await store.create(newExecution('empty'));
  const lease = await store.create(newExecution('ended', { records: records(1) }));
  const summary = { status: 'succeeded', updatedAtMs: 1_600_000_000_500, finishedAtMs: 1_600_000_000_500 };
  await appendTaken(store, { execution: 'ended', epoch: 1, sequence: 2, records: [bytes('the end')], summary });
  await store.release({ ...lease, head: 2 });
}

function longAppend(sequence: number): Append {
  return { execution: 'long', epoch: 1, sequence, records: [bytes(`long-${sequence}`)] };
}

/** What is left of the long execution. */
async function expectCompacted(store: Store, rest: readonly string[]): Promise<void> {
  const snapshot = await store.readSnapshot('long');
  expect([snapshot?.sequence, new TextDecoder().decode(snapshot?.data)]).toEqual([20, 'first twenty']);
  expect(await readTexts(store, 'long', 20)).toEqual(rest);
  expect((await summaryOf(store, 'long')).head).toBe(30);
  const beginning: string[] = [];
  const reading = (async () => {
    for await (const chunk of store.read('long')) {
      beginning.push(...chunk.map(({ data }) => new TextDecoder().decode(data)));
    }
  })();
  await expectCode(reading, 'STORE_COMPACTED');
  expect(beginning).toEqual(['long-1']);
  await expectCode(readTexts(store, 'long', 1), 'STORE_COMPACTED');
  await expectCode(readTexts(store, 'long', 19), 'STORE_COMPACTED');
  const entries = await entriesOf(expectMaintenance(store), 'long');
  expect(textsIn(entries, 'long')).toEqual(['long-1', ...rest]);
  expect(entries[0]).toMatchObject({ kind: 'execution', compactedTo: 20 });
}

async function expectRemoved(store: Store): Promise<void> {
  expect(await store.get('ended')).toBeUndefined();
  await expectCode(readTexts(store, 'ended'), 'STORE_NOT_FOUND');
  await expectCode(store.readSnapshot('ended'), 'STORE_NOT_FOUND');
  await expectCode(store.claim('ended', livingOwner('owner-a')), 'STORE_NOT_FOUND');
  const { executions } = await store.list();
  expect(executions.map(({ id }) => id).sort()).toEqual(['empty', 'long']);
}

async function entriesOf(maintenance: StoreMaintenance, execution?: string): Promise<DumpEntry[]> {
  const entries: DumpEntry[] = [];
  for await (const entry of maintenance.dump(execution === undefined ? {} : { execution })) entries.push(entry);
  return entries;
}

async function findingsIn(maintenance: StoreMaintenance, execution?: string): Promise<StoreFinding[]> {
  const findings: StoreFinding[] = [];
  for await (const finding of maintenance.check(execution === undefined ? {} : { execution })) findings.push(finding);
  return findings;
}

function damageIn(findings: readonly StoreFinding[]): readonly StoreFinding[] {
  return findings.filter(({ severity }) => severity === 'damage');
}

function summariesIn(entries: readonly DumpEntry[]): string[] {
  return entries.flatMap((entry) => (entry.kind === 'execution' ? [entry.summary.id] : []));
}

function snapshotsIn(entries: readonly DumpEntry[]): unknown[] {
  return entries.flatMap((entry) =>
    entry.kind === 'snapshot'
      ? [[entry.execution, entry.snapshot.sequence, new TextDecoder().decode(entry.snapshot.data)]]
      : [],
  );
}

/** The records of an execution as texts. */
function textsIn(entries: readonly DumpEntry[], execution: string): string[] {
  return entries.flatMap((entry) =>
    entry.kind === 'records' && entry.execution === execution
      ? entry.records.map(({ data }) => new TextDecoder().decode(data))
      : [],
  );
}
