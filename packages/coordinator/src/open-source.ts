import type { PullItems } from './core/command.ts';
import type { TaskFailure } from './core/failure.ts';
import type { ItemSource, SourceStep } from './task-executor.ts';

/** What one pull comes to. */
export type Pulled =
  | {
      readonly ok: true;
      readonly items: readonly unknown[];
      readonly ended: boolean;
      readonly cursor: unknown;
      readonly skip: number;
    }
  | { readonly ok: false; readonly failure: TaskFailure };

/**
 * A source that is open at one place.
 *
 * Invariants:
 * 1. `at` is the index of the next item that is given out; `#cursor` and `#skip` tell how to come there again.
 * 2. A step that was asked for and not used is kept in `#step`: nothing is read twice and nothing is lost.
 * 3. Items come before the failure or the end behind them.
 */
export class OpenSource {
  readonly #source: ItemSource;
  #at: number;
  #cursor: unknown;
  #skip: number;
  /** Items behind the cursor that were given out before, and are read over. */
  #toSkip: number;
  #step: Promise<SourceStep> | undefined;

  constructor(source: ItemSource, { from, cursor, skip }: Pick<PullItems, 'from' | 'cursor' | 'skip'>) {
    this.#source = source;
    this.#at = from;
    this.#cursor = cursor;
    this.#skip = skip;
    this.#toSkip = skip;
  }

  get at(): number {
    return this.#at;
  }

  /** About `want` items: whole pages, and fewer where more would have to be waited for. At least one, unless it ends or fails. */
  async pull(want: number): Promise<Pulled> {
    const items: unknown[] = [];
    for (;;) {
      this.#step ??= this.#source.next();
      const step = items.length === 0 ? await this.#step : await Promise.race([this.#step, nextTurn()]);
      if (step === undefined) return this.#answer(items, false);
      if (step.kind === 'items') {
        this.#step = undefined;
        this.#take(step, items);
        if (items.length >= want) return this.#answer(items, false);
      } else if (step.kind === 'end') {
        return this.#answer(items, true);
      } else {
        return items.length > 0 ? this.#answer(items, false) : { ok: false, failure: step.failure };
      }
    }
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  #take(page: Extract<SourceStep, { kind: 'items' }>, items: unknown[]): void {
    const over = Math.min(this.#toSkip, page.items.length);
    this.#toSkip -= over;
    for (let position = over; position < page.items.length; position += 1) items.push(page.items[position]);
    if (page.cursor === undefined) this.#skip += page.items.length - over;
    else [this.#cursor, this.#skip] = [page.cursor, 0];
  }

  #answer(items: readonly unknown[], ended: boolean): Pulled {
    this.#at += items.length;
    return { ok: true, items, ended, cursor: this.#cursor, skip: this.#skip };
  }
}

function nextTurn(): Promise<undefined> {
  return new Promise((resolve) => setImmediate(() => resolve(undefined)));
}
