import { List, Map } from 'immutable';
import { plain } from './plain-fields.ts';
import type { DueItem, FailedItem, ItemsState, WaitingItem } from './state.ts';

/** The window over a list as plain data. */
export interface ItemsDocument extends Omit<ItemsState, 'running' | 'waiting' | 'due' | 'results' | 'failures'> {
  readonly running: readonly (readonly [index: number, attempt: number])[];
  readonly waiting: readonly (readonly [index: number, item: WaitingItem])[];
  readonly due: readonly DueItem[];
  readonly failures: readonly FailedItem[];
  /** Null where there is none yet. */
  readonly results: readonly unknown[];
  /** Where in `results` there is none; everywhere else null is a result. */
  readonly holes: readonly number[];
}

export function itemsDocument({ running, waiting, due, results, failures, ...rest }: ItemsState): ItemsDocument {
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
    results: results.toArray(),
    holes,
  };
}

export function restoreItems({ holes, results, ...document }: ItemsDocument): ItemsState {
  const known = [...results];
  for (const hole of holes) known[hole] = undefined;
  return {
    ...document,
    running: Map(document.running),
    waiting: Map(document.waiting),
    due: List(document.due),
    failures: List(document.failures),
    results: List(known),
  };
}
