import { afterEach, describe, expect, it } from 'vitest';
import type { Wake, WakeStrategy } from '../wake/wake.ts';
import { eventually, nothingMore } from './eventually.ts';

export interface WakeConformanceOptions {
  /** Heads the titles of the tests. */
  readonly name: string;
  readonly strategy: WakeStrategy;
  /** How long to watch for a run that must not come, in milliseconds; more than one interval of a strategy that polls. Default 20. */
  readonly settleMs?: number;
}

/** Declares the tests that every wake strategy passes; call it at the top level of a vitest file. */
export function wakeConformance({ name, strategy, settleMs = 20 }: WakeConformanceOptions): void {
  const open: Wake[] = [];
  const wakeThatRuns = (run: () => void): Wake => {
    const wake = strategy(run);
    open.push(wake);
    return wake;
  };
  afterEach(() => {
    for (const wake of open.splice(0)) wake.close();
  });

  describe(`${name} conforms`, () => {
    it('runs after a signal', async () => {
      let runs = 0;
      const wake = wakeThatRuns(() => (runs += 1));
      wake.signal();
      await eventually(() => runs > 0, 'a run');
    });

    it('runs after the last of many signals', async () => {
      let latest = 0;
      let seen = 0;
      const wake = wakeThatRuns(() => (seen = latest));
      for (let signals = 1; signals <= 1000; signals += 1) {
        latest = signals;
        wake.signal();
      }
      await eventually(() => seen === 1000, 'a run after the last signal');
    });

    it('never runs from within signal', () => {
      let runs = 0;
      const wake = wakeThatRuns(() => (runs += 1));
      for (let signals = 0; signals < 100; signals += 1) wake.signal();
      expect(runs).toBe(0);
    });

    it('runs again for a signal given from within a run', async () => {
      let runs = 0;
      let inside = false;
      const wake = wakeThatRuns(() => {
        expect(inside).toBe(false);
        inside = true;
        runs += 1;
        if (runs < 20) wake.signal();
        inside = false;
      });
      wake.signal();
      await eventually(() => runs >= 20, 'twenty runs, each asked for by the one before');
    });

    it('runs again for a signal that comes later', async () => {
      let runs = 0;
      const wake = wakeThatRuns(() => (runs += 1));
      for (let round = 0; round < 3; round += 1) {
        const before = runs;
        wake.signal();
        await eventually(() => runs > before, `run ${round + 1}`);
      }
    });

    it('never runs after it was closed, signaled before or not', async () => {
      let runs = 0;
      const wake = wakeThatRuns(() => (runs += 1));
      wake.signal();
      wake.close();
      wake.signal();
      await nothingMore(settleMs);
      expect(runs).toBe(0);
    });

    it('never runs after it was closed from within a run', async () => {
      let runs = 0;
      const wake = wakeThatRuns(() => {
        runs += 1;
        wake.signal();
        wake.close();
        wake.signal();
      });
      wake.signal();
      await nothingMore(settleMs);
      await eventually(() => runs > 0, 'a run');
      await nothingMore(settleMs);
      expect(runs).toBe(1);
    });

    it('may be closed twice', () => {
      const wake = wakeThatRuns(() => undefined);
      wake.close();
      expect(() => wake.close()).not.toThrow();
    });

    it('does not wake others of its kind when one is closed', async () => {
      let runs = 0;
      const closed = wakeThatRuns(() => undefined);
      const wake = wakeThatRuns(() => (runs += 1));
      wake.signal();
      closed.signal();
      closed.close();
      await eventually(() => runs > 0, 'a run of the one that is still open');
    });
  });
}
