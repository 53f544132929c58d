import type { Append, StoreError, SummaryChange } from '@weftline/persistence';
import { conflict } from './execution-row.ts';

/** What decides whether appends are taken: the state of an execution, or what it is supposed to be. */
export interface Fence {
  readonly epoch: number;
  readonly head: number;
  /** False once the lease was given back. */
  readonly isOwned: boolean;
  /** The last record that a vacuum has dropped; absent in what is only supposed. */
  readonly compactedTo?: number;
}

/** Neighbouring appends of one execution as one: written together, and taken or refused together. */
export interface AppendRun {
  readonly execution: string;
  readonly epoch: number;
  /** Where the journal ends before and after it. */
  readonly head: number;
  readonly end: number;
  readonly records: readonly Uint8Array[];
  readonly summary: SummaryChange;
  readonly snapshot: { readonly sequence: number; readonly data: Uint8Array } | undefined;
}

export interface Verdict {
  /** Those that are taken when the fence is as supposed; undefined when none is. */
  readonly run: AppendRun | undefined;
  /** Of each append, in order: why it is refused, undefined for those in the run. */
  readonly outcomes: readonly (StoreError | undefined)[];
}

/** Judges the appends of one execution one after another, each against what the ones before it leave behind. */
export function judge(appends: readonly Append[], fence: Fence): Verdict {
  const taken: Append[] = [];
  let { head } = fence;
  const outcomes = appends.map((append) => {
    const error = refusal(append, { ...fence, head });
    if (error === undefined) {
      taken.push(append);
      head += append.records.length;
    }
    return error;
  });
  return { run: runOf(taken), outcomes };
}

/** The state in which the first append, and so most likely all of them, would be taken. */
export function supposedFence(appends: readonly Append[]): Fence {
  const [first] = appends;
  return { epoch: first?.epoch ?? 0, head: (first?.sequence ?? 0) - 1, isOwned: true };
}

function refusal({ execution, epoch, sequence }: Append, fence: Fence): StoreError | undefined {
  if (epoch !== fence.epoch || !fence.isOwned) {
    const now = fence.isOwned ? `it is ${fence.epoch} by now` : 'it was given back';
    return conflict(execution, `append with epoch ${epoch}, but ${now}`);
  }
  if (sequence === fence.head + 1) return undefined;
  return conflict(execution, `expected sequence ${fence.head + 1}, got ${sequence} from the same owner`);
}

function runOf(appends: readonly Append[]): AppendRun | undefined {
  const [first] = appends;
  if (first === undefined) return undefined;
  const records = appends.flatMap((append) => append.records);
  const head = first.sequence - 1;
  const last = appends.findLast(({ snapshot }) => snapshot !== undefined);
  return {
    ...{ execution: first.execution, epoch: first.epoch, head, end: head + records.length, records },
    summary: Object.assign({}, ...appends.map(({ summary }) => definedFields(summary))) as SummaryChange,
    snapshot: last?.snapshot && { sequence: last.sequence + last.records.length - 1, data: last.snapshot },
  };
}

/** A field that is given as undefined must not hide the one of an earlier append. */
function definedFields(summary: SummaryChange = {}): SummaryChange {
  return Object.fromEntries(Object.entries(summary).filter(([, value]) => value !== undefined));
}
