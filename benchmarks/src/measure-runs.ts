import type { PerformanceEntry } from 'node:perf_hooks';
import type { PreparedCase } from './case.ts';
import type { CellSample } from './cell.ts';
import { collectYoung } from './memory.ts';
import { peakRssBytes } from './peak-rss.ts';
import { quantile } from './statistics.ts';

const [warmUpsMax, warmUpMs] = [12, 1_500];
/** Warm is what has not become faster than its best by more than this, so many times in a row: optimizing comes in steps. */
const [steadyShare, steadyRuns] = [0.05, 3];

/** A run that takes this long is what it is: warming up is a small part of it; of the longest one run is enough. */
const [longRunMs, longestRunMs] = [1_000, 20_000];

interface Run {
  readonly ns: number;
  /** With what is not of interest. */
  readonly wallNs: number;
  readonly cpuNs: number;
  readonly gcNs: number;
  readonly bytes: number;
  readonly answer: unknown;
}

/**
 * Times whole runs: one cold, some to warm up, one after a collection, one without. The middle one is the sample. Of a run that
 * takes longer than a second there is the cold one and, after a collection, the sample; of one that takes longer than twenty, the cold one
 * is the sample.
 */
export async function measureRuns(prepared: PreparedCase, smoke: boolean): Promise<CellSample> {
  const { operations } = prepared;
  const cold = await timedRun(prepared);
  const isLong = cold.wallNs > longRunMs * 1e6;
  const once = smoke || cold.wallNs > longestRunMs * 1e6;
  if (!once && !isLong) await warmUp(prepared, cold);
  collectYoung();
  const run = once ? cold : await timedRun(prepared);
  const uncollected = once || isLong ? run : await timedRun(prepared);
  const latencies = prepared.latenciesNs?.(run.answer) ?? [];
  const p99Ns = latencies.length === 0 ? run.ns / operations : quantile(latencies, 0.99);
  return {
    ...{ ns: run.ns / operations, p99Ns, cpuNs: run.cpuNs / operations, coldNs: cold.ns / operations },
    ...{ uncollectedNs: uncollected.ns / operations, gcShare: run.gcNs / Math.max(1, run.ns) },
    bytesPerOperation: run.gcNs > 0 || run.bytes < 0 ? null : run.bytes / operations,
    ...{ retainedBytes: null, peakRssBytes: peakRssBytes() },
    figures: prepared.figures?.(run.answer) ?? {},
  };
}

async function warmUp(prepared: PreparedCase, cold: Run): Promise<void> {
  let [best, spentNs, steady] = [cold.ns, cold.wallNs, 0];
  for (let time = 1; time <= warmUpsMax && steady < steadyRuns && spentNs < warmUpMs * 1e6; time += 1) {
    const { ns, wallNs } = await timedRun(prepared);
    spentNs += wallNs;
    steady = ns > best * (1 - steadyShare) ? steady + 1 : 0;
    best = Math.min(best, ns);
  }
}

async function timedRun(prepared: PreparedCase): Promise<Run> {
  let gcNs = 0;
  const add = (entries: readonly PerformanceEntry[]): void => {
    for (const { duration } of entries) gcNs += duration * 1e6;
  };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  const heapBefore = process.memoryUsage().heapUsed;
  const cpuBefore = process.cpuUsage();
  const before = process.hrtime.bigint();
  const answer = await prepared.run();
  const wallNs = Number(process.hrtime.bigint() - before);
  const cpu = process.cpuUsage(cpuBefore);
  const bytes = process.memoryUsage().heapUsed - heapBefore;
  // Collections of the last moments are told with the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  add(observer.takeRecords());
  observer.disconnect();
  prepared.check(answer);
  const ns = prepared.durationNs?.(answer) ?? wallNs;
  return { ns, wallNs, cpuNs: (cpu.user + cpu.system) * 1000, gcNs, bytes, answer };
}
