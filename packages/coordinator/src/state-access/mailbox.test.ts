import { describe, expect, it } from 'vitest';
import { stateAccessConformance, wakeConformance } from '../conformance/index.ts';
import { eventually, nothingMore } from '../conformance/eventually.ts';
import type { Event } from '../core/event.ts';
import { eventDriven } from '../wake/event-driven.ts';
import type { WakeStrategy } from '../wake/wake.ts';
import { mailbox } from './mailbox.ts';

stateAccessConformance({ name: 'mailbox', strategy: mailbox() });
stateAccessConformance({ name: 'mailbox with batches of one', strategy: mailbox({ batchMax: 1 }) });

/** Runs whether it was signaled or not, as polling does. */
const restless: WakeStrategy = (run) => {
  const timer = setInterval(run, 1);
  return { signal: () => undefined, close: () => clearInterval(timer) };
};

wakeConformance({ name: 'a restless wake', strategy: restless });
stateAccessConformance({ name: 'mailbox with a restless wake', strategy: mailbox(), wake: restless });

const events = Array.from({ length: 25 }, (_, atMs): Event => ({ type: 'resume-requested', atMs }));

describe('mailbox', () => {
  it('applies all that is there as one batch, up to the largest batch', async () => {
    const sizes: number[] = [];
    const access = mailbox({ batchMax: 10 })({ apply: (batch) => void sizes.push(batch.length), wake: eventDriven() });
    for (const event of events) access.post(event);
    await eventually(() => access.pending === 0, 'an empty queue');
    expect(sizes).toEqual([10, 10, 5]);
    access.close();
  });

  it('closes when a batch cannot be applied', async () => {
    let batches = 0;
    const access = mailbox({ batchMax: 10 })({
      apply: () => {
        batches += 1;
        return Promise.reject(new Error('broken'));
      },
      wake: eventDriven(),
    });
    for (const event of events) access.post(event);
    await nothingMore(5);
    expect([batches, access.pending]).toEqual([1, 0]);
  });
});
