import type { Append, SummaryChange } from '@weftline/persistence';
import { packRecords, transferables } from './packed-records.ts';
import type { PackedRecords } from './packed-records.ts';

/**
 * A batch of appends as three buffers and the texts in it, each text once: a thousand small objects would cost the
 * event loop more to send than their records. `numbers` holds eight fields of each append; what is absent is NaN.
 */
export interface PackedAppends {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly texts: readonly string[];
  readonly records: PackedRecords;
  /** The snapshots, each in a buffer of its own. */
  readonly snapshots: readonly Uint8Array<ArrayBuffer>[];
}

/** An append whose records are still packed. */
export interface UnpackedAppend extends Omit<Append, 'records'> {
  readonly records: PackedRecords;
  readonly summary: SummaryChange;
}

const FIELDS = 8;

export function packAppends(appends: readonly Append[]): PackedAppends {
  const texts = new Map<string, number>();
  const textIndex = (text: string): number => {
    const index = texts.get(text) ?? texts.size;
    texts.set(text, index);
    return index;
  };
  const snapshots: Uint8Array<ArrayBuffer>[] = [];
  const numbers = new Float64Array(FIELDS * appends.length);
  for (const [index, { execution, epoch, sequence, records, summary = {}, snapshot }] of appends.entries()) {
    const status = summary.status === undefined ? Number.NaN : textIndex(summary.status);
    const times = [summary.updatedAtMs ?? Number.NaN, summary.finishedAtMs ?? Number.NaN];
    const place = snapshot === undefined ? Number.NaN : snapshots.push(Uint8Array.from(snapshot)) - 1;
    numbers.set([textIndex(execution), epoch, sequence, records.length, status, ...times, place], FIELDS * index);
  }
  const records = packRecords(appends.flatMap((append) => append.records));
  return { numbers, texts: [...texts.keys()], records, snapshots };
}

/** What may move to the other thread with the batch. */
export function transferablesOf({ numbers, records, snapshots }: PackedAppends): ArrayBuffer[] {
  return [numbers.buffer, ...transferables(records), ...snapshots.map(({ buffer }) => buffer)];
}

export function* unpackAppends(packed: PackedAppends): Generator<UnpackedAppend> {
  const { lengths, bytes } = packed.records;
  let [record, start] = [0, 0];
  for (let field = 0; field < packed.numbers.length; field += FIELDS) {
    const [execution, epoch, sequence, count, status, updatedAtMs, finishedAtMs, place] = packed.numbers.subarray(
      field,
      field + FIELDS,
    ) as unknown as [number, number, number, number, number, number, number, number];
    const ownLengths = lengths.subarray(record, (record += count));
    const end = ownLengths.reduce((sum, length) => sum + length, start);
    yield {
      ...{ execution: packed.texts[execution] ?? '', epoch, sequence },
      records: { lengths: ownLengths, bytes: bytes.subarray(start, end) },
      summary: {
        ...present('status', packed.texts[status]),
        ...present('updatedAtMs', Number.isNaN(updatedAtMs) ? undefined : updatedAtMs),
        ...present('finishedAtMs', Number.isNaN(finishedAtMs) ? undefined : finishedAtMs),
      },
      ...present('snapshot', packed.snapshots[place]),
    };
    start = end;
  }
}

function present<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}
