import { isSameSpot } from './frame-index.ts';
import type { FrameSpot } from './frame-index.ts';
import { frameKind } from './frame.ts';
import type { FrameHeader } from './frame.ts';
import { isSummaryPin } from './garbage.ts';
import type { IndexedExecution, JournalIndex } from './journal-index.ts';

/** A frame as far as it matters for keeping it. */
export interface RetainableFrame extends Pick<FrameHeader, 'kind' | 'execution' | 'sequence'> {
  /** Records in it, 0 where it holds none. */
  readonly count: number;
  readonly spot: FrameSpot;
}

/**
 * Which frames the state rests on. Each is judged by itself, so that segments may be rewritten one after another, in any
 * order, and be left at any point: the journal means the same all the time.
 */
export class Retention {
  readonly #index: JournalIndex;
  readonly #untouched: ReadonlySet<number>;

  /** `untouched` are the ordinals of executions of which everything is kept. */
  constructor(index: JournalIndex, untouched: ReadonlySet<number>) {
    this.#index = index;
    this.#untouched = untouched;
  }

  /** False for frames of executions that were removed. */
  isKnown(ordinal: number): boolean {
    return this.#index.byOrdinal(ordinal) !== undefined;
  }

  keeps(frame: RetainableFrame): boolean {
    const execution = this.#index.byOrdinal(frame.execution);
    if (execution === undefined) return false;
    return this.#untouched.has(frame.execution) || isNeeded(execution, frame);
  }
}

function isNeeded({ body }: IndexedExecution, { kind, sequence, count, spot }: RetainableFrame): boolean {
  switch (kind) {
    case frameKind.records:
      return sequence === 1 || sequence + count - 1 > (body.snapshot?.sequence ?? 0);
    case frameKind.summary:
      return isSummaryPin(body, spot);
    case frameKind.owned:
      return isSameSpot(body.latest.owned, spot);
    case frameKind.released:
      return isSameSpot(body.latest.released, spot);
    case frameKind.snapshot:
      return isSameSpot(body.snapshot?.spot, spot);
    default:
      return true;
  }
}
