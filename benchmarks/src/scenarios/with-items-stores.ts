import type { WritePolicy } from '@weftline/persistence';
import { groupCommit } from '@weftline/persistence/group-commit';
import { writeBehind } from '@weftline/persistence/write-behind';
import { writeThrough } from '@weftline/persistence/write-through';
import type { Scenario, Strategy } from '../case.ts';
import { engineStrategy, pLimitStrategy, type OpenedEngine } from './list-strategy.ts';
import { openStore, storeUnavailable, type StoreKind } from './open-store.ts';

const policies: Readonly<Record<string, () => WritePolicy>> = {
  'group-commit': groupCommit,
  'write-behind': writeBehind,
  'write-through': writeThrough,
};

function onStore(kind: StoreKind, policy: string): Strategy {
  const open = async (): Promise<OpenedEngine> => {
    const { store, discard } = await openStore(kind);
    const writePolicy = policies[policy]?.() ?? groupCommit();
    return { options: { store, writePolicy }, discard };
  };
  return engineStrategy(`${kind}, ${policy}`, open, { unavailable: () => storeUnavailable(kind) });
}

const sizes = [{ n: 10_000, c: 0 }];

export const withItemsStores: Scenario = {
  ...{
    name: 'with-items-stores',
    title: 'a list on each store and write policy',
    operation: 'item',
    pace: 'whole-run',
  },
  ...{ floor: 'p-limit', baseline: 'memory, group-commit', growth: [], sizes, quickSizes: sizes },
  notes: [
    '10,000 items whose action answers its item, 50 in flight.',
    'One execution hands over batches, so write-through makes a write per batch here, not per item; state-writes has the others.',
    'Not measured: several executions at once, a disk that other programs use.',
  ],
  strategies: [
    pLimitStrategy,
    ...(['memory', 'segment file', 'sqlite', 'postgres'] as const).flatMap((kind) =>
      Object.keys(policies).map((policy) => onStore(kind, policy)),
    ),
  ],
};
