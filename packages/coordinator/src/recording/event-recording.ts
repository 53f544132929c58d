import { recordBytesMax } from '@weftline/persistence';
import { encodeEvent } from '../core/event-codec.ts';
import { encodeState } from '../core/state-codec.ts';
import { endEvent } from './end-event.ts';
import type { Recorded, RecordedBatch, Recording, RecordingStrategy, Written } from './recording.ts';

export interface EventRecordingOptions {
  /** Bytes of events before the first snapshot is taken, and at least so many before each later one. Default 256 KiB. */
  readonly snapshotBytesMin?: number;
  /** States that take more bytes are not written; recovery then reads the events. Default, and most, 64 MiB. */
  readonly snapshotBytesMax?: number;
}

/**
 * The default: the events are the records, so a completion costs little more than its result. A snapshot is added when
 * the events since the last one outgrow it, so that recovery reads two snapshots' worth at most, and all that is
 * written stays below twice the events and one snapshot.
 *
 * Its price: encoding a state holds up the event loop for 3 to 15 ms per MB, in total no longer than encoding the events
 * a second time. `snapshotBytesMax` bounds the single stop, `snapshotBytesMin: Infinity` does without.
 */
export function eventRecording({
  snapshotBytesMin = 256 * 1024,
  snapshotBytesMax = recordBytesMax,
}: EventRecordingOptions = {}): RecordingStrategy {
  const bytesMax = Math.min(snapshotBytesMax, recordBytesMax);
  return (written) => new EventRecording(written, { bytesMin: snapshotBytesMin, bytesMax });
}

/** Invariant: a snapshot is due when `#recordBytes`, the bytes of records behind the last one, exceed `#dueBytes`. */
class EventRecording implements Recording {
  readonly #bytesMin: number;
  readonly #bytesMax: number;
  #recordBytes: number;
  #dueBytes: number;

  constructor(written: Written, options: { readonly bytesMin: number; readonly bytesMax: number }) {
    this.#bytesMin = options.bytesMin;
    this.#bytesMax = options.bytesMax;
    this.#recordBytes = written.recordBytes;
    this.#dueBytes = Math.max(this.#bytesMin, written.snapshotBytes);
  }

  record({ events, ended, state }: RecordedBatch): Recorded {
    const records = events.map(encodeEvent);
    if (ended !== undefined) records.push(encodeEvent(endEvent(ended)));
    for (const record of records) this.#recordBytes += record.length;
    if (this.#recordBytes <= this.#dueBytes) return { records };
    const snapshot = encodeState(state, { bytesMax: this.#bytesMax });
    this.#recordBytes = 0;
    if (snapshot === undefined) {
      // Finding that out costs as much as taking one, so the next try is farther off every time.
      this.#dueBytes = 2 * Math.max(this.#dueBytes, this.#bytesMax);
      return { records };
    }
    this.#dueBytes = Math.max(this.#bytesMin, snapshot.length);
    return { records, snapshot };
  }
}
