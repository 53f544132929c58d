import { describe, expect, it } from 'vitest';
import { SimulatedClock } from './simulated-clock.ts';

describe('the simulated clock', () => {
  it('stands still until it is moved', () => {
    const clock = new SimulatedClock(100);
    const fired: number[] = [];
    clock.schedule(0, () => fired.push(clock.nowMs()));
    clock.schedule(-5, () => fired.push(clock.nowMs()));
    expect([clock.nowMs(), fired, clock.pending]).toEqual([100, [], 2]);
    clock.advanceBy(0);
    expect([fired, clock.pending]).toEqual([[100, 100], 0]);
  });

  it('fires what falls due in order of time, then of scheduling', () => {
    const clock = new SimulatedClock();
    const fired: string[] = [];
    for (const [name, delayMs] of [
      ['late', 30],
      ['first', 10],
      ['second', 10],
      ['never', 31],
    ] as const) {
      clock.schedule(delayMs, () => fired.push(`${name} ${clock.nowMs()}`));
    }
    clock.advanceBy(30);
    expect(fired).toEqual(['first 10', 'second 10', 'late 30']);
    expect(clock.pending).toBe(1);
  });

  it('fires what is scheduled on the way', () => {
    const clock = new SimulatedClock();
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.nowMs());
      clock.schedule(10, again);
    };
    clock.schedule(10, again);
    clock.advanceBy(35);
    expect(fired).toEqual([10, 20, 30]);
    expect(clock.nowMs()).toBe(35);
  });

  it('does not fire what was called off, even on the way', () => {
    const clock = new SimulatedClock();
    let fired = 0;
    const cancel = clock.schedule(20, () => (fired += 1));
    clock.schedule(10, cancel);
    clock.advanceBy(100);
    cancel();
    expect(fired).toBe(0);
  });
});
