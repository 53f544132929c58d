import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';

const dayMs = 86_400_000;

describe('the system clock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells the time', () => {
    vi.setSystemTime(1_700_000_000_000);
    expect(systemClock.nowMs()).toBe(1_700_000_000_000);
  });

  it.each([0, 1, 2 ** 31 - 1, 2 ** 31, 100 * dayMs])('waits %i ms, longer than one timer can', (delayMs) => {
    let fired = 0;
    systemClock.schedule(delayMs, () => (fired += 1));
    vi.advanceTimersByTime(Math.max(0, delayMs - 1));
    expect(fired).toBe(delayMs === 0 ? 1 : 0);
    vi.advanceTimersByTime(1);
    expect(fired).toBe(1);
    vi.advanceTimersByTime(100 * dayMs);
    expect(fired).toBe(1);
  });

  it('waits for nothing that is past', () => {
    let fired = 0;
    systemClock.schedule(-1000, () => (fired += 1));
    vi.advanceTimersByTime(1);
    expect(fired).toBe(1);
  });

  it('can be called off at any time', () => {
    let fired = 0;
    const cancel = systemClock.schedule(60 * dayMs, () => (fired += 1));
    vi.advanceTimersByTime(50 * dayMs);
    cancel();
    vi.advanceTimersByTime(50 * dayMs);
    expect(fired).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
