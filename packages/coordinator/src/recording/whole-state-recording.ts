import { encodeState } from '../core/state-codec.ts';
import type { RecordingStrategy } from './recording.ts';

/**
 * No event is written: the whole state is rewritten with every batch, and recovery reads it alone. It is what
 * `eventRecording` is measured against: bytes and time per batch grow with everything that the execution knows, results of
 * lists included, 3 to 15 ms and one MB written per MB. Behind a store without a write policy and with one
 * completion per batch, that is one such write per completion. A state of more than 64 MiB stops the execution.
 */
export function wholeStateRecording(): RecordingStrategy {
  return () => ({ record: ({ state }) => ({ records: [], snapshot: encodeState(state) }) });
}
