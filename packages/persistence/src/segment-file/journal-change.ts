import { chunkBytesMax, chunkRecordsMax } from '../store.ts';
import type { ExecutionRequest, NewExecution, Owner, SummaryChange } from '../store.ts';
import { countRecords, frameKind } from './frame.ts';
import type { Frame, FrameHeader } from './frame.ts';

/** What one frame does to one execution. */
export type JournalChange =
  | ({ readonly kind: 'created' } & Omit<NewExecution, 'records'> & OwnedBody)
  | { readonly kind: 'records'; readonly records: readonly Uint8Array[]; readonly count: number }
  | { readonly kind: 'summary'; readonly change: SummaryChange }
  | ({ readonly kind: 'owned' } & OwnedBody)
  | { readonly kind: 'released' }
  | { readonly kind: 'requested'; readonly request: Omit<ExecutionRequest, 'execution'> }
  /** The oldest `count` requests have been handed to the owner. */
  | { readonly kind: 'delivered'; readonly count: number }
  /** Stands for every record before it. Read from its place when it is asked for, so `data` is empty on opening. */
  | { readonly kind: 'snapshot'; readonly data: Uint8Array }
  /** So many records stood here, and a snapshot further on stands for them. */
  | { readonly kind: 'dropped'; readonly count: number }
  /** The execution is no more. What is left of it before this frame, compaction has not come to yet. */
  | { readonly kind: 'removed' };

interface OwnedBody {
  readonly owner: Owner;
  readonly leaseEndsAtMs: number;
}

/** A change with what its frame's header says. */
export interface JournalEntry {
  /** The ordinal of the execution. */
  readonly execution: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly change: JournalChange;
}

const kindNames = new Map(Object.entries(frameKind).map(([name, kind]) => [kind as number, name]));

/** Thrown for a frame that is intact and yet makes no sense to this release. */
export class UnreadableFrame extends Error {}

export function frameOf(entry: JournalEntry, endsUnit: boolean): Frame {
  const { execution, epoch, sequence, change } = entry;
  const header = { kind: frameKind[change.kind], execution, epoch, sequence, endsUnit };
  if (change.kind === 'records') return { ...header, body: change.records };
  if (change.kind === 'snapshot') return { ...header, body: [change.data] };
  const { kind: _, ...body } = change;
  return { ...header, body: [Buffer.from(JSON.stringify(body))] };
}

export function parseEntry(header: FrameHeader, body: Buffer): JournalEntry {
  const { execution, epoch, sequence } = header;
  return { execution, epoch, sequence, change: parseChange(header.kind, body) };
}

function parseChange(kind: number, body: Buffer): JournalChange {
  const name = kindNames.get(kind);
  if (name === undefined) {
    throw new UnreadableFrame(`expected a kind of frame up to ${frameKind.removed}, got ${kind} from a later release`);
  }
  try {
    if (name === 'records') return { kind: 'records', records: [], count: countRecords(body) };
    if (name === 'snapshot') return { kind: 'snapshot', data: new Uint8Array() };
    return { ...(JSON.parse(body.toString()) as object), kind: name } as JournalChange;
  } catch (cause) {
    throw new UnreadableFrame(`expected a body of kind ${name}`, { cause });
  }
}

/** Splits records so that every part fits into one chunk of a read. */
export function recordChanges(records: readonly Uint8Array[]): JournalChange[] {
  const changes: JournalChange[] = [];
  let [start, bytes] = [0, 0];
  for (const [place, record] of records.entries()) {
    const full = place - start === chunkRecordsMax || bytes + record.length > chunkBytesMax;
    if (full && place > start) {
      changes.push({ kind: 'records', records: records.slice(start, place), count: place - start });
      [start, bytes] = [place, 0];
    }
    bytes += record.length;
  }
  const rest = start === 0 ? records : records.slice(start);
  if (rest.length > 0) changes.push({ kind: 'records', records: rest, count: rest.length });
  return changes;
}
