import { describe, expect, it, vi } from 'vitest';
import { wakeConformance } from '../conformance/index.ts';
import { polling } from './polling.ts';

wakeConformance({ name: 'polling', strategy: polling({ intervalMs: 2 }), settleMs: 20 });

describe('polling', () => {
  it('looks every interval, whether anything was signaled or not', () => {
    vi.useFakeTimers();
    try {
      let looks = 0;
      const wake = polling()(() => (looks += 1));
      vi.advanceTimersByTime(1_000);
      expect(looks).toBe(10);
      wake.signal();
      wake.signal();
      vi.advanceTimersByTime(100);
      expect(looks).toBe(11);
      wake.close();
      vi.advanceTimersByTime(1_000);
      expect(looks).toBe(11);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses an interval of %s', (intervalMs) => {
    expect(() => polling({ intervalMs })).toThrow(RangeError);
  });
});
