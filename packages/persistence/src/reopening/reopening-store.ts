import { assertReadAfter } from '../check-arguments.ts';
import { StoreError } from '../errors.ts';
import { maintenanceAfter } from '../maintenance/maintenance-after.ts';
import { SerialQueue } from '../serial-queue.ts';
import type {
  Append,
  ExecutionPage,
  ExecutionRequest,
  ExecutionSummary,
  JournalRecord,
  JournalSnapshot,
  Lease,
  ListQuery,
  NewExecution,
  Owner,
  Store,
  StoreCapabilities,
} from '../store.ts';
import type { Schedule } from './backoff.ts';
import { LastingWatch } from './lasting-watch.ts';
import { reopenedMaintenance } from './reopened-maintenance.ts';
import { ReopenedMedium } from './reopened-medium.ts';
import type { ReopenNotice } from './reopen-notice.ts';
import { RequestDelivery } from './request-delivery.ts';
import { appendChange } from './settle-appends.ts';
import { claimChange } from './settle-claim.ts';
import { createChange } from './settle-create.ts';
import { repeatable } from './store-change.ts';
import type { StoreChange } from './store-change.ts';

export type { ReopenNotice } from './reopen-notice.ts';

export interface ReopeningStoreOptions {
  /**
   * How long, in milliseconds, a call that failed is carried on with before it is rejected; the attempt that is under way then is
   * waited for. 0 for one attempt. Default 30,000.
   */
  readonly reopenMs?: number;
  /** Told of every outage, for operators; called in the middle of things, so it must not throw. Default: nobody is told. */
  readonly onReopen?: (notice: ReopenNotice) => void;
  /** A clock that never goes back, in milliseconds; default `performance.now`. Replaced by tests. */
  readonly nowMs?: () => number;
  /** Runs `run` after so many milliseconds, and answers what calls it off. Default `setTimeout`; replaced by tests. */
  readonly schedule?: Schedule;
}

/**
 * A store that opens another one in the place of one whose write or sync has failed, and goes on: what the failed call was about is
 * read, acknowledged where it is there, and sent again where it is not. `open` is called at once, and again for every
 * opening; it answers a store that opens its medium with the first call, as the ones of this project do.
 *
 * | call in doubt | what becomes of it |
 * | --- | --- |
 * | `append` | each append by itself: acknowledged when its records are there byte for byte, sent again when not; one that does not follow any more is refused with STORE_CONFLICT |
 * | `create` | the lease of what is there when it is the same, else sent again; a lease that ran out meanwhile is claimed, with epoch 2 |
 * | `claim` | the lease that was given, else claimed again |
 * | `release` | sent again, which does no harm |
 * | `request` | left again: an owner in another process may be told twice |
 * | `heartbeat` | sent again; what the failed one was about to answer is answered too, unless the store took it along (`StoreError.undelivered`) |
 * | `vacuum`, reads | made again; a check or dump that has begun rejects with STORE_UNAVAILABLE |
 *
 * Meanwhile everything else waits. Where that takes longer than `reopenMs` the call rejects with STORE_UNKNOWN_OUTCOME, and those
 * behind it with STORE_UNAVAILABLE, because nothing of them was written; the next call tries again. A medium without room is
 * waited for in the same way, on the store that is open. What fails before anything has succeeded is told at once.
 * Price: changes go to the store one at a time, so put it under a write policy that groups them.
 */
export function reopeningStore(open: () => Store, options: ReopeningStoreOptions = {}): Store {
  const { reopenMs = 30_000, onReopen = () => undefined } = options;
  const { nowMs = () => performance.now(), schedule = scheduleTimeout } = options;
  if (!Number.isFinite(reopenMs) || reopenMs < 0) {
    throw new StoreError(`reopeningStore: reopenMs: expected milliseconds from 0, got ${reopenMs}`, {
      code: 'STORE_INVALID_ARGUMENT',
    });
  }
  return new ReopeningStore(open, { reopenMs, onReopen, nowMs, schedule });
}

/**
 * 1. Changes wait in `#line`; whoever finds the store lost while reading waits there too, so only one ever opens it again.
 * 2. A change that was called before another one was given up is not tried after it.
 */
class ReopeningStore implements Store {
  readonly capabilities: StoreCapabilities;
  readonly watch?: NonNullable<Store['watch']>;
  readonly maintenance?: NonNullable<Store['maintenance']>;
  readonly #medium: ReopenedMedium;
  readonly #line = new SerialQueue();
  readonly #requests = new RequestDelivery();
  readonly #watch = new LastingWatch();
  #closing: Promise<void> | undefined;

  constructor(open: () => Store, options: Required<ReopeningStoreOptions>) {
    const watch = this.#watch;
    this.#medium = new ReopenedMedium({
      ...{ open, ...options },
      onLost: () => watch.leave(),
      onOpened: (store) => watch.move(store),
    });
    const first = this.#medium.store as Store;
    this.capabilities = { ...first.capabilities, name: `${first.capabilities.name}+reopening` };
    if (first.watch !== undefined) {
      watch.begin(first);
      this.watch = (listener) => {
        this.#assertOpen();
        return watch.add(listener);
      };
    }
    if (first.maintenance === undefined) return;
    const maintenance = reopenedMaintenance({
      look: (call) => this.#look(call),
      present: () => this.#present(),
      isGone: (store) => store !== this.#medium.store && this.#closing === undefined,
    });
    this.maintenance = maintenanceAfter(maintenance, async () => {
      this.#assertOpen();
      await this.#line.run(() => Promise.resolve());
    });
  }

  create(execution: NewExecution): Promise<Lease> {
    return this.#change(createChange(execution));
  }

  append(appends: readonly Append[]): Promise<readonly (StoreError | undefined)[]> {
    return this.#change(appendChange(appends));
  }

  async *read(id: string, options: { readonly after?: number } = {}): AsyncGenerator<readonly JournalRecord[]> {
    this.#assertOpen();
    let after = assertReadAfter(options.after);
    for (let tries = 1; ; tries++) {
      const store = await this.#present();
      try {
        for await (const chunk of store.read(id, { after })) {
          after = chunk.at(-1)?.sequence ?? after;
          yield chunk;
          this.#assertOpen();
        }
        return;
      } catch (cause) {
        await this.#recover(store, cause, tries);
      }
    }
  }

  readSnapshot(id: string): Promise<JournalSnapshot | undefined> {
    return this.#look((store) => store.readSnapshot(id));
  }

  get(id: string): Promise<ExecutionSummary | undefined> {
    return this.#look((store) => store.get(id));
  }

  list(query?: ListQuery): Promise<ExecutionPage> {
    return this.#look((store) => store.list(query));
  }

  claim(id: string, owner: Owner): Promise<Lease> {
    return this.#change(claimChange(id, owner));
  }

  release(lease: Lease): Promise<void> {
    return this.#change(repeatable((store) => store.release(lease)));
  }

  heartbeat(owner: Owner): Promise<readonly ExecutionRequest[]> {
    return this.#change(this.#requests.heartbeat(owner));
  }

  request(request: ExecutionRequest): Promise<void> {
    return this.#change(this.#requests.leave(request));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#medium.hurry();
    await this.#line.run(() => this.#medium.close());
    this.#watch.clear();
  }

  async #change<Result>(change: StoreChange<Result>): Promise<Result> {
    this.#assertOpen();
    const { failures } = this.#medium;
    return this.#line.run(() => {
      if (this.#medium.failures !== failures) throw this.#notTried();
      return this.#medium.perform(change);
    });
  }

  async #look<Result>(call: (store: Store) => Promise<Result>): Promise<Result> {
    this.#assertOpen();
    for (let tries = 1; ; tries++) {
      const store = await this.#present();
      try {
        const result = await call(store);
        this.#medium.noteServed();
        return result;
      } catch (cause) {
        await this.#recover(store, cause, tries);
      }
    }
  }

  /** The store that is open, or the next one. */
  async #present(): Promise<Store> {
    for (;;) {
      this.#assertOpen();
      if (this.#medium.store !== undefined) return this.#medium.store;
      await this.#change(repeatable(() => Promise.resolve()));
    }
  }

  /** Returns when a failed reading may be tried again, or throws why not. */
  async #recover(store: Store, cause: unknown, tries: number): Promise<void> {
    if (!(cause instanceof StoreError) || this.#closing !== undefined || tries >= readingTriesMax) throw cause;
    if (store !== this.#medium.store) return;
    const isBroken = cause.code === 'STORE_UNAVAILABLE' && !cause.retryable && this.#medium.hasServed && tries === 1;
    if (cause.code !== 'STORE_UNKNOWN_OUTCOME' && !isBroken) throw cause;
    await this.#line.run(async () => this.#medium.lose(store));
  }

  #notTried(): StoreError {
    const cause = this.#medium.lastFailure;
    const message = `${cause?.message ?? 'the store has failed'}; nothing of this call was written, because it waited behind one that was given up`;
    return new StoreError(message, { code: 'STORE_UNAVAILABLE', retryable: true, cause });
  }

  #assertOpen(): void {
    if (this.#closing === undefined) return;
    throw new StoreError(`the store '${this.capabilities.name}' has been closed`, { code: 'STORE_CLOSED' });
  }
}

/** A reading that meets one failing store after another is told of it. */
const readingTriesMax = 10;

/** The timer keeps the process: whoever called waits for an answer. */
function scheduleTimeout(delayMs: number, run: () => void): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}
