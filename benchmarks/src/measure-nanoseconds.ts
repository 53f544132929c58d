import benny from 'benny';
import { do_not_optimize, measure } from 'mitata';
import type { PreparedCase } from './case.ts';
import type { CellSample } from './cell.ts';
import { allocatedBytes, retainedBytes } from './memory.ts';
import { peakRssBytes } from './peak-rss.ts';

const slowNs = 20e6;

/** Samples a synchronous case with mitata: median and 99th percentile of one operation. */
export async function measureWithMitata(prepared: PreparedCase): Promise<CellSample> {
  const { operations } = prepared;
  const { ns: cold, answer } = timed(prepared);
  const run = (): void => do_not_optimize(prepared.run());
  const cpuBefore = process.cpuUsage();
  // mitata takes twelve samples of anything, which of a copy of megabytes is seconds; five say the same.
  const min_samples = cold > slowNs ? 5 : 12;
  const { p50, p99, ticks, samples } = await measure(run, { min_cpu_time: 100e6, min_samples, inner_gc: false });
  const cpu = process.cpuUsage(cpuBefore);
  return {
    ...{ ns: p50 / operations, p99Ns: p99 / operations, coldNs: cold / operations, gcShare: 0 },
    uncollectedNs: (samples[0] ?? p50) / operations,
    cpuNs: ((cpu.user + cpu.system) * 1000) / Math.max(1, ticks) / operations,
    bytesPerOperation: perOperation(
      allocatedBytes(() => prepared.run(), timesFor(p50, 20_000)),
      operations,
    ),
    retainedBytes: retainedBytes(() => prepared.run(), timesFor(p50, 100_000)) / operations,
    peakRssBytes: peakRssBytes(),
    figures: prepared.figures?.(answer) ?? {},
  };
}

/** The same case with benny, whose ratios are held against those of mitata. */
export async function measureWithBenny(prepared: PreparedCase): Promise<CellSample> {
  const { operations } = prepared;
  const { ns: cold } = timed(prepared);
  let answer: unknown;
  const { results } = await benny.suite(
    'case',
    benny.add('case', () => void (answer = prepared.run()), { minSamples: 5, maxTime: 0.25 }),
  );
  prepared.check(answer);
  const ops = results[0]?.ops ?? Number.NaN;
  const ns = 1e9 / ops / operations;
  return {
    ...{ ns, p99Ns: ns, cpuNs: ns, coldNs: cold / operations, uncollectedNs: ns, gcShare: 0 },
    ...{ bytesPerOperation: null, retainedBytes: null, peakRssBytes: peakRssBytes(), figures: {} },
  };
}

function timed(prepared: PreparedCase): { readonly ns: number; readonly answer: unknown } {
  const before = process.hrtime.bigint();
  const answer = prepared.run();
  const ns = Number(process.hrtime.bigint() - before);
  prepared.check(answer);
  return { ns, answer };
}

/** As many calls as fit into a moment, so that a copy of megabytes does not fill the memory. */
function timesFor(ns: number, most: number): number {
  return Math.max(1, Math.min(most, Math.round(50e6 / ns)));
}

function perOperation(bytes: number | null, operations: number): number | null {
  return bytes === null ? null : bytes / operations;
}
