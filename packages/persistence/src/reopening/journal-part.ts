import { StoreError } from '../errors.ts';
import type { Store } from '../store.ts';

/** Records of one execution, read to be compared. */
export interface JournalPart {
  /** Whether exactly these bytes stand there, or stood there before a vacuum dropped them, which nobody can compare any more. */
  readonly holds: (sequence: number, records: readonly Uint8Array[]) => boolean | 'dropped';
}

/** Reads the records `from` to `to`, as far as they are there. */
export async function readJournalPart(
  store: Store,
  id: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<JournalPart> {
  const found = new Map<number, Uint8Array>();
  let isDropped = false;
  try {
    for await (const chunk of store.read(id, { after: from - 1 })) {
      for (const { sequence, data } of chunk) if (sequence <= to) found.set(sequence, data);
      if ((chunk.at(-1)?.sequence ?? 0) >= to) break;
    }
  } catch (cause) {
    if (!(cause instanceof StoreError) || cause.code !== 'STORE_COMPACTED') throw cause;
    isDropped = true;
  }
  return {
    holds: (sequence, records) => {
      let answer: boolean | 'dropped' = true;
      for (const [place, record] of records.entries()) {
        const data = found.get(sequence + place);
        if (data === undefined && !isDropped) return false;
        if (data === undefined) answer = 'dropped';
        else if (Buffer.compare(data, record) !== 0) return false;
      }
      return answer;
    },
  };
}
