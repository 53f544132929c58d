import { setTimeout as sleep } from 'node:timers/promises';

/** Asks every few milliseconds until it is so; false when it did not come about within the time. */
export async function waitUntil(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  for (const deadlineMs = performance.now() + limitMs; !(await isSo()); await sleep(3)) {
    if (performance.now() > deadlineMs) return false;
  }
  return true;
}
