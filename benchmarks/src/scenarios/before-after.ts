import { eventDriven } from '@weftline/coordinator';
import { lockPerCompletion } from '@weftline/coordinator/lock-per-completion';
import { lockPerTask } from '@weftline/coordinator/lock-per-task';
import { polling } from '@weftline/coordinator/polling';
import { wholeStateRecording } from '@weftline/coordinator/whole-state-recording';
import { deepCloneContext } from '@weftline/context/deep-clone-context';
import { sharedContext } from '@weftline/context/shared-context';
import type { EngineOptions } from '@weftline/engine';
import { writeBehind } from '@weftline/persistence/write-behind';
import { writeThrough } from '@weftline/persistence/write-through';
import type { Scenario, Size, Strategy } from '../case.ts';
import { engineStrategy, pLimitStrategy } from './list-strategy.ts';
import { openStore } from './open-store.ts';

/** What the analysis found. */
const before = (): EngineOptions => ({
  ...{ context: deepCloneContext(), stateAccess: lockPerTask(), wake: polling() },
  ...{ recording: wholeStateRecording(), writePolicy: writeThrough() },
});

/** What the analysis proposed. */
const proposed = (): EngineOptions => ({
  ...{ context: sharedContext(), stateAccess: lockPerCompletion(), wake: eventDriven() },
  writePolicy: writeBehind(),
});

function onSqlite(name: string, options: () => EngineOptions, skip?: (size: Size) => string | undefined): Strategy {
  const open = async (): Promise<{ options: EngineOptions; discard: () => Promise<void> }> => {
    const { store, discard } = await openStore('sqlite');
    return { options: { ...options(), store }, discard };
  };
  return engineStrategy(name, open, skip === undefined ? {} : { skip });
}

const sizes = [
  { n: 100, c: 10 },
  { n: 100, c: 100 },
  { n: 1_000, c: 100 },
  { n: 10_000, c: 100 },
];

export const beforeAfter: Scenario = {
  ...{
    name: 'before-after',
    title: "the whole engine on SQLite, at the analysis' worst case and up",
    operation: 'item',
  },
  ...{
    pace: 'whole-run',
    floor: 'p-limit',
    baseline: 'before',
    control: 'default',
    growth: [],
    sizes,
    quickSizes: sizes.slice(0, 1),
  },
  notes: [
    'before: a deep copy per item, a lock per task, polling every 100 ms, the whole state written through with every completion.',
    'proposed: shared maps, a lock per completion, event-driven, write-behind (a crash loses the window). default: what the engine ships.',
    'Not measured: the analysed engine itself; these are its ways of working, in this one.',
  ],
  strategies: [
    pLimitStrategy,
    onSqlite('before', before, ({ n, c }) =>
      n * c > 10_000 ? `${n} copies and rewrites of ${c} tasks take minutes; see the smaller sizes` : undefined,
    ),
    onSqlite('proposed', proposed),
    onSqlite('default', () => ({})),
  ],
};
