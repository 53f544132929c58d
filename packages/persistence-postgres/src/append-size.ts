import { StoreError } from '@weftline/persistence';
import type { Append } from '@weftline/persistence';

/** The most bytes of records in one statement, unless a single append has more. */
const STATEMENT_BYTES_MAX = 64 * 1024 * 1024;

/** The most bytes of records in one append: a message to the server is at most twice as large. */
const APPEND_BYTES_MAX = 512 * 1024 * 1024;

/** Rejects what no statement could carry with STORE_INVALID_ARGUMENT. */
export function assertSize(where: string, records: readonly Uint8Array[]): void {
  const bytes = bytesOf(records);
  if (bytes <= APPEND_BYTES_MAX) return;
  throw new StoreError(`${where}: records: expected at most ${APPEND_BYTES_MAX} bytes together, got ${bytes}`, {
    code: 'STORE_INVALID_ARGUMENT',
  });
}

/** The appends of a call in as many statements as it takes; mostly one. */
export function slicesOf(appends: readonly Append[]): readonly (readonly Append[])[] {
  const slices: Append[][] = [];
  let slice: Append[] = [];
  let bytes = 0;
  for (const append of appends) {
    const size = bytesOf(append.records) + (append.snapshot?.byteLength ?? 0);
    if (slice.length > 0 && bytes + size > STATEMENT_BYTES_MAX) {
      slices.push(slice);
      [slice, bytes] = [[], 0];
    }
    slice.push(append);
    bytes += size;
  }
  if (slice.length > 0) slices.push(slice);
  return slices;
}

function bytesOf(records: readonly Uint8Array[]): number {
  return records.reduce((sum, { byteLength }) => sum + byteLength, 0);
}
