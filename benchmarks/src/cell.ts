import type { Size } from './case.ts';

/** One strategy of one scenario at one size. */
export interface Cell extends Size {
  readonly scenario: string;
  readonly strategy: string;
}

/** What a child process is asked to measure. */
export interface CellRequest {
  readonly cell: Cell;
  readonly harness: 'mitata' | 'benny' | 'run';
  /** Only once, to see that it answers right. */
  readonly smoke: boolean;
}

/** What it measured; times are per operation, in nanoseconds. */
export interface CellSample {
  readonly ns: number;
  readonly p99Ns: number;
  /** Of all threads, per operation. */
  readonly cpuNs: number;
  /** The first run of the process. */
  readonly coldNs: number;
  /** One run that no collection went before. */
  readonly uncollectedNs: number;
  /** Share of the timed run that collections took. */
  readonly gcShare: number;
  /** Allocated per operation; null where collections came in between. */
  readonly bytesPerOperation: number | null;
  /** Held per operation by its answer; null where answers are not held. */
  readonly retainedBytes: number | null;
  readonly peakRssBytes: number;
  readonly figures: Readonly<Record<string, number>>;
}
