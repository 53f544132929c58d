import { expect, it } from 'vitest';
import type { StoreMaintenance } from '../maintenance/maintenance.ts';
import { memoryStore } from '../memory-store.ts';
import type { Store } from '../store.ts';
import { runLaw } from './harness.ts';
import { maintenanceLaws } from './maintenance-laws.ts';

type Change = (maintenance: StoreMaintenance, store: Store) => Partial<Store>;

/** The laws that the memory store breaks when it is maintained in another way. */
async function lawsBroken(change: Change): Promise<string[]> {
  const titles: string[] = [];
  for (const [title, law] of Object.entries(maintenanceLaws)) {
    const create = ({ nowMs }: { nowMs: () => number }): Store => {
      const store = memoryStore({ nowMs });
      if (store.maintenance === undefined) throw new Error('expected the memory store to be maintained');
      return Object.assign(store, change(store.maintenance, store));
    };
    await runLaw({ create, reopen: create }, law).catch(() => titles.push(title));
  }
  return titles;
}

it('are kept by the memory store', async () => {
  expect(await lawsBroken(() => ({}))).toEqual([]);
});

it('find a store that does not say that it cannot be maintained', async () => {
  const broken = await lawsBroken(() => ({ maintenance: undefined }) as unknown as Partial<Store>);
  expect(broken).toEqual(['says whether it can be maintained, and is exactly then']);
});

const nothing = { executionsRemoved: 0, recordsDropped: 0, bytesBefore: 0, bytesAfter: 0, bytesReusable: 0, kept: [] };

it.each<[string, Change]>([
  ['drops nothing', (maintenance) => ({ maintenance: { ...maintenance, vacuum: async () => nothing } })],
  [
    'removes without being asked',
    (maintenance) => ({
      maintenance: { ...maintenance, vacuum: () => maintenance.vacuum({ endedBeforeMs: Number.MAX_SAFE_INTEGER }) },
    }),
  ],
  [
    'never removes',
    (maintenance) => ({
      maintenance: {
        ...maintenance,
        vacuum: async ({ endedBeforeMs = 0 } = {}) =>
          maintenance.vacuum(Number.isInteger(endedBeforeMs) ? {} : { endedBeforeMs }),
      },
    }),
  ],
  [
    'loses the snapshot with the records',
    (maintenance, store) => {
      let isCompacted = false;
      const readSnapshot = store.readSnapshot.bind(store);
      const vacuum: StoreMaintenance['vacuum'] = async (options) => {
        isCompacted = true;
        return maintenance.vacuum(options);
      };
      return {
        maintenance: { ...maintenance, vacuum },
        readSnapshot: async (id) => (isCompacted ? undefined : readSnapshot(id)),
      };
    },
  ],
  [
    'finds damage where there is none',
    (maintenance) => ({
      maintenance: {
        ...maintenance,
        check: async function* () {
          yield { code: 'SEQUENCE_BROKEN', severity: 'damage', message: 'made up', place: {} };
        },
      },
    }),
  ],
  [
    'dumps summaries alone',
    (maintenance) => ({
      maintenance: {
        ...maintenance,
        dump: async function* (scope) {
          for await (const entry of maintenance.dump(scope)) if (entry.kind !== 'records') yield entry;
        },
      },
    }),
  ],
])('find a store that %s', async (_, change) => {
  expect(await lawsBroken(change)).not.toEqual([]);
});
