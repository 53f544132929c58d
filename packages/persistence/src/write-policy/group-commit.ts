import { StoreError } from '../errors.ts';
import type { WritePolicy } from '../store.ts';
import { GroupLine } from './group-line.ts';
import type { GroupBounds } from './group-line.ts';
import { PolicyStore } from './policy-store.ts';

export interface GroupCommitOptions {
  /** The most records in one write, unless a single append call has more. Default 1,000. */
  readonly recordsMax?: number;
  /** The most bytes of records in one write, unless a single append call has more. Default 1 MiB. */
  readonly bytesMax?: number;
  /**
   * The most records that are being written or gathered at a time; an append beyond them waits outside until there is
   * room. Default 10,000.
   */
  readonly pendingRecordsMax?: number;
  /** The same in bytes of records. Default 16 MiB. */
  readonly pendingBytesMax?: number;
}

/**
 * Many appends share one write: while one is under way, those that come in gather for the next.
 *
 * Nothing is acknowledged before it is as durable as the store makes it, and nobody waits for a timer: an append that finds
 * the store idle is written at once. When a write fails, every append in it rejects.
 * Price: an append waits for the write before its own, so for up to two syncs instead of one.
 */
export function groupCommit(options: GroupCommitOptions = {}): WritePolicy {
  const bounds: GroupBounds = {
    recordsMax: options.recordsMax ?? 1_000,
    bytesMax: options.bytesMax ?? 1024 * 1024,
    pendingRecordsMax: options.pendingRecordsMax ?? 10_000,
    pendingBytesMax: options.pendingBytesMax ?? 16 * 1024 * 1024,
  };
  for (const [name, bound] of Object.entries(bounds) as [string, number][]) {
    if (Number.isInteger(bound) && bound > 0) continue;
    throw new StoreError(`groupCommit: ${name}: expected a whole number from 1, got ${bound}`, {
      code: 'STORE_INVALID_ARGUMENT',
    });
  }
  return (store) => new PolicyStore(store, 'group-commit', new GroupLine(store, bounds));
}
