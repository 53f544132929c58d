import { setTimeout as delay } from 'node:timers/promises';
import { StoreError } from '@weftline/persistence';
import { Interrupted } from './interrupted.ts';
import { openSession } from './server-facts.ts';
import type { ServerFacts } from './server-facts.ts';
import type { Session, Statement } from './session.ts';
import type { Settings } from './store-options.ts';
import { withUnknownOutcome } from './unknown-outcome.ts';

/** Pauses between attempts to go on; the first attempt is made at once. */
const PAUSE_MS_MIN = 50;
const PAUSE_MS_MAX = 2_000;

/** Ends the process behind a session, unless it has ended and its number belongs to another one by now. */
const terminate: Statement = {
  name: 'terminate',
  sql: () => `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2`,
};

/**
 * A line of work for the server: one session at a time, which is replaced when it is lost.
 *
 * 1. Work is done one piece after another, in the order in which it was handed in.
 * 2. Work that is interrupted is done again from its beginning, on another session when the former one was lost, until
 *    `reconnectMs` have passed. So it must be written to be repeated.
 * 3. Before anything is sent on a new session, the process behind the former one is told to end: nothing that was on its way
 *    there takes effect after what is sent now, and no row stays locked by it.
 * 4. A server that promises less than the first one did is not used.
 */
export class Link {
  readonly #settings: Settings;
  readonly #writes: boolean;
  #session: Session | undefined;
  #facts: ServerFacts | undefined;
  #last: Promise<unknown> = Promise.resolve();

  /** `writes`: whether a statement without an answer leaves open what has become of it. */
  constructor(settings: Settings, options: { readonly writes: boolean }) {
    this.#settings = settings;
    this.#writes = options.writes;
  }

  /** Connects if need be, and does the work once. Rejects with STORE_UNAVAILABLE when that is not possible now. */
  async once<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#inTurn(() => this.#repeat(work, 0));
  }

  /** Rejects as the work does, or with STORE_UNAVAILABLE or STORE_UNKNOWN_OUTCOME when it could not be brought to an end. */
  async run<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#inTurn(() => this.#repeat(work, this.#settings.reconnectMs));
  }

  /** Waits for the work that was handed in before. */
  async close(): Promise<void> {
    await this.#inTurn(async () => this.#session?.end());
  }

  /** What the latest session found. */
  get facts(): ServerFacts | undefined {
    return this.#facts;
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    // Whoever handed the task in is told of its failure; the next one only waits for it.
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #repeat<Result>(work: (session: Session) => Promise<Result>, forMs: number): Promise<Result> {
    const deadlineMs = performance.now() + forMs;
    let isUnanswered = false;
    for (let pauseMs = 0; ; pauseMs = Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, 2 * pauseMs))) {
      try {
        return await work(await this.#open());
      } catch (error) {
        const isInterrupted = error instanceof Interrupted;
        isUnanswered ||= isInterrupted && error.unanswered && this.#writes;
        if (!isInterrupted || performance.now() + pauseMs > deadlineMs || forMs === 0) {
          const failure = isInterrupted ? unavailable(error) : error;
          throw isUnanswered ? withUnknownOutcome(failure) : failure;
        }
      }
      // Those that were cut off together do not come back together.
      await delay(pauseMs * (0.5 + Math.random() / 2));
    }
  }

  async #open(): Promise<Session> {
    if (this.#session !== undefined && !this.#session.isLost) return this.#session;
    const former = this.#facts;
    const { session, facts } = await openSession(this.#settings);
    try {
      if (former !== undefined) await this.#succeed(session, { former, facts });
    } catch (error) {
      session.destroy();
      throw error;
    }
    this.#session = session;
    this.#facts = facts;
    return session;
  }

  async #succeed(session: Session, { former, facts }: { former: ServerFacts; facts: ServerFacts }): Promise<void> {
    if (former.syncs && !facts.syncs) {
      throw new StoreError(`${session.where} has been restarted with fsync off, and keeps no promise any more`, {
        code: 'STORE_UNAVAILABLE',
      });
    }
    await session.query(terminate, [former.pid, former.startedAt]);
  }
}

function unavailable({ message, cause }: Interrupted): StoreError {
  return new StoreError(message, { code: 'STORE_UNAVAILABLE', retryable: true, cause });
}
