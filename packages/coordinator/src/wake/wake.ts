/**
 * How a coordinator learns that there is work. `signal` may be called any number of times; `run` is called at least once
 * after the last signal, never from within `signal`, and never after `close`.
 */
export interface Wake {
  signal(): void;
  close(): void;
}

/** Makes the wake of one execution. */
export type WakeStrategy = (run: () => void) => Wake;
