import { StoreError } from '../errors.ts';
import type { Store } from '../store.ts';
import { Backoff } from './backoff.ts';
import type { Schedule } from './backoff.ts';
import type { ReopenNotice } from './reopen-notice.ts';
import type { StoreChange } from './store-change.ts';

export interface MediumOptions {
  readonly open: () => Store;
  readonly reopenMs: number;
  readonly onReopen: (notice: ReopenNotice) => void;
  readonly nowMs: () => number;
  readonly schedule: Schedule;
  /** Told when a store is let go of, and when another one is there in its place. */
  readonly onLost: () => void;
  readonly onOpened: (store: Store) => void;
}

/** How often a change is tried that is in the way of closing. */
const hurriedAttemptsMax = 5;

/** From the first failure of a change to its answer. */
interface Outage {
  readonly sinceMs: number;
  /** Attempts that have failed. */
  attempts: number;
  /** Whether an attempt may have taken effect. */
  isInDoubt: boolean;
}

/**
 * The store that is open now, and the one that follows it when it has failed.
 *
 * 1. One `perform` runs at a time, so at most one change is ever in doubt; nothing else is let through until it is answered.
 * 2. A store that has answered STORE_UNKNOWN_OUTCOME is never given another change: it is closed, and then another one is opened.
 *    The new one is used once it has answered.
 * 3. A store that answers STORE_UNAVAILABLE and says that the call may be repeated has written nothing and stays.
 * 4. Nothing is repeated before the first success: what stands in the way of opening is told at once.
 * 5. `failures` counts the changes that were given up.
 */
export class ReopenedMedium {
  readonly #options: MediumOptions;
  readonly #backoff: Backoff;
  readonly #name: string;
  #store: Store | undefined;
  /** Not closed yet. */
  #lost: Store | undefined;
  #hasServed = false;
  #isClosed = false;
  #failures = 0;
  #lastFailure: StoreError | undefined;

  constructor(options: MediumOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.schedule);
    this.#store = options.open();
    this.#name = this.#store.capabilities.name;
  }

  /** The one that may be read from; undefined between two. */
  get store(): Store | undefined {
    return this.#store;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Why the last change was given up. */
  get lastFailure(): StoreError | undefined {
    return this.#lastFailure;
  }

  get hasServed(): boolean {
    return this.#hasServed;
  }

  noteServed(): void {
    this.#hasServed = true;
  }

  /** Lets go of a store that has failed; of one that was replaced already, that has happened. */
  lose(store: Store): void {
    if (store !== this.#store) return;
    this.#lost = store;
    this.#store = undefined;
    this.#options.onLost();
  }

  /** Answers the change, however often the store has to be opened for it; rejects when the time for that is over. */
  async perform<Result>(change: StoreChange<Result>): Promise<Result> {
    let outage: Outage | undefined;
    for (;;) {
      try {
        const store = this.#store ?? (await this.#openAnother());
        const result = await this.#attempt(store, change, outage);
        this.#hasServed = true;
        if (outage !== undefined) this.#tell(outage);
        return result;
      } catch (cause) {
        outage = this.#afterFailure(cause, outage);
        await this.#backoff.pause(outage.attempts + 1, this.#leftMs(outage));
      }
    }
  }

  /** Ends pauses: whatever waits has one more attempt, or a few at once. */
  hurry(): void {
    this.#backoff.hurry();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // What a store has to say that has failed was said.
    await this.#lost?.close().catch(() => undefined);
    await this.#store?.close();
  }

  async #attempt<Result>(store: Store, change: StoreChange<Result>, outage: Outage | undefined): Promise<Result> {
    try {
      return await (outage?.isInDoubt === true ? change.settle(store) : change.send(store));
    } catch (cause) {
      const code = codeOf(cause);
      // One that cannot be used any more does not help to find out what became of a change.
      const isOfNoUse = code === 'STORE_UNAVAILABLE' && outage?.isInDoubt === true && !(cause as StoreError).retryable;
      if (code === 'STORE_UNKNOWN_OUTCOME' || isOfNoUse) this.lose(store);
      throw cause;
    }
  }

  async #openAnother(): Promise<Store> {
    if (this.#isClosed) throw new StoreError('the store has been closed', { code: 'STORE_CLOSED' });
    // What it still holds shows when another one is opened.
    await this.#lost?.close().catch(() => undefined);
    this.#lost = undefined;
    const store = this.#options.open();
    try {
      await store.list({ limit: 1 });
    } catch (cause) {
      this.#lost = store;
      throw cause instanceof StoreError ? new OpeningFailure(cause) : cause;
    }
    this.#store = store;
    this.#options.onOpened(store);
    return store;
  }

  /** The outage that goes on, or throws what the caller is told. */
  #afterFailure(thrown: unknown, before: Outage | undefined): Outage {
    const isOpening = thrown instanceof OpeningFailure;
    const cause = isOpening ? thrown.reason : thrown;
    const isInDoubt = before?.isInDoubt === true || (!isOpening && codeOf(cause) === 'STORE_UNKNOWN_OUTCOME');
    const stands = isOpening || this.#isOfTheMedium(cause, isInDoubt);
    if (!(cause instanceof StoreError) || !stands) {
      if (before !== undefined) this.#tell(before);
      throw cause;
    }
    const outage = before ?? { sinceMs: this.#options.nowMs(), attempts: 0, isInDoubt };
    if (before === undefined) this.#options.onReopen({ kind: 'stopped', store: this.#name, cause });
    outage.attempts++;
    outage.isInDoubt = isInDoubt;
    // Waiting mends no damage.
    const isHurried = this.#backoff.isHurried && outage.attempts > hurriedAttemptsMax;
    const isHopeless = cause.code === 'STORE_CORRUPT' || isHurried;
    if (isHopeless || this.#leftMs(outage) <= 0) throw this.#giveUp(cause, outage);
    return outage;
  }

  /** Whether a failed call says something about the medium; else it is the answer. */
  #isOfTheMedium(cause: unknown, isInDoubt: boolean): boolean {
    const code = codeOf(cause);
    if (code === 'STORE_UNKNOWN_OUTCOME' || (isInDoubt && code === 'STORE_CORRUPT')) return true;
    if (code !== 'STORE_UNAVAILABLE') return false;
    return isInDoubt || (this.#hasServed && (cause as StoreError).retryable);
  }

  #giveUp(cause: StoreError, outage: Outage): StoreError {
    this.#failures++;
    const { elapsedMs, attempts } = this.#tell(outage, cause);
    const tried = `${cause.message}; given up after ${attempts} attempts in ${Math.round(elapsedMs)} ms, and the next call tries again`;
    const error = outage.isInDoubt
      ? new StoreError(`${tried}: whether this one took effect is unknown until then`, {
          ...{ code: 'STORE_UNKNOWN_OUTCOME', cause },
        })
      : new StoreError(`${tried}: nothing of this one was written`, {
          ...{ code: cause.code === 'STORE_CORRUPT' ? cause.code : 'STORE_UNAVAILABLE', cause },
          retryable: cause.code !== 'STORE_CORRUPT',
        });
    this.#lastFailure = cause;
    return error;
  }

  #tell(outage: Outage, cause?: StoreError): { elapsedMs: number; attempts: number } {
    const { attempts, sinceMs } = outage;
    const facts = { store: this.#name, elapsedMs: this.#options.nowMs() - sinceMs, attempts };
    if (cause === undefined) this.#options.onReopen({ kind: 'resumed', ...facts });
    else this.#options.onReopen({ kind: 'given-up', ...facts, cause });
    return facts;
  }

  #leftMs({ sinceMs }: Outage): number {
    return sinceMs + this.#options.reopenMs - this.#options.nowMs();
  }
}

/** Another store could not be opened. */
class OpeningFailure extends Error {
  readonly reason: StoreError;

  constructor(reason: StoreError) {
    super(reason.message);
    this.reason = reason;
  }
}

function codeOf(cause: unknown): StoreError['code'] | undefined {
  return cause instanceof StoreError ? cause.code : undefined;
}
