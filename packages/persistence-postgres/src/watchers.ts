import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '@weftline/persistence';
import type { StoreNotice } from '@weftline/persistence';
import { Interrupted } from './interrupted.ts';
import { channelOf, parseNotice } from './notices.ts';
import { openSession } from './server-facts.ts';
import type { Session } from './session.ts';
import type { Settings } from './store-options.ts';

/** Pauses between attempts to listen again. Nobody waits for them: without notices a heartbeat finds what there is. */
const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 10_000;

/**
 * Those who watch, and the session that listens for them.
 *
 * 1. `#listening` is there exactly while somebody watches, or one that has left is being tidied up after.
 * 2. Whenever a session begins to listen everybody is told that notices may have been missed.
 * 3. Neither an idle session nor a pause keeps the process alive.
 */
export class Watchers {
  readonly #settings: Settings;
  readonly #listeners = new Set<(notice: StoreNotice) => void>();
  #session: Session | undefined;
  #listening: Promise<void> | undefined;
  #left = new AbortController();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  add(listener: (notice: StoreNotice) => void): () => void {
    // One function may watch twice.
    const own = (notice: StoreNotice): void => listener(notice);
    this.#listeners.add(own);
    this.#listening ??= this.#listen();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.#leave();
    };
  }

  /** Tells nobody anything any more. */
  async close(): Promise<void> {
    this.#listeners.clear();
    this.#leave();
    await this.#listening;
  }

  #leave(): void {
    this.#left.abort();
    void this.#session?.end();
  }

  async #listen(): Promise<void> {
    for (let pauseMs = PAUSE_MS_MIN; this.#listeners.size > 0; pauseMs = Math.min(PAUSE_MS_MAX, 2 * pauseMs)) {
      this.#left = new AbortController();
      if (await this.#listenOnce()) pauseMs = PAUSE_MS_MIN;
      await this.#pause(pauseMs * (0.5 + Math.random() / 2));
    }
    this.#listening = undefined;
  }

  /** Listens until the session is lost; false when it could not begin. */
  async #listenOnce(): Promise<boolean> {
    try {
      const { session } = await openSession(this.#settings);
      session.onNotification((payload) => this.#tell(parseNotice(payload)));
      this.#session = session;
      if (this.#listeners.size > 0) {
        await session.execute((schema) => `LISTEN ${channelOf(schema)}`);
        this.#tell({ kind: 'missed' });
      } else {
        await session.end();
      }
      await session.lost;
      return true;
    } catch (error) {
      // Whoever calls the store is told what is wrong with the server.
      if (error instanceof Interrupted || error instanceof StoreError) return false;
      throw error;
    } finally {
      await this.#session?.end();
      this.#session = undefined;
    }
  }

  async #pause(pauseMs: number): Promise<void> {
    const { signal } = this.#left;
    await delay(pauseMs, undefined, { ref: false, signal }).catch(() => undefined);
  }

  #tell(notice: StoreNotice | undefined): void {
    if (notice === undefined) return;
    for (const listener of [...this.#listeners]) listener(notice);
  }
}
