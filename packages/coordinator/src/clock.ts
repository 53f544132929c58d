/** The only source of time outside the core. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Runs `run` once, after `delayMs` or more; the answer calls it off. A delay may be longer than what timers of the platform take. */
  schedule(delayMs: number, run: () => void): () => void;
}

/** The longest delay that `setTimeout` takes. */
const timeoutMsMax = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  schedule(delayMs, run) {
    let timer: NodeJS.Timeout;
    const arm = (restMs: number): void => {
      const stepMs = Math.min(restMs, timeoutMsMax);
      timer = setTimeout(() => (restMs > stepMs ? arm(restMs - stepMs) : run()), stepMs);
    };
    arm(Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
