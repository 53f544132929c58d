import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytes, livingOwner, newExecution, readTexts, records } from '../conformance/harness.ts';
import { storeConformance } from '../conformance/index.ts';
import type { StoreSetup } from '../conformance/index.ts';
import { StoreError } from '../errors.ts';
import { faultyStore } from '../faulty-store.ts';
import type { Fault, FaultyStore, StoreMethod } from '../faulty-store.ts';
import { memoryStore } from '../memory-store.ts';
import { segmentFileStore } from '../segment-file-store.ts';
import { SimulatedFileSystem } from '../simulated-file-system.ts';
import type { SystemFault } from '../simulated-file-system.ts';
import type { Append, Store } from '../store.ts';
import { groupCommit } from '../write-policy/group-commit.ts';
import { reopeningStore } from './reopening-store.ts';
import type { ReopeningStoreOptions, ReopenNotice } from './reopening-store.ts';

const directory = '/journal';

const media = new Map<string, SimulatedFileSystem>();

/** A store over simulated files that fail: not before the first opening has succeeded, which is told at once. */
function failingFiles({ directory: medium, nowMs }: StoreSetup, fault: SystemFault): Store {
  const fileSystem = media.get(medium) ?? new SimulatedFileSystem();
  fileSystem.fault = fault;
  media.set(medium, fileSystem);
  return reopeningStore(() => segmentFileStore({ directory, fileSystem, nowMs }));
}

function failCalls(name: 'sync' | 'write', isFailing: (nth: number) => boolean): SystemFault {
  let count = 0;
  return (call) => {
    if (call.name !== name || !call.path.endsWith('.segment')) return undefined;
    return isFailing(++count) ? { code: 'EIO' } : undefined;
  };
}

/** Opening syncs too, so these come in different situations. */
const everyFifthSync = (): SystemFault => failCalls('sync', (nth) => nth % 5 === 0);
const someWrites = (): SystemFault => failCalls('write', (nth) => [3, 6, 7, 11, 12, 13, 20, 40].includes(nth));

const skip = [
  {
    reason: 'a vacuum that is repeated reports on the last time alone',
    laws: [
      'a vacuum removes what ended before a time, when asked, and nothing else',
      'a vacuum keeps what somebody owns, and says so',
    ],
  },
  {
    reason: 'the request that was left again is told twice by whoever opens the store later',
    laws: ['requests outlive closing and are not given twice, exactly when the store is durable'],
  },
];

storeConformance({
  name: 'reopening + segment file whose every fifth sync fails',
  create: (setup) => failingFiles(setup, everyFifthSync()),
  crash: (_store, setup) => {
    const fileSystem = (media.get(setup.directory) ?? new SimulatedFileSystem()).afterPowerCut();
    fileSystem.forget(join(directory, 'lock'));
    media.set(setup.directory, fileSystem);
    return failingFiles(setup, everyFifthSync());
  },
  skip,
});

storeConformance({
  name: 'group-commit + reopening + segment file some of whose writes fail',
  create: (setup) => groupCommit()(failingFiles(setup, someWrites())),
  skip: [
    ...skip,
    {
      reason: 'of equal requests in direct succession one may be told when the second had to be left again',
      laws: ['requests of one execution keep their order'],
    },
    {
      reason:
        'its first opening writes so much anew that a write fails before anything has succeeded, which is told at once',
      laws: ['a snapshot of 8 MiB comes back byte by byte, an empty one too'],
    },
  ],
});

/** Opens memory as if it were a medium: every opening but the last ones crashes as its plan says. */
function crashingMemory(plans: readonly (readonly Fault[])[], nowMs: () => number = Date.now): () => Store {
  const medium = memoryStore({ nowMs });
  let current: FaultyStore | undefined;
  let opened = 0;
  return () => {
    const plan = plans[opened++] ?? [];
    current = current === undefined ? faultyStore(medium, plan) : current.restart(plan);
    return current;
  };
}

function crashOf(when: 'before' | 'after', methods: readonly StoreMethod[]): readonly Fault[] {
  return methods.flatMap((method) => [1, 3].map((call): Fault => ({ method, call, when, crash: true })));
}

const changes = ['create', 'append', 'claim', 'release', 'request'] as const;

for (const when of ['before', 'after'] as const) {
  // What a heartbeat would have answered is known to nobody when this medium dies after it.
  const plan = crashOf(when, when === 'before' ? [...changes, 'heartbeat', 'get', 'list'] : changes);
  storeConformance({
    name: `reopening + memory that crashes ${when} calls take effect`,
    create: ({ nowMs }) => reopeningStore(crashingMemory([plan, plan, plan], nowMs)),
    crash: (_store, { nowMs }) => memoryStore({ nowMs }),
  });
}

const lost = new StoreError('the sync failed', { code: 'STORE_UNKNOWN_OUTCOME' });
const full = new StoreError('no space left', { code: 'STORE_UNAVAILABLE', retryable: true });

/** Time that passes only while somebody waits. */
function leapingClock(): Required<Pick<ReopeningStoreOptions, 'nowMs' | 'schedule'>> & { readonly pauses: number[] } {
  const pauses: number[] = [];
  const nowMs = (): number => pauses.reduce((sum, pause) => sum + pause, 0);
  const schedule = (delayMs: number, run: () => void): (() => void) => {
    pauses.push(delayMs);
    queueMicrotask(run);
    return () => undefined;
  };
  return { nowMs, schedule, pauses };
}

function append(sequence: number, text = `record-${sequence}`): Append {
  return { execution: 'x', epoch: 1, sequence, records: text === '' ? [] : [bytes(text)] };
}

/** Every append call fails from then on, until it is told to stop. */
function stubbornMedium(): {
  readonly open: () => Store;
  failWith: StoreError | undefined;
  readonly opened: () => number;
} {
  const medium = memoryStore();
  let opened = 0;
  const state = { failWith: undefined as StoreError | undefined };
  const open = (): Store => {
    opened++;
    const store = faultyStore(medium);
    const { append: send } = store;
    store.append = async (appends) => {
      if (state.failWith !== undefined) throw state.failWith;
      return send.call(store, appends);
    };
    store.close = () => Promise.resolve();
    return store;
  };
  return Object.assign(state, { open, opened: () => opened });
}

describe('reopeningStore', () => {
  it('acknowledges what is there, and sends again what is not', async () => {
    for (const when of ['before', 'after'] as const) {
      const notices: ReopenNotice[] = [];
      const store = reopeningStore(crashingMemory([[{ method: 'append', call: 2, when, crash: true }]]), {
        onReopen: (notice) => notices.push(notice),
      });
      await store.create(newExecution('x'));
      expect(await store.append([append(1)])).toEqual([undefined]);
      expect(await store.append([append(2), append(4), append(3)])).toMatchObject([
        undefined,
        { code: 'STORE_CONFLICT' },
        undefined,
      ]);
      expect(await readTexts(store, 'x')).toEqual(['record-1', 'record-2', 'record-3']);
      expect(notices).toMatchObject([
        { kind: 'stopped', cause: { code: 'STORE_UNKNOWN_OUTCOME' } },
        { kind: 'resumed', attempts: 1 },
      ]);
      await store.close();
    }
  });

  it('judges appends without records by what stands behind them', async () => {
    const store = reopeningStore(crashingMemory([[{ method: 'append', call: 1, when: 'after', crash: true }]]));
    await store.create(newExecution('x'));
    const status = (name: string): NonNullable<Append['summary']> => ({ status: name });
    const appends = [
      { ...append(1, ''), summary: status('first') },
      append(1),
      { ...append(1, ''), summary: status('stale') },
      append(2),
      { ...append(3, ''), summary: status('last') },
    ];
    expect(await store.append(appends)).toMatchObject([
      undefined,
      undefined,
      { code: 'STORE_CONFLICT' },
      undefined,
      undefined,
    ]);
    expect(await store.get('x')).toMatchObject({ status: 'last', head: 2 });
    await store.close();
  });

  it('refuses what cannot be any more because somebody else has claimed the execution', async () => {
    const medium = memoryStore();
    let opened = 0;
    const store = reopeningStore(() => {
      const current = faultyStore(
        medium,
        opened++ === 0 ? [{ method: 'append', call: 1, when: 'before', crash: true }] : [],
      );
      const { list } = current;
      // Another process is faster than the one that opens the store again.
      current.list = async (query) => {
        await medium.release({ execution: 'x', owner: 'owner-a', epoch: 1, head: 0 });
        await medium.claim('x', livingOwner('owner-b'));
        await medium.append([{ ...append(1, 'of the other'), epoch: 2 }]);
        return list.call(current, query);
      };
      return current;
    });
    await store.create(newExecution('x'));
    expect(await store.append([append(1), { ...append(1, ''), summary: { status: 'late' } }])).toMatchObject([
      { code: 'STORE_CONFLICT' },
      { code: 'STORE_UNKNOWN_OUTCOME' },
    ]);
    expect(await readTexts(store, 'x')).toEqual(['of the other']);
    await store.close();
  });

  it('answers the lease of an execution that was registered, and claims it when the lease has run out', async () => {
    let timeMs = 1_000_000;
    for (const leaseMs of [30_000, 0]) {
      const plan: Fault[] = [{ method: 'create', call: 1, when: 'after', crash: true }];
      const open = crashingMemory([plan], () => (timeMs += leaseMs));
      const store = reopeningStore(open);
      const lease = await store.create(newExecution('x', { records: records(2) }));
      expect(lease).toEqual({ execution: 'x', owner: 'owner-a', epoch: leaseMs === 0 ? 1 : 2, head: 2 });
      await expect(store.create(newExecution('x'))).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      await store.close();
    }
  });

  it('rejects as unknown when the time is over, lets what waited go, and tries again with the next call', async () => {
    const clock = leapingClock();
    const medium = stubbornMedium();
    const notices: ReopenNotice[] = [];
    const store = reopeningStore(medium.open, {
      ...clock,
      reopenMs: 5_000,
      onReopen: (notice) => notices.push(notice),
    });
    await store.create(newExecution('x'));
    medium.failWith = lost;
    const [first, ...waiting] = await Promise.allSettled([1, 2, 3].map((sequence) => store.append([append(sequence)])));
    expect(first).toMatchObject({ reason: { code: 'STORE_UNKNOWN_OUTCOME', cause: lost } });
    for (const outcome of waiting)
      expect(outcome).toMatchObject({ reason: { code: 'STORE_UNAVAILABLE', retryable: true } });
    expect(notices.map(({ kind }) => kind)).toEqual(['stopped', 'given-up']);
    expect(clock.nowMs()).toBe(5_000);
    expect(clock.pauses.length).toBeLessThan(15);
    const opened = medium.opened();
    medium.failWith = undefined;
    expect(await store.append([append(1)])).toEqual([undefined]);
    expect(medium.opened()).toBe(opened + 1);
    await store.close();
  });

  it('waits for space on the store that is open, without spinning', async () => {
    const clock = leapingClock();
    const medium = stubbornMedium();
    const store = reopeningStore(medium.open, { ...clock, reopenMs: 20_000 });
    await store.create(newExecution('x'));
    medium.failWith = full;
    await expect(store.append([append(1)])).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(clock.pauses.length).toBeLessThan(30);
    expect(medium.opened()).toBe(1);
    const waiting = store.append([append(1)]);
    await Promise.resolve();
    medium.failWith = undefined;
    expect(await waiting).toEqual([undefined]);
    await store.close();
  });

  it('tells at once what stands in the way before anything has succeeded', async () => {
    const clock = leapingClock();
    const open = (): Store => faultyStore(memoryStore(), [{ method: 'create', call: 1, when: 'before', fail: full }]);
    const store = reopeningStore(open, clock);
    await expect(store.create(newExecution('x'))).rejects.toBe(full);
    expect(clock.pauses).toEqual([]);
    await store.create(newExecution('x'));
    await store.close();
  });

  it('does not lose requests whose delivery is unknown, and tells none twice', async () => {
    for (const when of ['before', 'after'] as const) {
      const fileSystem = new SimulatedFileSystem();
      const store = reopeningStore(() => segmentFileStore({ directory, fileSystem }));
      await store.create(newExecution('x'));
      await store.request({ execution: 'x', kind: 'pause', reason: 'lunch' });
      let isFailing = true;
      const failing = when === 'before' ? 'write' : 'sync';
      fileSystem.fault = ({ name }) => {
        if (!isFailing || name !== failing) return undefined;
        isFailing = false;
        return { code: 'EIO' };
      };
      expect(await store.heartbeat(livingOwner('owner-a'))).toEqual([
        { execution: 'x', kind: 'pause', reason: 'lunch' },
      ]);
      expect(isFailing).toBe(false);
      isFailing = true;
      await store.request({ execution: 'x', kind: 'resume' });
      expect(await store.heartbeat(livingOwner('owner-a'))).toEqual([{ execution: 'x', kind: 'resume' }]);
      await store.close();
    }
  });

  it('tells those who watch that they may have missed something', async () => {
    const store = reopeningStore(crashingMemory([[{ method: 'request', call: 1, when: 'before', crash: true }]]));
    const heard: string[] = [];
    const stop = store.watch?.(({ kind }) => heard.push(kind));
    await store.create(newExecution('x'));
    await store.request({ execution: 'x', kind: 'pause' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['missed', 'requested']);
    stop?.();
    await store.request({ execution: 'x', kind: 'pause' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toHaveLength(2);
    await store.close();
  });

  it('ends pauses when it is closed', async () => {
    const medium = stubbornMedium();
    const store = reopeningStore(medium.open, { schedule: () => () => undefined });
    await store.create(newExecution('x'));
    medium.failWith = lost;
    const waiting = expect(store.append([append(1)])).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    await new Promise((resolve) => setImmediate(resolve));
    await store.close();
    await waiting;
    await expect(store.list()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  it('refuses a time that makes no sense', () => {
    for (const reopenMs of [-1, Number.NaN, Infinity]) {
      expect(() => reopeningStore(() => memoryStore(), { reopenMs })).toThrow(StoreError);
    }
  });
});
