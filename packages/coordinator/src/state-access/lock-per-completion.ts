import { LockedAccess, type LockOptions } from './locked-access.ts';
import type { StateAccessStrategy } from './state-access.ts';

/**
 * A lock is taken once for each event, and all tasks that it leads to are handed out within that one acquisition. Events are
 * applied one by one.
 *
 * Price: an acquisition and a batch of one, with its own append to the journal, for every completion. `mailbox` applies whatever
 * is there at once and takes no lock.
 */
export function lockPerCompletion(options: LockOptions = {}): StateAccessStrategy {
  return (access) => new LockedAccess(access, { ...options, forEachTask: false });
}
