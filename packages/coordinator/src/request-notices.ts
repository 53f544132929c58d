import type { Store, StoreNotice } from '@weftline/persistence';

export interface RequestNoticesOptions {
  readonly store: Store;
  /** Whether the execution is under way here; without one, whether any is. */
  readonly concerns: (execution: string | undefined) => boolean;
  /** Fetches what was asked. Never rejects. */
  readonly heartbeat: () => Promise<void>;
}

/**
 * Sends a heartbeat as soon as the store tells that something was asked of an execution here, instead of with the next one.
 * Stores that cannot tell are left alone.
 *
 * Invariants:
 * 1. Of the heartbeats that notices ask for one is under way at a time. A notice that comes meanwhile leads to one more,
 *    however many do: the one under way may have looked already.
 * 2. After `stop` none begins.
 */
export class RequestNotices {
  readonly #options: RequestNoticesOptions;
  #leave: (() => void) | undefined;
  #beating: Promise<void> | undefined;
  #isAskedAgain = false;

  constructor(options: RequestNoticesOptions) {
    this.#options = options;
  }

  /** Watches from the first call on. */
  start(): void {
    this.#leave ??= this.#options.store.watch?.((notice) => this.#hear(notice));
  }

  /** Resolves when no heartbeat of these is under way any more. */
  async stop(): Promise<void> {
    this.#leave?.();
    this.#isAskedAgain = false;
    await this.#beating;
  }

  #hear(notice: StoreNotice): void {
    if (notice.kind !== 'requested' && notice.kind !== 'missed') return;
    if (!this.#options.concerns(notice.kind === 'missed' ? undefined : notice.execution)) return;
    this.#isAskedAgain = true;
    this.#beating ??= this.#beat();
  }

  async #beat(): Promise<void> {
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false;
      await this.#options.heartbeat();
    }
    this.#beating = undefined;
  }
}
