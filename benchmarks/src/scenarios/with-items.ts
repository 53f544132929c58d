import { deepCloneContext } from '@weftline/context/deep-clone-context';
import { sharedContext } from '@weftline/context/shared-context';
import type { Scenario } from '../case.ts';
import { engineStrategy, pLimitStrategy } from './list-strategy.ts';

const sizes = [10, 100, 1_000, 10_000, 100_000].flatMap((n) => [0, 100].map((c) => ({ n, c })));

export const withItems: Scenario = {
  ...{ name: 'with-items', title: 'a list through the whole engine, in memory', operation: 'item', pace: 'whole-run' },
  ...{ floor: 'p-limit', baseline: 'deep-clone-context', control: 'default', growth: ['n'], sizes },
  quickSizes: sizes.filter(({ n }) => n >= 100 && n <= 10_000),
  notes: [
    'A list whose action answers its item, 50 in flight, after c tasks have answered 10 KB each; timed from the first item to the outcome.',
    'Not measured: slow actions, where concurrency decides and the engine does not; memory beyond the run.',
  ],
  strategies: [
    pLimitStrategy,
    engineStrategy('default', () => ({ options: {} })),
    engineStrategy('shared-context', () => ({ options: { context: sharedContext() } })),
    engineStrategy('deep-clone-context', () => ({ options: { context: deepCloneContext() } }), {
      skip: ({ n, c }) =>
        n * c > 10_000 || n > 1_000
          ? `each of ${n} copies holds ${c} tasks and the list of ${n} items: minutes, and gigabytes`
          : undefined,
    }),
  ],
};
