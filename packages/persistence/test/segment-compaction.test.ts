import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { deadOwner, expectCode, livingOwner, newExecution, readAll } from '../src/conformance/harness.ts';
import type { StoreFinding, StoreMaintenance } from '../src/maintenance/maintenance.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';
import type { Append, Store } from '../src/store.ts';
import { simulatedDirectory as directory, SimulatedFileSystem } from './simulated-file-system.ts';

// A compaction over files that fail, and what is found wherever it was cut short.

vi.setConfig({ testTimeout: 120_000 });

const gone = deadOwner('gone');

function openStore(fileSystem: SimulatedFileSystem): Store {
  const options = { directory, fileSystem, segmentBytesMax: 4_096, nowMs: () => 1_000_000 };
  return segmentFileStore({ ...options, compacts: false });
}

function maintenanceOf(store: Store): StoreMaintenance {
  return store.maintenance ?? expect.fail('expected a store that can be maintained');
}

function record(id: string, sequence: number): Buffer {
  return Buffer.alloc(400, `${id}-${sequence} `);
}

function appendOf(id: string, sequence: number, change: Partial<Append> = {}): Append {
  const summary = { status: `at ${sequence}`, updatedAtMs: sequence };
  return { execution: id, epoch: 1, sequence, records: [record(id, sequence)], summary, ...change };
}

/** A long execution whose snapshot stands for 25 of 30 records, one without a snapshot, and one that has ended. */
async function fill(store: Store): Promise<void> {
  await store.create(newExecution('x', { records: [record('x', 1)] }));
  await store.create(newExecution('y', { records: [record('y', 1)] }));
  const lease = await store.create(newExecution('z', { records: [record('z', 1)] }));
  for (let sequence = 2; sequence <= 30; sequence++) {
    const snapshot = sequence % 5 === 0 && sequence < 30 ? { snapshot: Buffer.from(`x at ${sequence}`) } : {};
    await store.append([appendOf('x', sequence, snapshot)]);
    if (sequence % 10 === 0) await store.append([appendOf('y', sequence / 10 + 1)]);
    if (sequence === 4) await store.append([appendOf('z', 2, { summary: { status: 'ended', finishedAtMs: 5 } })]);
  }
  await store.release({ ...lease, head: 2 });
  await store.request({ execution: 'x', kind: 'pause' });
}

/** Expects what `fill` left and what was appended to `x` since, whatever the compaction came to. */
async function expectState(store: Store, { head = 30 }: { readonly head?: number } = {}): Promise<void> {
  const snapshot = await store.readSnapshot('x');
  expect([snapshot?.sequence, snapshot?.data.toString()]).toEqual([25, 'x at 25']);
  const rest = await readAll(store, 'x', 25);
  expect(rest.length).toBeGreaterThanOrEqual(head - 25);
  for (const [place, data] of rest.entries()) expect(record('x', 26 + place).equals(data)).toBe(true);
  expect(await store.get('x')).toMatchObject({ head: 25 + rest.length, status: `at ${25 + rest.length}`, epoch: 1 });
  for await (const [first] of store.read('x')) {
    expect(record('x', 1).equals(first?.data ?? Buffer.alloc(0))).toBe(true);
    break;
  }
  expect((await readAll(store, 'y')).map(({ length }) => length)).toEqual([400, 400, 400, 400]);
  expect(await store.get('y')).toMatchObject({ status: 'at 4', updatedAtMs: 4 });
  const ended = await store.get('z');
  if (ended !== undefined) {
    expect(ended).toMatchObject({ status: 'ended', finishedAtMs: 5, head: 2 });
    expect(await readAll(store, 'z')).toHaveLength(2);
  }
  expect((await findings(store)).filter(({ severity }) => severity === 'damage')).toEqual([]);
}

async function findings(store: Store): Promise<StoreFinding[]> {
  const found: StoreFinding[] = [];
  for await (const finding of maintenanceOf(store).check()) found.push(finding);
  return found;
}

/** Opens what is left, expects the state, goes on, compacts, and opens once more. */
async function expectKept(fileSystem: SimulatedFileSystem, head: number): Promise<void> {
  if (fileSystem.contentOf(join(directory, 'lock')) !== undefined) {
    fileSystem.replaceContent(join(directory, 'lock'), Buffer.from(JSON.stringify(gone)));
  }
  const store = openStore(fileSystem);
  await expectState(store, { head });
  const next = ((await store.get('x'))?.head ?? 0) + 1;
  expect(await store.append([appendOf('x', next)])).toEqual([undefined]);
  await maintenanceOf(store).vacuum({ endedBeforeMs: 6 });
  expect(await store.get('z')).toBeUndefined();
  await expectState(store, { head: next });
  expect(await store.heartbeat(livingOwner('owner-a'))).toMatchObject([{ execution: 'x', kind: 'pause' }]);
  await store.close();
  const again = openStore(fileSystem);
  await expectState(again, { head: next });
  await again.close();
}

/** Fills, appends while vacuuming, and vacuums again; `acknowledged` tells how far. */
async function play(fileSystem: SimulatedFileSystem, acknowledged: { head: number }): Promise<void> {
  const store = openStore(fileSystem);
  try {
    const maintenance = maintenanceOf(store);
    const vacuum = maintenance.vacuum();
    // Told again below, unless an append has told of a failure before.
    vacuum.catch(() => undefined);
    for (let sequence = 31; sequence <= 33; sequence++) {
      await store.append([appendOf('x', sequence)]);
      acknowledged.head = sequence;
    }
    await vacuum;
    await maintenance.vacuum({ endedBeforeMs: 6 });
  } finally {
    await store.close().catch(() => undefined);
  }
}

async function filled(): Promise<SimulatedFileSystem> {
  const fileSystem = new SimulatedFileSystem();
  const store = openStore(fileSystem);
  await fill(store);
  await store.close();
  return fileSystem;
}

async function callsOfPlay(): Promise<number> {
  const fileSystem = (await filled()).afterKill();
  await play(fileSystem, { head: 30 });
  await expectKept(fileSystem.afterKill(), 33);
  return fileSystem.calls.length;
}

function bytesIn(fileSystem: SimulatedFileSystem): number {
  const names = Array.from({ length: 999 }, (_, place) => `${String(place + 1).padStart(8, '0')}.segment`);
  return names.reduce((sum, name) => sum + (fileSystem.contentOf(join(directory, name))?.length ?? 0), 0);
}

describe('compaction of segments', () => {
  it('gives back the files of what is covered, and leaves one for what is left', async () => {
    const fileSystem = await filled();
    const before = bytesIn(fileSystem);
    const store = openStore(fileSystem);
    const report = await maintenanceOf(store).vacuum({ endedBeforeMs: 6 });
    expect(report).toMatchObject({ executionsRemoved: 1, recordsDropped: 24, kept: [], bytesBefore: before });
    expect(report.bytesAfter).toBe(bytesIn(fileSystem));
    // Six records of x, four of y, each with some bytes around it, and a file's header or two.
    expect(report.bytesAfter).toBeLessThan(6_500);
    expect(await findings(store)).toEqual([]);
    const again = await maintenanceOf(store).vacuum();
    expect(again).toMatchObject({ recordsDropped: 0, bytesBefore: report.bytesAfter, bytesAfter: report.bytesAfter });
    await store.close();
  });

  it('leaves everything as it was, or compacted, when the process is killed or the power cut at any call', async () => {
    const calls = await callsOfPlay();
    const survivals = [() => false, () => true, (sector: number) => sector % 2 === 0];
    for (let at = 1; at <= calls; at++) {
      const fileSystem = (await filled()).afterKill();
      const cuts: { readonly cut: SimulatedFileSystem; readonly head: number }[] = [];
      const acknowledged = { head: 30 };
      fileSystem.fault = ({ number }) => {
        if (number !== at) return undefined;
        for (const cut of [
          fileSystem.afterKill(),
          ...survivals.map((survives) => fileSystem.afterPowerCut(survives)),
        ]) {
          cuts.push({ cut, head: acknowledged.head });
        }
        return undefined;
      };
      await play(fileSystem, acknowledged);
      const { cut, head } = cuts[at % cuts.length] ?? expect.fail(`call ${at} was not made`);
      await expectKept(cut, head);
    }
  });

  it.each(['EIO', 'ENOSPC'])('loses nothing when any one call fails with %s, and says so', async (code) => {
    const calls = await callsOfPlay();
    for (let at = 1; at <= calls; at++) {
      const fileSystem = (await filled()).afterKill();
      const acknowledged = { head: 30 };
      fileSystem.fault = ({ number }) => (number === at ? { code, half: true } : undefined);
      const failure: unknown = await play(fileSystem, acknowledged).catch((cause: unknown) => cause);
      if (failure !== undefined) expect(failure).toMatchObject({ name: 'StoreError' });
      fileSystem.fault = () => undefined;
      await expectKept(at % 2 === 0 ? fileSystem.afterKill() : fileSystem.afterPowerCut(), acknowledged.head);
    }
  });

  it('can be repeated after the device was full', async () => {
    const fileSystem = await filled();
    const store = openStore(fileSystem);
    await store.get('x');
    fileSystem.fault = ({ name, path }) => (name === 'write' && path.endsWith('.new') ? { code: 'ENOSPC' } : undefined);
    await expect(maintenanceOf(store).vacuum()).rejects.toMatchObject({
      ...{ code: 'STORE_UNAVAILABLE', retryable: true },
      message: expect.stringContaining('no space left on the device') as string,
    });
    expect(await store.append([appendOf('x', 31)])).toEqual([undefined]);
    fileSystem.fault = () => undefined;
    expect(await maintenanceOf(store).vacuum()).toMatchObject({ recordsDropped: 24 });
    await expectState(store, { head: 31 });
    await store.close();
  });

  it.each([
    [true, 20_000],
    [false, undefined],
  ])('comes by itself while a long execution takes snapshots (compacts: %s)', async (compacts, most) => {
    const fileSystem = new SimulatedFileSystem();
    const options = { directory, fileSystem, segmentBytesMax: 4_096, nowMs: () => 1_000_000 };
    const store = segmentFileStore({ ...options, compacts });
    await store.create(newExecution('x', { records: [record('x', 1)] }));
    let largest = 0;
    for (let sequence = 2; sequence <= 400; sequence++) {
      const snapshot = sequence % 5 === 0 ? { snapshot: Buffer.from(`x at ${sequence}`) } : {};
      expect(await store.append([appendOf('x', sequence, snapshot)])).toEqual([undefined]);
      largest = Math.max(largest, bytesIn(fileSystem));
    }
    if (most === undefined) expect(largest).toBeGreaterThan(180_000);
    else expect(largest).toBeLessThan(most);
    await store.close();
    const again = segmentFileStore({ ...options, compacts });
    expect(await again.readSnapshot('x')).toMatchObject({ sequence: 400 });
    expect(await again.get('x')).toMatchObject({ head: 400 });
    const read = readAll(again, 'x');
    if (compacts) await expectCode(read, 'STORE_COMPACTED');
    else expect(await read).toHaveLength(400);
    await again.close();
  });

  it('lets reads under way go on, whatever moves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 40 }), async (after, pause) => {
        const fileSystem = (await filled()).afterKill();
        const store = openStore(fileSystem);
        const reads = Array.from({ length: 10 }, async (_, place) => {
          for (let turn = 0; turn < place * pause; turn++) await Promise.resolve();
          const snapshot = await store.readSnapshot('x');
          return { head: (snapshot?.sequence ?? 0) + (await readAll(store, 'x', snapshot?.sequence)).length };
        });
        const whole = readAll(store, 'y', after);
        await maintenanceOf(store).vacuum({ endedBeforeMs: 6 });
        expect(await Promise.all(reads)).toEqual(Array(10).fill({ head: 30 }));
        expect(await whole).toHaveLength(4 - after);
        await store.close();
      }),
      { numRuns: 40 },
    );
  });

  it('changes nothing where it would have to copy what is damaged, and a check names the place', async () => {
    const fileSystem = await filled();
    const store = openStore(fileSystem);
    const place = await findSnapshot(fileSystem, 'x at 25');
    const content = fileSystem.contentOf(place.path) ?? Buffer.alloc(0);
    await store.get('x');
    content.writeUInt8(0, place.offset);
    fileSystem.replaceContent(place.path, content);
    await expectCode(maintenanceOf(store).vacuum(), 'STORE_CORRUPT');
    expect(await findings(store)).toContainEqual(
      expect.objectContaining({ code: 'SNAPSHOT_UNREADABLE', severity: 'damage', execution: 'x', sequence: 26 }),
    );
    expect(await readAll(store, 'x')).toHaveLength(30);
    await store.close();
  });

  it('is ended by closing, and nothing is lost', async () => {
    const fileSystem = await filled();
    const store = openStore(fileSystem);
    await store.get('x');
    const vacuum = expectCode(maintenanceOf(store).vacuum(), 'STORE_CLOSED');
    await Promise.resolve();
    await store.close();
    await vacuum;
    await expectKept(fileSystem, 30);
  });

  it('waits for whoever looks, and looking waits for it', async () => {
    const store = openStore(await filled());
    const looking = maintenanceOf(store).dump()[Symbol.asyncIterator]();
    await looking.next();
    let isDone = false;
    const vacuum = maintenanceOf(store)
      .vacuum()
      .then(() => (isDone = true));
    await store.get('x');
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    expect(isDone).toBe(false);
    await looking.return?.();
    await vacuum;
    await expectState(store);
    await store.close();
  });
});

async function findSnapshot(fileSystem: SimulatedFileSystem, text: string): Promise<{ path: string; offset: number }> {
  for (const name of await fileSystem.list(directory)) {
    const path = join(directory, name);
    const offset = fileSystem.contentOf(path)?.indexOf(text) ?? -1;
    if (name.endsWith('.segment') && offset >= 0) return { path, offset };
  }
  return expect.fail(`expected '${text}' in a segment`);
}
