/** What was measured once: one cell is one strategy of one scenario at one size. */
export interface Cell {
  readonly scenario: string;
  readonly strategy: string;
  /** Items. */
  readonly n: number;
  /** Completed tasks that the context already knows. */
  readonly c: number;
}

/**
 * One way of doing a scenario's work. It knows no harness: `prepare` makes everything that is not to be timed, `run` is
 * timed, and `check` throws when the answer is wrong, so that nothing wins by leaving work out.
 */
export interface BenchmarkCase {
  readonly scenario: string;
  readonly strategy: string;
  /** The strategy that ratios of this scenario are taken to. */
  readonly floor: boolean;
  readonly sizes: readonly { readonly n: number; readonly c: number }[];
  prepare(size: { readonly n: number; readonly c: number }): Promise<PreparedCase>;
}

export interface PreparedCase {
  run(): Promise<unknown>;
  check(answer: unknown): void;
  close(): Promise<void>;
}
