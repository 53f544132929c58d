import { afterEach, describe, expect, it } from 'vitest';
import type { Event } from '../core/event.ts';
import { Deferred } from '../deferred.ts';
import type { StateAccess, StateAccessOptions, StateAccessStrategy } from '../state-access/state-access.ts';
import { eventDriven } from '../wake/event-driven.ts';
import type { WakeStrategy } from '../wake/wake.ts';
import { eventually, nothingMore } from './eventually.ts';

export interface StateAccessConformanceOptions {
  /** Heads the titles of the tests. */
  readonly name: string;
  readonly strategy: StateAccessStrategy;
  /** Default: event-driven. */
  readonly wake?: WakeStrategy;
  /** How long to watch for a batch that must not come, in milliseconds. Default 20. */
  readonly settleMs?: number;
}

type Apply = StateAccessOptions['apply'];

/** Declares the tests that every way to access the state passes; call it at the top level of a vitest file. */
export function stateAccessConformance(options: StateAccessConformanceOptions): void {
  const { name, strategy, wake = eventDriven(), settleMs = 20 } = options;
  const open: StateAccess[] = [];
  const accessWith = (apply: Apply): StateAccess => {
    const access = strategy({ apply, wake });
    open.push(access);
    return access;
  };
  afterEach(() => {
    for (const access of open.splice(0)) access.close();
  });

  describe(`${name} conforms`, () => {
    orderLaws(accessWith);
    exclusionLaws(accessWith, settleMs);
    admissionLaws(accessWith, settleMs);
    closingLaws(accessWith, settleMs);
  });
}

/** Events that can be told apart. */
function numbered(from: number, to: number): Event[] {
  return Array.from({ length: to - from }, (_, place) => ({ type: 'pause-requested', atMs: from + place }));
}

function postAll(access: StateAccess, events: readonly Event[]): void {
  for (const event of events) access.post(event);
}

function orderLaws(accessWith: (apply: Apply) => StateAccess): void {
  it('applies every posted event once, in the order of posting', async () => {
    const applied: Event[] = [];
    const access = accessWith((events) => void applied.push(...events));
    const events = numbered(0, 10_000);
    postAll(access, events);
    await eventually(() => applied.length >= events.length, 'all events');
    expect(applied).toEqual(events);
  });

  it('applies what is posted from within apply after all that was there before', async () => {
    const applied: number[] = [];
    const access = accessWith((events) => {
      for (const { atMs } of events) {
        applied.push(atMs);
        if (atMs < 50) access.post({ type: 'pause-requested', atMs: atMs + 100 });
      }
    });
    postAll(access, numbered(0, 50));
    await eventually(() => applied.length >= 100, 'all events');
    expect(applied).toEqual([...numbered(0, 50), ...numbered(100, 150)].map(({ atMs }) => atMs));
  });

  it('applies what is posted while idle, again and again', async () => {
    const applied: Event[] = [];
    const access = accessWith((events) => void applied.push(...events));
    for (let round = 1; round <= 5; round += 1) {
      postAll(access, numbered(round, round + 1));
      await eventually(() => applied.length === round, `event ${round}`);
    }
    expect(applied).toEqual(numbered(1, 6));
  });

  it('never applies an empty batch, and never an event from within post', async () => {
    const sizes: number[] = [];
    const access = accessWith((events) => void sizes.push(events.length));
    postAll(access, numbered(0, 10));
    expect(sizes).toEqual([]);
    await eventually(() => access.pending === 0, 'an empty queue');
    expect(sizes.every((size) => size > 0)).toBe(true);
  });

  it('counts what is posted and not yet applied', async () => {
    const applied: Event[] = [];
    const access = accessWith((events) => void applied.push(...events));
    expect(access.pending).toBe(0);
    postAll(access, numbered(0, 7));
    expect(access.pending).toBe(7);
    await eventually(() => applied.length === 7, 'all events');
    expect(access.pending).toBe(0);
  });
}

function exclusionLaws(accessWith: (apply: Apply) => StateAccess, settleMs: number): void {
  it('waits with the next batch until the promise of the former one has resolved', async () => {
    const gates: Deferred<void>[] = [];
    const applied: Event[] = [];
    const access = accessWith((events) => {
      applied.push(...events);
      const gate = new Deferred<void>();
      gates.push(gate);
      return gate.promise;
    });
    postAll(access, numbered(0, 1));
    await eventually(() => gates.length === 1, 'the first batch');
    postAll(access, numbered(1, 20));
    await nothingMore(settleMs);
    expect(applied).toEqual(numbered(0, 1));
    while (applied.length < 20) {
      const batches = gates.length;
      gates.at(-1)?.resolve();
      await eventually(() => gates.length > batches, 'the next batch');
    }
    expect(applied).toEqual(numbered(0, 20));
  });

  it('never enters apply again before the former call has ended', async () => {
    let entered = 0;
    let enteredMax = 0;
    const applied: Event[] = [];
    const access = accessWith(async (events) => {
      entered += 1;
      enteredMax = Math.max(enteredMax, entered);
      for (const event of events) {
        applied.push(event);
        await Promise.resolve();
      }
      entered -= 1;
    });
    for (let round = 0; round < 20; round += 1) {
      postAll(access, numbered(10 * round, 10 * round + 10));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => applied.length === 200, 'all events');
    expect(applied).toEqual(numbered(0, 200));
    expect(enteredMax).toBe(1);
  });
}

function admissionLaws(accessWith: (apply: Apply) => StateAccess, settleMs: number): void {
  it('starts what is admitted once, in the order of the calls', async () => {
    const started: number[] = [];
    const access = accessWith(() => undefined);
    for (let number = 0; number < 1_000; number += 1) {
      if (number % 10 === 0) postAll(access, numbered(number, number + 1));
      access.admit(() => started.push(number));
    }
    await eventually(() => started.length >= 1_000, 'all that was admitted');
    await nothingMore(settleMs);
    expect(started).toEqual(Array.from({ length: 1_000 }, (_, number) => number));
  });

  it('starts what is admitted from within apply and from within what is started', async () => {
    const started: string[] = [];
    const access = accessWith(() => {
      access.admit(() => {
        started.push('outer');
        access.admit(() => started.push('inner'));
      });
    });
    postAll(access, numbered(0, 1));
    await eventually(() => started.length === 2, 'both');
    expect(started).toEqual(['outer', 'inner']);
  });

  it('starts nothing after it was closed', async () => {
    const started: number[] = [];
    const access = accessWith(() => undefined);
    access.close();
    access.admit(() => started.push(1));
    await nothingMore(settleMs);
    expect(started).toEqual([]);
  });
}

function closingLaws(accessWith: (apply: Apply) => StateAccess, settleMs: number): void {
  it('applies nothing after it was closed', async () => {
    const applied: Event[] = [];
    const access = accessWith((events) => void applied.push(...events));
    postAll(access, numbered(0, 5));
    access.close();
    postAll(access, numbered(5, 10));
    await nothingMore(settleMs);
    expect(applied).toEqual([]);
  });

  it('applies nothing more when it is closed from within apply', async () => {
    const batches: (readonly Event[])[] = [];
    const access = accessWith((events) => {
      batches.push(events);
      postAll(access, numbered(100, 110));
      access.close();
      postAll(access, numbered(110, 120));
    });
    postAll(access, numbered(0, 5));
    await eventually(() => batches.length > 0, 'a batch');
    await nothingMore(settleMs);
    expect(batches).toHaveLength(1);
  });

  it('applies nothing more when it is closed while a batch is under way', async () => {
    const gate = new Deferred<void>();
    let batches = 0;
    const access = accessWith(() => {
      batches += 1;
      return gate.promise;
    });
    postAll(access, numbered(0, 1));
    await eventually(() => batches === 1, 'a batch');
    postAll(access, numbered(1, 5));
    access.close();
    gate.resolve();
    await nothingMore(settleMs);
    expect(batches).toBe(1);
  });

  it('may be closed twice', () => {
    const access = accessWith(() => undefined);
    access.close();
    expect(() => access.close()).not.toThrow();
  });
}
