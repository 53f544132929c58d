import type { Lease, Store, SummaryChange } from '@weftline/persistence';
import { encodeEvent } from './core/event-codec.ts';
import { endEvent } from './core/fit-outcome.ts';
import type { ExecutionOutcome, ExecutionState } from './core/state.ts';
import { CoordinatorError } from './errors.ts';
import type { RecordedBatch, Recording } from './recording/recording.ts';

interface Entry extends RecordedBatch {
  /** Written behind the records, as their last consequence. */
  readonly ended: ExecutionOutcome | undefined;
  readonly summary: SummaryChange;
}

/** Bytes of one execution on their way to the store, above which its events wait, however few they are. */
const pendingBytesMax = 64 * 1024 * 1024;

/**
 * The journal of one execution, written under its lease.
 *
 * Invariants:
 * 1. Appends are handed to the store in the order of their sequence; `head` is the last sequence handed over.
 * 2. `#pendingEvents` and `#pendingBytes` tell what was handed to the store and is not yet durable.
 */
export class Journal {
  readonly #store: Store;
  readonly #lease: Lease;
  readonly #recording: Recording;
  #head: number;
  #pendingEvents = 0;
  #pendingBytes = 0;

  constructor(store: Store, lease: Lease, recording: Recording) {
    this.#store = store;
    this.#lease = lease;
    this.#recording = recording;
    this.#head = lease.head;
  }

  /** Whether so much is on its way to the store that events have to wait. */
  isBehind(pendingEventsMax: number): boolean {
    return this.#pendingEvents > pendingEventsMax || this.#pendingBytes > pendingBytesMax;
  }

  /** Resolves when the entry is durable; rejects with EXECUTION_LOST when the lease serves no more. */
  async append({ records: events, ended, state, summary }: Entry): Promise<void> {
    const records = ended === undefined ? events : [...events, encodeEvent(endEvent(ended))];
    const recorded = this.#recording.record({ records, state });
    const sequence = this.#head + 1;
    this.#head += recorded.records.length;
    const bytes = recorded.records.reduce((sum, { length }) => sum + length, recorded.snapshot?.length ?? 0);
    this.#pendingEvents += records.length;
    this.#pendingBytes += bytes;
    const { execution, epoch } = this.#lease;
    const [refused] = await this.#store.append([{ execution, epoch, sequence, summary, ...recorded }]);
    this.#pendingEvents -= records.length;
    this.#pendingBytes -= bytes;
    if (refused === undefined) return;
    if (refused.code !== 'STORE_CONFLICT') throw refused;
    const message = 'another owner took the execution over';
    throw new CoordinatorError(message, { code: 'EXECUTION_LOST', cause: refused });
  }
}

/** What the summary beside the journal has to say after a change of state. */
export function summaryOf(state: ExecutionState, before: ExecutionState | undefined, nowMs: number): SummaryChange {
  return {
    updatedAtMs: nowMs,
    ...(state.status === before?.status ? {} : { status: state.status }),
    ...(state.outcome === undefined ? {} : { finishedAtMs: state.outcome.finishedAtMs }),
  };
}
