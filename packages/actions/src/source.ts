import type { Action, ActionInput, ActionSupport } from './action.ts';

/** What a source is told beside its input. */
export interface SourceSupport extends ActionSupport {
  /**
   * Where to go on: the cursor of the last page whose items are durable, undefined at the beginning. A source that gives no
   * cursors is read from its beginning after a crash, and what it gave before is skipped.
   */
  readonly cursor?: unknown;
}

/**
 * Produces the items of a list, each of them JSON, as they are needed: no more than the window and a little more is asked
 * for. Pages (`itemPage`) cost less than single items, and may have a cursor. After a crash or a failure it is called
 * again, and must give the same items in the same order.
 */
export type Source<Input = ActionInput> = {
  bivariant(input: Input, support: SourceSupport): Iterable<unknown> | AsyncIterable<unknown>;
}['bivariant'];

/** An action that can also be read lazily, as `with: { from: { action } }`. Called as an action it answers all items as a list. */
export interface SourceAction extends Action {
  readonly source: Source;
}

/** Makes an action of a source: a generator function, for instance. */
export function defineSource<Input = ActionInput>(source: Source<Input>): SourceAction {
  const action: Action = async (input, support) => {
    const items: unknown[] = [];
    for await (const given of source(input as Input, support)) {
      if (isItemPage(given)) for (const item of given.items) items.push(item);
      else items.push(given);
    }
    return items;
  };
  return Object.assign(action, { source: source as Source });
}

const pageMark = Symbol.for('weftline.item-page');

/** Several items that a source gives at once. */
export interface ItemPage {
  readonly items: readonly unknown[];
  /** JSON with which the source can go on behind these items; undefined where it cannot. */
  readonly cursor: unknown;
}

export function itemPage(items: readonly unknown[], cursor?: unknown): ItemPage {
  return { [pageMark]: true, items, cursor } as ItemPage;
}

export function isItemPage(value: unknown): value is ItemPage {
  return typeof value === 'object' && value !== null && pageMark in value;
}
