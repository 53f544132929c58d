import { chunkBytesMax } from '@weftline/persistence';
import { encodeRow, splitRecords } from './journal-row.ts';
import type { RowKey } from './journal-row.ts';

/** A row of the table `journal`, without the number of its execution. */
export interface JournalRow {
  readonly sequence: number;
  readonly last: number;
  readonly bytes: Buffer;
}

/** The records as few rows, none larger than what a reader takes at a time unless it holds a single record. */
export function journalRows(key: RowKey, epoch: number, records: readonly Uint8Array[]): JournalRow[] {
  let { sequence } = key;
  return Array.from(splitRecords(records, chunkBytesMax), (part) => {
    const bytes = encodeRow({ id: key.id, sequence }, epoch, part);
    const first = sequence;
    sequence += part.length;
    return { sequence: first, last: sequence - 1, bytes };
  });
}
