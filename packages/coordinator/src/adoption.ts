import { isOwnerAlive, StoreError, type ExecutionPage, type ExecutionSummary, type Store } from '@weftline/persistence';
import type { Clock } from './clock.ts';
import type { Coordinator } from './coordinator.ts';
import { chance } from './core/retry.ts';
import { CoordinatorError } from './errors.ts';
import type { ExecutionRunner } from './execution-runner.ts';

const leftAloneMsMax = 60 * 60 * 1000;

export interface AdoptionOptions {
  readonly coordinator: Coordinator;
  readonly store: Store;
  readonly clock: Clock;
  /** Names this executor, so that several over one store do not look at the same moment. */
  readonly name: string;
  /** From one look to the next, half of it or up to half as much again. */
  readonly intervalMs: number;
  /** Executions under way here, above which nothing more is taken up. */
  readonly executionsMax: number;
  onAdopted(runner: ExecutionRunner): void;
  /** An execution that cannot be taken up, or (without one) a look that failed. */
  onFailure(error: unknown, execution: string | undefined): void;
}

/**
 * Takes up executions that nobody runs: those that were handed in without an owner, and those whose owner has died, frozen or
 * been cut off until its lease ran out. Paused ones wait for whoever resumes them. Looks at once and then again and again until
 * it is stopped.
 *
 * Invariants:
 * 1. One look is under way at a time, and the next one is scheduled when it has ended.
 * 2. `#failed` holds what cannot run here, and when to try again: later each time, up to an hour, so that it is not claimed, and
 *    kept from others, with every look. A store that failed says nothing of the execution: the next look tries again.
 * 3. After `stop` nothing more is taken up; what was being taken up then is told to `onAdopted` all the same.
 */
export class Adoption {
  readonly #options: AdoptionOptions;
  readonly #failed = new Map<string, { readonly times: number; readonly againAtMs: number }>();
  #stopTimer: (() => void) | undefined;
  #looking: Promise<void>;
  #looks = 0;
  #stopped = false;

  constructor(options: AdoptionOptions) {
    this.#options = options;
    this.#looking = this.#look();
  }

  /** Resolves when no look is under way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopTimer?.();
    await this.#looking;
  }

  /** Looks now instead of at the next time, for instance because somebody has handed in an execution. */
  lookNow(): void {
    if (this.#stopTimer === undefined || this.#stopped) return;
    this.#stopTimer();
    this.#stopTimer = undefined;
    this.#looking = this.#look();
  }

  async #look(): Promise<void> {
    this.#looks += 1;
    try {
      await this.#takeUpAll();
    } catch (error) {
      this.#options.onFailure(error, undefined);
    }
    if (this.#stopped) return;
    const { clock, intervalMs, name } = this.#options;
    this.#stopTimer = clock.schedule(intervalMs * (0.5 + chance(`${name}/${this.#looks}`)), () => {
      this.#stopTimer = undefined;
      this.#looking = this.#look();
    });
  }

  async #takeUpAll(): Promise<void> {
    const { store } = this.#options;
    let page: ExecutionPage | undefined;
    do {
      const cursor = page?.cursor;
      page = await store.list({ unfinished: true, limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      for (const summary of page.executions) {
        if (this.#stopped || this.#isFull) return;
        if (this.#mayTakeUp(summary)) await this.#takeUp(summary.id);
      }
    } while (page.cursor !== undefined);
  }

  get #isFull(): boolean {
    const { coordinator, executionsMax } = this.#options;
    return coordinator.executionCount >= executionsMax;
  }

  /** An owner's lease still counts while nobody can say that its process is gone. */
  #mayTakeUp({ id, owner, status }: ExecutionSummary): boolean {
    const { coordinator, clock } = this.#options;
    if (status === 'paused' || coordinator.runner(id) !== undefined) return false;
    if (clock.nowMs() < (this.#failed.get(id)?.againAtMs ?? 0)) return false;
    return owner === undefined || isOwnerAlive(owner) === false;
  }

  async #takeUp(id: string): Promise<void> {
    try {
      const runner = await this.#options.coordinator.recover(id);
      this.#failed.delete(id);
      this.#options.onAdopted(runner);
    } catch (error) {
      if (isTaken(error)) return;
      if (!isOfStore(error)) this.#leaveAlone(id);
      this.#options.onFailure(error, id);
    }
  }

  #leaveAlone(id: string): void {
    const { clock, intervalMs } = this.#options;
    const times = (this.#failed.get(id)?.times ?? 0) + 1;
    const againAtMs = clock.nowMs() + Math.min(intervalMs * 2 ** times, leftAloneMsMax);
    this.#failed.set(id, { times, againAtMs });
  }
}

/** Somebody else was quicker, or it has ended meanwhile. */
function isTaken(error: unknown): boolean {
  if (error instanceof StoreError) return error.code === 'STORE_HELD' || error.code === 'STORE_CONFLICT';
  return error instanceof CoordinatorError && (error.code === 'EXECUTION_FINISHED' || error.code === 'EXECUTION_LOST');
}

/** Passes by itself, unlike damage to what is kept of the execution. */
function isOfStore(error: unknown): boolean {
  return error instanceof StoreError && error.code !== 'STORE_CORRUPT';
}
