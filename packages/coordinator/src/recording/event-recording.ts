import { eventBytesMax } from '../core/event-codec.ts';
import { encodeState } from '../core/state-codec.ts';
import type { ExecutionState } from '../core/state.ts';
import type { Recorded, RecordedBatch, Recording, RecordingStrategy, Written } from './recording.ts';

export interface EventRecordingOptions {
  /** Bytes of events before the first snapshot is taken, and at least so many before each later one. Default 256 KiB. */
  readonly snapshotBytesMin?: number;
  /** States that take more bytes are not written; recovery then reads the events. Default, and most, 64 MiB. */
  readonly snapshotBytesMax?: number;
}

/** A state that grows as fast as its events gains little from snapshots, so that they may become this much rarer. */
const rarenessMax = 8;

/**
 * The default: the events are the records, so a completion costs little more than its result. A snapshot is added when
 * the events since the last one outgrow it, so that all that is written stays below twice the events and one snapshot.
 * One that takes more than half of what it stands for makes the next ones rarer: a list that collects its results has
 * hardly any, a loop has them regularly. Recovery reads nine times what the state takes at most.
 *
 * Its price: encoding a state holds up the event loop for 3 to 15 ms per MB, a tenth of the time of a list whose actions do
 * nothing. `snapshotBytesMax` bounds the single stop, `snapshotBytesMin: Infinity` does without.
 */
export function eventRecording({
  snapshotBytesMin = 256 * 1024,
  snapshotBytesMax = eventBytesMax,
}: EventRecordingOptions = {}): RecordingStrategy {
  const bytesMax = Math.min(snapshotBytesMax, eventBytesMax);
  return (written) => new EventRecording(written, { bytesMin: snapshotBytesMin, bytesMax });
}

/** Invariant: a snapshot is due when `#recordBytes`, the bytes of records behind the last one, exceed `#dueBytes`. */
class EventRecording implements Recording {
  readonly #bytesMin: number;
  readonly #bytesMax: number;
  #snapshotBytes: number;
  #recordBytes: number;
  #rareness = 1;
  #dueBytes: number;

  constructor(written: Written, options: { readonly bytesMin: number; readonly bytesMax: number }) {
    this.#bytesMin = options.bytesMin;
    this.#bytesMax = options.bytesMax;
    this.#snapshotBytes = written.snapshotBytes;
    this.#recordBytes = written.recordBytes;
    this.#dueBytes = Math.max(this.#bytesMin, written.snapshotBytes);
  }

  record({ records, state }: RecordedBatch): Recorded {
    for (const record of records) this.#recordBytes += record.length;
    const snapshot = this.#recordBytes > this.#dueBytes ? this.#takeSnapshot(state) : undefined;
    return snapshot === undefined ? { records } : { records, snapshot };
  }

  #takeSnapshot(state: ExecutionState): Uint8Array | undefined {
    const snapshot = encodeState(state, { bytesMax: this.#bytesMax });
    if (snapshot === undefined) {
      // Finding that out costs nearly as much as taking one, so the next try is farther off every time.
      this.#dueBytes = this.#recordBytes + Math.max(this.#recordBytes, this.#bytesMax);
      return undefined;
    }
    const isSmall = 2 * snapshot.length < this.#snapshotBytes + this.#recordBytes;
    this.#rareness = isSmall ? 1 : Math.min(2 * this.#rareness, rarenessMax);
    this.#snapshotBytes = snapshot.length;
    this.#recordBytes = 0;
    this.#dueBytes = Math.max(this.#bytesMin, this.#rareness * snapshot.length);
    return snapshot;
  }
}
