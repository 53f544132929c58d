import type { Clock } from './clock.ts';

/** Heartbeats within one lease time at least: two may fail before the lease runs out. */
const heartbeatsPerLease = 3;

/** What another process asks of an execution is noticed with a heartbeat, so a long lease must not make it wait. */
const heartbeatMsMax = 2000;

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** 0: leases do not run out, and no heartbeat is sent by itself. */
  readonly leaseMs: number;
  /** Must not reject. */
  readonly send: () => Promise<void>;
  readonly isNeeded: () => boolean;
}

/** Sends a heartbeat again and again while one is needed; one timer at a time, and the next one after an answer. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #stopTimer: (() => void) | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  schedule(): void {
    const { clock, leaseMs, send, isNeeded } = this.#options;
    if (this.#stopTimer !== undefined || leaseMs === 0) return;
    this.#stopTimer = clock.schedule(Math.min(leaseMs / heartbeatsPerLease, heartbeatMsMax), () => {
      this.#stopTimer = undefined;
      void send().then(() => {
        if (isNeeded()) this.schedule();
      });
    });
  }

  stop(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }
}
