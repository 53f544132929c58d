import type { ItemSource, SourceStep } from '@weftline/coordinator';
import { ActionError } from './action.ts';
import { describeValue } from './describe-value.ts';
import { jsonValue } from './json-value.ts';
import { isItemPage } from './source.ts';

type Items = Iterator<unknown> | AsyncIterator<unknown>;

/**
 * What an action gives, step by step.
 *
 * Invariants:
 * 1. Whatever the action does, throws or gives becomes a step; no promise rejects.
 * 2. The action is called with the first step.
 */
export class ActionSource implements ItemSource {
  readonly #open: () => unknown;
  readonly #failed: (thrown: unknown) => Extract<SourceStep, { kind: 'failed' }>;
  #items: Promise<Items> | undefined;

  constructor(open: () => unknown, failed: (thrown: unknown) => Extract<SourceStep, { kind: 'failed' }>) {
    this.#open = open;
    this.#failed = failed;
  }

  readonly next = async (): Promise<SourceStep> => {
    try {
      this.#items ??= this.#begin();
      const given = await (await this.#items).next();
      return given.done === true ? { kind: 'end' } : stepOf(given.value);
    } catch (thrown) {
      return this.#failed(thrown);
    }
  };

  readonly close = async (): Promise<void> => {
    try {
      await (await this.#items)?.return?.();
    } catch (thrown) {
      // The failure of a source that nobody reads any more is for its log alone.
      this.#failed(thrown);
    }
  };

  async #begin(): Promise<Items> {
    const given = await this.#open();
    if (typeof given === 'object' && given !== null) {
      if (Symbol.asyncIterator in given) return (given as AsyncIterable<unknown>)[Symbol.asyncIterator]();
      if (Symbol.iterator in given) return (given as Iterable<unknown>)[Symbol.iterator]();
    }
    const message = `expected a list or an iterable from a source of items, got ${describeValue(given)}`;
    throw new ActionError(message, { code: 'SOURCE_NOT_ITERABLE', retryable: false });
  }
}

function stepOf(given: unknown): SourceStep {
  if (!isItemPage(given)) return { kind: 'items', items: [jsonValue(given, 'item')] };
  const items = given.items.map((item) => jsonValue(item, 'item'));
  return given.cursor === undefined
    ? { kind: 'items', items }
    : { kind: 'items', items, cursor: jsonValue(given.cursor, 'cursor') };
}
