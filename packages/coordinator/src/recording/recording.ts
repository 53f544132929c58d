import type { ExecutionState } from '../core/state.ts';

/**
 * What is written for each batch of events of one execution, so that another process can go on with it.
 *
 * Laws, which `recordingConformance` tests:
 *
 * 1. The last snapshot, with the records behind it applied, gives the state after the last batch. Where there is no snapshot, the
 *    records begin with the first event of the execution.
 * 2. Records are those of the batches, in order, and behind the last snapshot without gaps.
 * 3. `record` is called once per batch, in order, and whatever it answers is written in one step.
 *
 * So any recording can go on with what any other has written.
 */
export interface Recording {
  record(batch: RecordedBatch): Recorded;
}

export interface RecordedBatch {
  /** The events as `encodeEvent` writes them; last among them the end, where this batch brought it about. */
  readonly records: readonly Uint8Array[];
  /** The state after the batch. */
  readonly state: ExecutionState;
}

export interface Recorded {
  readonly records: readonly Uint8Array[];
  /** Stands for everything up to this batch, its records included: see `Append.snapshot`. */
  readonly snapshot?: Uint8Array;
}

/** What has been written of an execution before. */
export interface Written {
  /** Of the last snapshot; 0 where there is none. */
  readonly snapshotBytes: number;
  /** Of the records behind it. */
  readonly recordBytes: number;
}

/** Makes the recording of one execution. */
export type RecordingStrategy = (written: Written) => Recording;
