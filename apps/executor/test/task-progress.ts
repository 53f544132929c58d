import type { ItemCounts, TaskProgress } from '@weftline/engine';

/** Counters that add up: what is not said is pending. */
export function itemCounts(total: number, counts: Partial<ItemCounts> = {}): ItemCounts {
  const { succeeded = 0, failed = 0, canceled = 0, running = 0, retrying = 0 } = counts;
  const pending = total - succeeded - failed - canceled - running - retrying;
  const known = counts.known === false ? { known: false as const } : {};
  return { total, succeeded, failed, canceled, running, retrying, pending, ...known };
}

export function taskProgress(task: string, more: Partial<TaskProgress> = {}): TaskProgress {
  return { task, visit: 1, status: 'running', startedAtMs: 0, ...more };
}
