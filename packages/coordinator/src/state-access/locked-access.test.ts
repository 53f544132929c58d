import { describe, expect, it } from 'vitest';
import { stateAccessConformance } from '../conformance/index.ts';
import { eventually, nothingMore } from '../conformance/eventually.ts';
import type { Event } from '../core/event.ts';
import { eventDriven } from '../wake/event-driven.ts';
import { polling } from '../wake/polling.ts';
import { lockPerCompletion } from './lock-per-completion.ts';
import { lockPerTask } from './lock-per-task.ts';
import { mailbox } from './mailbox.ts';
import type { StateAccessStrategy } from './state-access.ts';

stateAccessConformance({ name: 'lock per completion', strategy: lockPerCompletion() });
stateAccessConformance({ name: 'lock per task', strategy: lockPerTask() });

const polled = { wake: polling({ intervalMs: 1 }), settleMs: 20 };
stateAccessConformance({ name: 'mailbox with polling', strategy: mailbox(), ...polled });
stateAccessConformance({ name: 'lock per completion with polling', strategy: lockPerCompletion(), ...polled });
stateAccessConformance({ name: 'lock per task with polling', strategy: lockPerTask(), ...polled });

const events = Array.from({ length: 20 }, (_, atMs): Event => ({ type: 'resume-requested', atMs }));

/** Applies twenty events that hand out five tasks each; answers acquisitions and what happened in order. */
async function fanOut(
  strategyOf: (options: { onAcquire: () => void }) => StateAccessStrategy,
): Promise<{ readonly acquisitions: number; readonly happened: readonly string[] }> {
  let acquisitions = 0;
  const happened: string[] = [];
  const access = strategyOf({ onAcquire: () => (acquisitions += 1) })({
    apply: (batch) => {
      happened.push(`apply ${batch.length}`);
      for (let task = 0; task < 5; task += 1) access.admit(() => happened.push('start'));
    },
    wake: eventDriven(),
  });
  for (const event of events) access.post(event);
  await eventually(() => happened.length === 20 * 6, 'everything');
  await nothingMore(5);
  access.close();
  return { acquisitions, happened };
}

describe('a lock per completion', () => {
  it('is taken once for each event, with all its next tasks inside', async () => {
    const { acquisitions, happened } = await fanOut(lockPerCompletion);
    expect(acquisitions).toBe(20);
    expect(happened).toEqual(events.flatMap(() => ['apply 1', ...Array<string>(5).fill('start')]));
  });
});

describe('a lock per task', () => {
  it('is taken for each event and again for each next task, behind the events that wait already', async () => {
    const { acquisitions, happened } = await fanOut(lockPerTask);
    expect(acquisitions).toBe(20 * 6);
    expect(happened).toEqual([...events.map(() => 'apply 1'), ...Array<string>(100).fill('start')]);
  });

  it('starts nothing that still waits for the lock when it is closed', async () => {
    const started: number[] = [];
    const access = lockPerTask()({ apply: () => undefined, wake: eventDriven() });
    access.admit(() => {
      started.push(1);
      access.close();
    });
    access.admit(() => started.push(2));
    await nothingMore(5);
    expect(started).toEqual([1]);
  });
});
