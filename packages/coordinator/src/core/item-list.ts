import type { ItemsDraft } from './draft.ts';
import type { ItemsState } from './state.ts';

/** The items of a task, wherever they come from: a list that is all there, or a source that is read as far as need be. */
type Items = ItemsState | ItemsDraft;

/** How many there are, as far as is known. */
export function itemCount({ source, list }: Items): number {
  return source?.total ?? list.length;
}

/** Whether `itemCount` is final. */
export function isComplete({ source }: Items): boolean {
  return source === undefined || source.ended;
}

/** Only for an item that has not been released. */
export function itemAt({ source, produced, list }: Items, index: number): unknown {
  return source === undefined ? list[index] : produced.get(index);
}

/** Nobody will ask for the item any more. */
export function releaseItem(window: ItemsDraft, index: number): void {
  if (window.source !== undefined) window.produced.delete(index);
}
