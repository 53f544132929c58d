import { expect, vi } from 'vitest';
import type { Store, StoreNotice } from '../store.ts';
import { appendTaken, livingOwner, newExecution, records } from './harness.ts';
import type { Laws } from './harness.ts';

/** What holds for stores that tell what happens; those that cannot have no `watch`. */
export const noticeLaws: Laws = createNoticeLaws(10_000);

/** `patienceMs` guards against waiting for ever; a store that tells does so long before. */
export function createNoticeLaws(patienceMs: number): Laws {
  const startWatching = (store: Store): Promise<Watcher | undefined> => watch(store, patienceMs);
  return {
    'a watcher is told of requests, ends and releases': async ({ store }) => {
      const watcher = await startWatching(store);
      if (watcher === undefined) return;
      const lease = await store.create(newExecution('x'));
      await store.request({ execution: 'x', kind: 'cancel' });
      await watcher.hears({ kind: 'requested', execution: 'x' });
      const summary = { status: 'canceled', finishedAtMs: 2_000 };
      await appendTaken(store, { execution: 'x', epoch: 1, sequence: 1, records: records(1), summary });
      await watcher.hears({ kind: 'finished', execution: 'x' });
      await store.release({ ...lease, head: 1 });
      await watcher.hears({ kind: 'released', execution: 'x' });
    },
    'a watcher is not told of what was refused': async ({ store }) => {
      const watcher = await startWatching(store);
      if (watcher === undefined) return;
      const lease = await store.create(newExecution('x'));
      await store.append([{ execution: 'x', epoch: 2, sequence: 1, records: [], summary: { finishedAtMs: 1 } }]);
      await store.release({ ...lease, epoch: 2 });
      await store.request({ execution: 'none', kind: 'pause' }).catch(() => undefined);
      await watcher.hearsNoMore();
      expect(watcher.heard).not.toContainEqual(expect.objectContaining({ execution: 'x' }));
      expect(watcher.heard).not.toContainEqual(expect.objectContaining({ execution: 'none' }));
    },
    'a watcher is told of what is done through another opening': async (harness) => {
      if (!harness.capabilities.multiProcess) return;
      const watcher = await startWatching(harness.store);
      if (watcher === undefined) return;
      const second = await harness.openSecond();
      for (const id of ['it\'s "odd"\n\u0001', '漢🧵'.repeat(170)]) {
        await harness.store.create(newExecution(id));
        await second.request({ execution: id, kind: 'pause' });
        await watcher.hears({ kind: 'requested', execution: id });
      }
    },
    'every watcher is told, until it ends that': async ({ store }) => {
      const [first, second] = [await startWatching(store), await startWatching(store)];
      if (first === undefined || second === undefined) return;
      await store.create(newExecution('x'));
      await store.request({ execution: 'x', kind: 'pause' });
      await first.hears({ kind: 'requested', execution: 'x' });
      await second.hears({ kind: 'requested', execution: 'x' });
      first.end();
      first.end();
      first.heard.length = 0;
      await second.hearsNoMore();
      expect(first.heard).toEqual([]);
      second.end();
    },
    'watching ends with the store': async ({ store }) => {
      const watcher = await startWatching(store);
      await store.close();
      watcher?.end();
      if (store.watch === undefined) return;
      expect(() => store.watch?.(() => undefined)).toThrow(expect.objectContaining({ code: 'STORE_CLOSED' }));
    },
  };
}

interface Watcher {
  readonly heard: StoreNotice[];
  readonly end: () => void;
  /** Resolves when it has been told so. */
  readonly hears: (notice: StoreNotice) => Promise<void>;
  /** Resolves when everything that was done before has had its chance to be told. */
  readonly hearsNoMore: () => Promise<void>;
}

/** Watches, and waits until that has really begun; undefined where the store has nothing to tell. */
async function watch(store: Store, patienceMs: number): Promise<Watcher | undefined> {
  const heard: StoreNotice[] = [];
  const end = store.watch?.((notice) => heard.push(notice));
  if (end === undefined) return undefined;
  const hears = (notice: StoreNotice): Promise<void> =>
    vi.waitFor(() => expect(heard).toContainEqual(notice), { timeout: patienceMs, interval: 5 });
  let signals = 0;
  // A store may need a while to begin, and tells of nothing that happened before.
  const signal = async (): Promise<void> => {
    const id = `signal ${++signals} of ${Math.random()}`;
    await store.create(newExecution(id, { owner: livingOwner('signals') }));
    await vi.waitFor(
      async () => {
        await store.request({ execution: id, kind: 'pause' });
        expect(heard).toContainEqual({ kind: 'requested', execution: id });
      },
      { timeout: patienceMs, interval: 5 },
    );
  };
  await signal();
  return { heard, end, hears, hearsNoMore: signal };
}
