import { describe, expect, it } from 'vitest';
import { wakeConformance } from '../conformance/index.ts';
import { eventDriven } from './event-driven.ts';

wakeConformance({ name: 'event-driven', strategy: eventDriven() });

describe('event-driven', () => {
  it('runs once for all signals of one turn of the event loop', async () => {
    let runs = 0;
    const wake = eventDriven()(() => (runs += 1));
    for (let signals = 0; signals < 100; signals += 1) wake.signal();
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.resolve();
    wake.signal();
    await new Promise((resolve) => setImmediate(resolve));
    expect(runs).toBe(2);
    wake.close();
  });
});
