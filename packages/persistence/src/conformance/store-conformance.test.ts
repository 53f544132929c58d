import { describe, expect, it, vi } from 'vitest';
import type { StoreError } from '../errors.ts';
import { memoryStore } from '../memory-store.ts';
import type { Append, ExecutionRequest, JournalSnapshot, Store } from '../store.ts';
import { concurrencyLaws } from './concurrency-laws.ts';
import { runLaw } from './harness.ts';
import { journalLaws } from './journal-laws.ts';
import { lifecycleLaws } from './lifecycle-laws.ts';
import { listingLaws } from './listing-laws.ts';
import { ownershipLaws } from './ownership-laws.ts';
import { requestLaws } from './request-laws.ts';
import { snapshotLaws } from './snapshot-laws.ts';
import { storeConformance } from './store-conformance.ts';

// Every law and every byte takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const laws = Object.entries({
  ...journalLaws,
  ...concurrencyLaws,
  ...ownershipLaws,
  ...requestLaws,
  ...snapshotLaws,
  ...listingLaws,
  ...lifecycleLaws,
});

type Break = (store: Store) => Partial<Store>;

/** The memory store with some of its methods replaced. */
function brokenStore(broken: Break, nowMs: () => number): Store {
  const store = memoryStore({ nowMs });
  const replaced = broken(store);
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = name in replaced ? replaced[name as keyof Store] : target[name as keyof Store];
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

async function lawsBroken(broken: Break): Promise<string[]> {
  const titles: string[] = [];
  for (const [title, law] of laws) {
    const create = ({ nowMs }: { nowMs: () => number }): Store => brokenStore(broken, nowMs);
    await runLaw({ create, reopen: create, crash: (_, setup) => create(setup) }, law).catch(() => titles.push(title));
  }
  return titles;
}

/** Appends with whatever the epoch is by now, as a store without the fence would. */
async function appendUnfenced(store: Store, appends: readonly Append[]): ReturnType<Store['append']> {
  const fixed: Append[] = [];
  for (const append of appends) {
    const epoch = (await store.get(append.execution))?.epoch ?? append.epoch;
    fixed.push({ ...append, epoch });
  }
  return store.append(fixed);
}

const breaks: Readonly<Record<string, Break>> = {
  'takes any epoch': (store) => ({ append: (appends) => appendUnfenced(store, appends) }),
  'acknowledges without writing': () => ({ append: async (appends) => appends.map(() => undefined) }),
  'stops at the first refusal': (store) => ({
    append: async (appends) => {
      const outcomes: (StoreError | undefined)[] = [];
      for (const append of appends) {
        const [outcome] = await store.append([append]);
        outcomes.push(outcome);
        if (outcome !== undefined) break;
      }
      return [...outcomes, ...appends.slice(outcomes.length).map(() => outcomes.at(-1))];
    },
  }),
  'says that it is durable': (store) => ({ capabilities: { ...store.capabilities, durable: true } }),
  'says that nothing acknowledged is lost': (store) => ({
    capabilities: { ...store.capabilities, durable: true, durableOnResolve: true },
  }),
  'gives everything in one chunk': (store) => ({
    read: async function* (id, options) {
      const all = [];
      for await (const chunk of store.read(id, options)) all.push(...chunk);
      yield all;
    },
  }),
  'ignores where to read from': (store) => ({ read: (id) => store.read(id) }),
  'lists oldest first': (store) => ({
    list: async (query) => {
      const page = await store.list(query);
      return { ...page, executions: [...page.executions].reverse() };
    },
  }),
  'always has another page': (store) => ({ list: async (query) => ({ cursor: '0.0', ...(await store.list(query)) }) }),
  'forgets the heartbeat': () => ({ heartbeat: async () => [] }),
  'gives requests again and again': (store) => {
    const given: ExecutionRequest[] = [];
    return {
      heartbeat: async (owner) => {
        given.push(...(await store.heartbeat(owner)));
        return given;
      },
    };
  },
  'forgets snapshots': () => ({ readSnapshot: async () => undefined }),
  'keeps the snapshot of a refused append': (store) => {
    const kept = new Map<string, JournalSnapshot>();
    return {
      append: (appends) => {
        for (const { execution, sequence, records, snapshot } of appends)
          if (snapshot !== undefined) kept.set(execution, { sequence: sequence + records.length - 1, data: snapshot });
        return store.append(appends);
      },
      readSnapshot: async (id) => (await store.readSnapshot(id)) && kept.get(id),
    };
  },
  'ignores releases': () => ({ release: async () => undefined }),
  'can be used after close': () => ({ close: async () => undefined }),
  'takes a lease over without asking': (store) => ({
    claim: async (id, owner) => {
      const held = await store.get(id);
      if (held?.owner !== undefined) {
        await store.release({ execution: id, owner: held.owner.id, epoch: held.epoch, head: held.head });
      }
      return store.claim(id, owner);
    },
  }),
};

describe('storeConformance', () => {
  it('is kept by the memory store', async () => {
    expect(await lawsBroken(() => ({}))).toEqual([]);
  });

  it.each(Object.entries(breaks))('finds a store that %s', async (_, broken) => {
    expect(await lawsBroken(broken)).not.toEqual([]);
  });

  it('does not let a law be skipped that is not there', () => {
    const skip = [{ reason: 'for fun', laws: ['no such law'] }];
    expect(() => storeConformance({ name: 'any', create: () => memoryStore(), skip })).toThrow("'no such law'");
  });
});
