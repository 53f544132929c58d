/** Collects twice: what finalizers let go of goes with the second. */
function collect(): void {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  globalThis.gc();
  globalThis.gc();
}

/**
 * Empties the young generation before something is timed: once to let go of what is dead, once more to move what lives out of
 * it. A full collection would also drop the optimized code whose shapes no live object has: three to four times slower for
 * the engine and the bare loop alike, until V8 has compiled it anew, which no running program does to itself.
 */
export function collectYoung(): void {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  void globalThis.gc({ type: 'minor' });
  void globalThis.gc({ type: 'minor' });
}

/**
 * Bytes that one call of `run` allocates. The process must have a young generation so large (`--max-semi-space-size`) that nothing is
 * collected meanwhile; null where something was all the same.
 */
export function allocatedBytes(run: () => unknown, times: number): number | null {
  collect();
  let collections = 0;
  const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));
  observer.observe({ entryTypes: ['gc'] });
  const before = process.memoryUsage().heapUsed;
  for (let time = 0; time < times; time += 1) run();
  const bytes = process.memoryUsage().heapUsed - before;
  collections += observer.takeRecords().length;
  observer.disconnect();
  return collections > 0 || bytes < 0 ? null : bytes / times;
}

/** Bytes that the answer of one call keeps alive. */
export function retainedBytes(run: () => unknown, times: number): number {
  const held = new Array<unknown>(times).fill(undefined);
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let time = 0; time < times; time += 1) held[time] = run();
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  if (held.length !== times) throw new Error('the answers were not held');
  return Math.max(0, bytes) / times;
}
