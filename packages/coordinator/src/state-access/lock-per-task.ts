import { LockedAccess, type LockOptions } from './locked-access.ts';
import type { StateAccessStrategy } from './state-access.ts';

/**
 * A lock is taken for each event, and once more for every task that is handed out because of it, so that a completion with many
 * next tasks queues for the lock again and again behind everybody else.
 *
 * Price: as many acquisitions as there are events and next tasks. It is what `lockPerCompletion` and `mailbox` are measured
 * against.
 */
export function lockPerTask(options: LockOptions = {}): StateAccessStrategy {
  return (access) => new LockedAccess(access, { ...options, forEachTask: true });
}
