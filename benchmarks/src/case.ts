/** The point at which a strategy is measured. */
export interface Size {
  /** Items, completions or tasks: what the scenario says it counts. */
  readonly n: number;
  /** Finished tasks of about 10 KB each that the context already knows. */
  readonly c: number;
}

/**
 * One question of the report: several strategies that do the same work, measured at the same sizes.
 *
 * A scenario knows no harness. `nanoseconds` cases are synchronous and short, so mitata samples them (and benny those with
 * `comparison`); `whole-run` cases take milliseconds to seconds and are timed one run at a time in fresh processes.
 */
export interface Scenario {
  /** Kebab-case; as `BENCH_SCENARIOS` and the report name it. */
  readonly name: string;
  readonly title: string;
  /** What one operation is: `fork`, `item`, `completion`, … */
  readonly operation: string;
  readonly pace: 'nanoseconds' | 'whole-run';
  /** Measured by both mitata and benny, whose ratios are held against each other. */
  readonly comparison?: boolean;
  /** Strategy that does the least any of them must do. */
  readonly floor: string;
  /** Strategy that the others are to improve on. */
  readonly baseline: string;
  /** Strategy that is measured twice, to show what is noise; default the baseline. */
  readonly control?: string;
  readonly sizes: readonly Size[];
  readonly quickSizes: readonly Size[];
  /** Cells run with a young generation so large that a sample fills none; `as shipped` where memory itself is measured. */
  readonly youngGeneration?: 'as shipped';
  /** Axes along which an exponent is fitted. */
  readonly growth: readonly (keyof Size)[];
  /** Sentences for the report: what is measured, and as plainly what is not. */
  readonly notes: readonly string[];
  readonly strategies: readonly Strategy[];
}

export interface Strategy {
  readonly name: string;
  /** Why this size is left out, for the report; undefined where it is measured. */
  skip?(size: Size): string | undefined;
  /** Why it cannot run on this machine, for the report; undefined where it can. */
  unavailable?(): Promise<string | undefined>;
  /** Makes everything that is not to be timed. */
  prepare(size: Size): Promise<PreparedCase>;
}

/** What a harness may do with a strategy at one size. */
export interface PreparedCase {
  /** Operations in one call of `run`. */
  readonly operations: number;
  /** The timed work. Answers something that depends on all of it, so that nothing wins by leaving work out. */
  run(): unknown;
  /** Throws when the answer is wrong. Called before and after measuring, with the answers of warm-ups too. */
  check(answer: unknown): void;
  /** Where the time of interest is a part of the run: how long that took, in nanoseconds. */
  durationNs?(answer: unknown): number;
  /** Latency of single operations, in nanoseconds, where percentiles are of interest. */
  latenciesNs?(answer: unknown): readonly number[];
  /** Other figures of this run, e.g. `rowsPerOperation`, `syncs`, `idleWakeUps`. */
  figures?(answer: unknown): Readonly<Record<string, number>>;
  close?(): Promise<void>;
}
