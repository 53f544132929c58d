import { List, Map } from 'immutable';
import { plain } from './plain-fields.ts';
import type { DueItem, FailedItem, ItemsState, Landed, WaitingItem } from './state.ts';

/** The window over a list as plain data. */
export interface ItemsDocument extends Omit<
  ItemsState,
  'running' | 'waiting' | 'due' | 'results' | 'failures' | 'landed' | 'produced' | 'calls' | 'callOf' | 'starts'
> {
  readonly running: readonly (readonly [index: number, attempt: number])[];
  readonly waiting: readonly (readonly [index: number, item: WaitingItem])[];
  readonly due: readonly DueItem[];
  readonly failures: readonly FailedItem[];
  readonly calls: readonly (readonly [call: number, items: number])[];
  readonly callOf: readonly (readonly [index: number, call: number])[];
  readonly starts: readonly number[];
  readonly produced: readonly (readonly [index: number, item: unknown])[];
  readonly landed: readonly (readonly [index: number, landed: Landed])[];
  /** Null where there is none yet. */
  readonly results: readonly unknown[];
  /** Where in `results` there is none; everywhere else null is a result. */
  readonly holes: readonly number[];
}

export function itemsDocument({
  running,
  waiting,
  due,
  results,
  failures,
  landed,
  produced,
  calls,
  callOf,
  starts,
  ...rest
}: ItemsState): ItemsDocument {
  const holes: number[] = [];
  results.forEach((result, index) => {
    if (result === undefined) holes.push(index);
  });
  return {
    ...plain(rest),
    running: [...running],
    waiting: [...waiting],
    due: due.toArray(),
    failures: failures.toArray(),
    landed: [...landed],
    produced: [...produced],
    calls: [...calls],
    callOf: [...callOf],
    starts: starts.toArray(),
    results: results.toArray(),
    holes,
  };
}

/** What states lack that were written before lists had it. */
const added = {
  tolerated: { limit: 0, isShare: false },
  forgiven: 0,
  halted: false,
  fault: undefined,
  acc: undefined,
  folded: 0,
  landed: [],
  source: undefined,
  produced: [],
  batch: undefined,
  calls: [],
  callOf: [],
  rate: undefined,
  starts: [],
} satisfies Partial<ItemsDocument>;

export function restoreItems(written: ItemsDocument): ItemsState {
  const { holes, results, ...document } = withAdded(written);
  const known = [...results];
  for (const hole of holes) known[hole] = undefined;
  return {
    ...document,
    running: Map(document.running),
    waiting: Map(document.waiting),
    due: List(document.due),
    failures: List(document.failures),
    landed: Map(document.landed),
    produced: Map(document.produced),
    calls: Map(document.calls),
    callOf: Map(document.callOf),
    starts: List(document.starts),
    results: List(known),
  };
}

/** The fields stay in the order in which they were written, so that a state is written again with the same bytes. */
function withAdded(written: ItemsDocument): ItemsDocument {
  const missing = Object.entries(added).filter(([field]) => !Object.hasOwn(written, field));
  return missing.length === 0 ? written : { ...written, ...Object.fromEntries(missing) };
}
