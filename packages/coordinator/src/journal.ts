import type { Lease, Store, SummaryChange } from '@weftline/persistence';
import { encodeEvent } from './core/event-codec.ts';
import type { Event } from './core/event.ts';
import type { ExecutionOutcome, ExecutionState } from './core/state.ts';
import { CoordinatorError } from './errors.ts';

interface Entry {
  readonly events: readonly Event[];
  /** Written behind the events, as their last consequence. */
  readonly ended: ExecutionOutcome | undefined;
  readonly summary: SummaryChange;
}

/**
 * The journal of one execution, written under its lease.
 *
 * Invariant: appends are handed to the store in the order of their sequence; `head` is the last sequence handed over.
 */
export class Journal {
  readonly #store: Store;
  readonly #lease: Lease;
  #head: number;
  #pendingRecords = 0;

  constructor(store: Store, lease: Lease) {
    this.#store = store;
    this.#lease = lease;
    this.#head = lease.head;
  }

  get head(): number {
    return this.#head;
  }

  /** Records handed to the store and not yet durable. */
  get pendingRecords(): number {
    return this.#pendingRecords;
  }

  /** Resolves when the entry is durable; rejects with EXECUTION_LOST when the lease serves no more. */
  async append({ events, ended, summary }: Entry): Promise<void> {
    const records = events.map(encodeEvent);
    if (ended !== undefined) records.push(encodeEvent(finishedEvent(ended)));
    const sequence = this.#head + 1;
    this.#head += records.length;
    this.#pendingRecords += records.length;
    const { execution, epoch } = this.#lease;
    const [refused] = await this.#store.append([{ execution, epoch, sequence, records, summary }]);
    this.#pendingRecords -= records.length;
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

function finishedEvent({ status, output, errors, finishedAtMs }: ExecutionOutcome): Event {
  return { type: 'execution-finished', atMs: finishedAtMs, status, output, errors };
}
