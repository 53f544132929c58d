import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { deadOwner, livingOwner, newExecution, readAll } from '../src/conformance/harness.ts';
import { StoreError } from '../src/errors.ts';
import { segmentFileStore } from '../src/segment-file-store.ts';
import type { Append, Store } from '../src/store.ts';
import { simulatedDirectory as directory, SimulatedFileSystem } from './simulated-file-system.ts';
import type { SystemCall, SystemFault } from './simulated-file-system.ts';

// Every law and every byte takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/*
 * One scenario is played over and over on simulated files, each time with another system call failing. Afterwards the
 * process is killed, or the power is cut, and the next process has to find everything that had been acknowledged.
 */

const gone = deadOwner('gone');
const [ownerA, ownerB] = [livingOwner('owner-a'), livingOwner('owner-b')];

function openStore(fileSystem: SimulatedFileSystem): Store {
  return segmentFileStore({ directory, fileSystem, segmentBytesMax: 4_096, nowMs: () => 1_000_000 });
}

/** Record `sequence` of an execution; the third in a row fills a segment. */
function record(id: string, sequence: number): Buffer {
  return Buffer.alloc(900, `${id}-${sequence} `);
}

function appendOf(id: string, epoch: number, sequence: number): Append {
  return { execution: id, epoch, sequence, records: [record(id, sequence)] };
}

interface Acknowledged {
  readonly heads: Record<string, number>;
  readonly epochs: Record<string, number>;
}

type Step = (store: Store, acknowledged: Acknowledged) => Promise<void>;

function append(...appends: readonly Append[]): Step {
  return async (store, { heads }) => {
    const outcomes = await store.append(appends);
    expect(outcomes).toEqual(appends.map(() => undefined));
    for (const { execution, sequence } of appends) heads[execution] = sequence;
  };
}

const steps: readonly Step[] = [
  async (store, { heads, epochs }) => {
    await store.create(newExecution('x', { owner: ownerA, records: [record('x', 1), record('x', 2)] }));
    [heads['x'], epochs['x']] = [2, 1];
  },
  ...[3, 4, 5, 6].map((sequence) => append(appendOf('x', 1, sequence))),
  async (store, { heads, epochs }) => {
    await store.create(newExecution('y', { owner: ownerB }));
    [heads['y'], epochs['y']] = [0, 1];
  },
  async (store) => store.request({ execution: 'y', kind: 'pause' }),
  async (store) => expect(await store.heartbeat(ownerB)).toHaveLength(1),
  async (store) => store.release({ execution: 'x', owner: 'owner-a', epoch: 1, head: 6 }),
  async (store, { epochs }) => {
    expect(await store.claim('x', ownerB)).toMatchObject({ epoch: 2 });
    epochs['x'] = 2;
  },
  append(appendOf('x', 2, 7), appendOf('y', 1, 1), appendOf('x', 2, 8)),
  async (store) => expect(await readAll(store, 'x')).toHaveLength(8),
];

interface Played {
  readonly acknowledged: Acknowledged;
  readonly errors: readonly StoreError[];
}

/** Plays the steps, each again as long as the store says that it may come right; then closes. */
async function play(fileSystem: SimulatedFileSystem): Promise<Played> {
  const store = openStore(fileSystem);
  const acknowledged: Acknowledged = { heads: {}, epochs: {} };
  const errors: StoreError[] = [];
  for (let place = 0; place < steps.length;) {
    try {
      await steps[place]?.(store, acknowledged);
      place++;
    } catch (cause) {
      errors.push(asStoreError(cause));
      if (errors.length > 3) break;
      if (errors.at(-1)?.code === 'STORE_UNAVAILABLE') continue;
      await expectStopped(store);
      break;
    }
  }
  await store.close().catch((cause: unknown) => errors.push(asStoreError(cause)));
  return { acknowledged, errors };
}

function asStoreError(cause: unknown): StoreError {
  if (!(cause instanceof StoreError)) throw cause;
  return cause;
}

/** After a final failure nothing is taken and nothing is shown. */
async function expectStopped(store: Store): Promise<void> {
  const calls = [
    () => store.append([appendOf('x', 1, 1)]),
    () => store.create(newExecution('z')),
    () => store.get('x'),
    () => store.list(),
    () => readAll(store, 'x'),
  ];
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
}

/** Opens what is left and expects all that was acknowledged, and of the rest at most what came next. */
async function expectKept(
  fileSystem: SimulatedFileSystem,
  { heads, epochs }: Acknowledged,
  unacknowledgedMax: number = 2,
): Promise<void> {
  if (fileSystem.contentOf(join(directory, 'lock')) !== undefined) {
    fileSystem.replaceContent(join(directory, 'lock'), Buffer.from(JSON.stringify(gone)));
  }
  const store = openStore(fileSystem);
  for (const [id, head] of Object.entries(heads)) {
    const records = await readAll(store, id);
    expect(records.length).toBeGreaterThanOrEqual(head);
    expect(records.length).toBeLessThanOrEqual(head + unacknowledgedMax);
    for (const [place, found] of records.entries()) expect(record(id, place + 1).equals(found)).toBe(true);
    const summary = await store.get(id);
    expect(summary?.head).toBe(records.length);
    expect(summary?.epoch).toBeGreaterThanOrEqual(epochs[id] ?? 0);
    const epoch = summary?.owner === undefined ? (await store.claim(id, ownerA)).epoch : summary.epoch;
    expect(await store.append([appendOf(id, epoch, records.length + 1)])).toEqual([undefined]);
  }
  await store.close();
}

async function expectKeptEverywhere(fileSystem: SimulatedFileSystem, acknowledged: Acknowledged): Promise<void> {
  await expectKept(fileSystem.afterKill(), acknowledged);
  for (const survives of [() => false, () => true, (sector: number) => sector % 2 === 0]) {
    await expectKept(fileSystem.afterPowerCut(survives), acknowledged);
  }
}

async function callsOfScenario(): Promise<readonly SystemCall[]> {
  const fileSystem = new SimulatedFileSystem();
  const { errors } = await play(fileSystem);
  expect(errors).toEqual([]);
  return fileSystem.calls;
}

function failCall(number: number, code: string, half: boolean = false): SystemFault {
  return (call) => (call.number === number ? { code, half } : undefined);
}

describe('segmentFileStore over files that fail', () => {
  it('plays the scenario over several segments when nothing fails', async () => {
    const fileSystem = new SimulatedFileSystem();
    const { acknowledged, errors } = await play(fileSystem);
    expect(errors).toEqual([]);
    expect(acknowledged).toEqual({ heads: { x: 8, y: 1 }, epochs: { x: 2, y: 1 } });
    expect([...(await fileSystem.list(directory))].sort()).toEqual([
      '00000001.segment',
      '00000002.segment',
      '00000003.segment',
    ]);
    await expectKeptEverywhere(fileSystem, acknowledged);
  });

  it.each([
    ['EIO', false],
    ['EIO', true],
    ['ENOSPC', false],
    ['ENOSPC', true],
  ])('keeps what it acknowledged when any one call fails with %s (half of a write done: %s)', async (code, half) => {
    const calls = await callsOfScenario();
    for (const { number } of calls) {
      const fileSystem = new SimulatedFileSystem();
      fileSystem.fault = failCall(number, code, half);
      const { acknowledged, errors } = await play(fileSystem);
      expect(errors.length).toBeLessThanOrEqual(2);
      await expectKeptEverywhere(fileSystem, acknowledged);
    }
  });

  it('keeps what it acknowledged when everything fails from any one call on', async () => {
    const calls = await callsOfScenario();
    for (const { number } of calls.filter((call) => call.name === 'write' || call.name === 'sync')) {
      const fileSystem = new SimulatedFileSystem();
      fileSystem.fault = (call) => (call.number >= number ? { code: 'EIO' } : undefined);
      const { acknowledged } = await play(fileSystem).catch(() => ({ acknowledged: { heads: {}, epochs: {} } }));
      fileSystem.fault = () => undefined;
      await expectKeptEverywhere(fileSystem, acknowledged);
    }
  });

  it('finds what it acknowledged after a power cut at any call, whichever sectors were written', async () => {
    const calls = await callsOfScenario();
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: calls.length }),
        fc.infiniteStream(fc.boolean()),
        async (at, coins) => {
          const fileSystem = new SimulatedFileSystem();
          let cut: SimulatedFileSystem | undefined;
          const acknowledged: Acknowledged = { heads: {}, epochs: {} };
          let kept = structuredClone(acknowledged);
          fileSystem.fault = ({ number }) => {
            if (number !== at) return undefined;
            kept = structuredClone(acknowledged);
            cut = fileSystem.afterPowerCut(() => coins.next().value === true);
            return undefined;
          };
          const store = openStore(fileSystem);
          for (const step of steps) await step(store, acknowledged);
          await store.close();
          if (cut !== undefined) await expectKept(cut, kept);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('says that the device is full, and goes on when there is room again', async () => {
    const fileSystem = new SimulatedFileSystem();
    const store = openStore(fileSystem);
    await store.create(newExecution('x'));
    fileSystem.fault = ({ name }) => (name === 'write' ? { code: 'ENOSPC', half: true } : undefined);
    const refused: unknown = expect.objectContaining({
      ...{ code: 'STORE_UNAVAILABLE', retryable: true },
      message: expect.stringContaining(`no space left on the device holding ${directory}`) as string,
    });
    await expect(store.append([appendOf('x', 1, 1)])).rejects.toEqual(refused);
    // The half that was written holds the whole of the first append.
    await expect(store.append([appendOf('x', 1, 1), appendOf('x', 1, 2)])).rejects.toEqual(refused);
    expect(await readAll(store, 'x')).toEqual([]);
    fileSystem.fault = () => undefined;
    await expectKept(fileSystem.afterKill(), { heads: { x: 0 }, epochs: { x: 1 } }, 0);
    for (let sequence = 1; sequence <= 9; sequence++) {
      expect(await store.append([appendOf('x', 1, sequence)])).toEqual([undefined]);
    }
    await expectKeptEverywhere(fileSystem, { heads: { x: 9 }, epochs: { x: 1 } });
  });

  it('never syncs again after a sync failed, and fails what was waiting', async () => {
    const fileSystem = new SimulatedFileSystem();
    const store = openStore(fileSystem);
    await store.create(newExecution('x'));
    fileSystem.fault = ({ name }) => (name === 'sync' ? { code: 'EIO' } : undefined);
    const waiting = [1, 2, 3].map((sequence) => store.append([appendOf('x', 1, sequence)]));
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_UNKNOWN_OUTCOME' } });
    }
    fileSystem.fault = () => undefined;
    const before = fileSystem.calls.length;
    await expectStopped(store);
    await store.close();
    const later = fileSystem.calls.slice(before).map((call) => call.name);
    expect(later).not.toContain('sync');
    expect(later).not.toContain('write');
  });

  it('does not trust what a failed sync left in memory: what is read after opening again survives a power cut', async () => {
    const fileSystem = new SimulatedFileSystem();
    const store = openStore(fileSystem);
    await store.create(newExecution('x'));
    fileSystem.fault = ({ name }) => (name === 'sync' ? { code: 'EIO' } : undefined);
    await expect(store.append([appendOf('x', 1, 1)])).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    fileSystem.fault = () => undefined;
    await store.close();
    const again = openStore(fileSystem);
    expect(await readAll(again, 'x')).toHaveLength(1);
    await expectKept(fileSystem.afterPowerCut(), { heads: { x: 1 }, epochs: { x: 1 } });
    await again.close();
  });

  it('opens when it could not be opened before', async () => {
    const fileSystem = new SimulatedFileSystem();
    const store = openStore(fileSystem);
    fileSystem.fault = failCall(1, 'EACCES');
    await expect(store.list()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await store.list()).toEqual({ executions: [] });
    await store.close();
  });
});
