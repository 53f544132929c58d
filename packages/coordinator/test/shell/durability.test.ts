import { groupCommit } from '@weftline/persistence/group-commit';
import { faultyStore } from '@weftline/persistence/faulty-store';
import { memoryStore, StoreError, type Store } from '@weftline/persistence';
import { describe, expect, it } from 'vitest';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import { Deferred } from '../../src/deferred.ts';
import { journalOf, owner, RecordingObserver, setUp } from '../coordinator-setup.ts';
import { failed, ok } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const full = new StoreError('the disk is full', { code: 'STORE_UNAVAILABLE' });
const settleMs = 5;

describe('a successor', () => {
  it('waits until the completion before it is durable', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor: gate.promise }]);
    const { start, executor } = setUp({ store });
    const runner = await start(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    await eventually(() => store.calls('append') === 1, 'the append');
    await nothingMore(settleMs);
    expect(executor.calls).toEqual(['a']);
    gate.resolve();
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
    expect(executor.calls).toEqual(['a', 'b']);
  });

  it('of the start waits until the start is durable', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'create', call: 1, when: 'after', waitFor: gate.promise }]);
    const { start, executor } = setUp({ store });
    const starting = start(`tasks: { a: { action: work } }`);
    await nothingMore(settleMs);
    expect(executor.calls).toEqual([]);
    gate.resolve();
    await (await starting).outcome();
    expect(executor.calls).toEqual(['a']);
  });

  it('of a retry or a delay waits for the timer, which starts when the failure is durable', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor: gate.promise }]);
    const executor = new ScriptedExecutor({ a: ({ attempt }) => (attempt === 1 ? failed() : ok(1)) });
    const { start, clock } = setUp({ store, executor });
    const runner = await start(`tasks: { a: { action: work, retry: { count: 1, delay: 1s } } }`);
    await eventually(() => store.calls('append') === 1, 'the append');
    const timers = clock.pending;
    gate.resolve();
    await eventually(() => clock.pending > timers, 'the timer');
    clock.advanceBy(1000);
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
    expect(executor.calls).toEqual(['a', 'a#2']);
  });
});

describe('the window of a list', () => {
  it('is refilled without waiting for completions to be durable, what follows the list waits', async () => {
    const gate = new Deferred<void>();
    const store = groupCommit()(
      faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor: gate.promise }]),
    );
    const { start, executor } = setUp({ store });
    const runner = await start(`
      tasks:
        each: { with: { items: [1, 2, 3, 4, 5], concurrency: 1 }, action: work, next: { do: after } }
        after: { action: work }
    `);
    await eventually(() => executor.calls.length === 5, 'all items');
    await nothingMore(settleMs);
    expect(executor.calls).toEqual(['each[0]', 'each[1]', 'each[2]', 'each[3]', 'each[4]']);
    gate.resolve();
    await runner.outcome();
    expect(executor.calls.at(-1)).toBe('after');
  });

  it('is first opened when what leads to the list is durable', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor: gate.promise }]);
    const { start, executor } = setUp({ store });
    const runner = await start(`
      tasks: { a: { action: work, next: { do: each } }, each: { with: { items: [1, 2] }, action: work } }
    `);
    await eventually(() => store.calls('append') === 1, 'the append');
    await nothingMore(settleMs);
    expect(executor.calls).toEqual(['a']);
    gate.resolve();
    await runner.outcome();
    expect(executor.calls).toEqual(['a', 'each[0]', 'each[1]']);
  });
});

describe('the outcome', () => {
  it('is told when it is durable, and the journal ends with it', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor: gate.promise }]);
    const { start } = setUp({ store });
    const runner = await start(`tasks: { a: { action: echo, input: { n: 1 } } }\noutput: "{{ task.a.result }}"`);
    let told = false;
    void runner.outcome().then(() => (told = true));
    await eventually(() => store.calls('append') === 1, 'the append');
    await nothingMore(settleMs);
    expect(told).toBe(false);
    gate.resolve();
    await runner.outcome();
    expect((await journalOf(store)).at(-1)).toMatchObject({ type: 'execution-finished', output: { n: 1 } });
    expect(await store.get('x')).toMatchObject({ status: 'succeeded', finishedAtMs: expect.any(Number) as number });
  });

  it('of an execution whose vars fail is durable at once', async () => {
    const { start, store, coordinator } = setUp();
    const runner = await start(`vars: { a: "{{ 1 / 0 }}" }\ntasks: { t: { action: work } }`);
    expect(await runner.outcome()).toMatchObject({ status: 'failed' });
    expect((await journalOf(store)).map(({ type }) => type)).toEqual(['execution-started', 'execution-finished']);
    expect(await store.get('x')).toMatchObject({ status: 'failed' });
    await eventually(() => coordinator.runner('x') === undefined, 'the runner to be let go');
    expect((await store.get('x'))?.owner).toBeUndefined();
  });

  it('of an execution whose vars fail is written down by whoever finds it unfinished', async () => {
    const medium = memoryStore();
    const store = faultyStore(medium, [{ method: 'append', call: 1, when: 'before', crash: true }]);
    const first = setUp({ store });
    const runner = await first.start(`vars: { a: "{{ 1 / 0 }}" }\ntasks: { t: { action: work } }`);
    await expect(runner.outcome()).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    expect(await medium.get('x')).toMatchObject({ status: 'running' });
    const second = setUp({ store: medium });
    const recovered = await second.coordinator.recover('x');
    expect(await recovered.outcome()).toMatchObject({ status: 'failed' });
    expect(await medium.get('x')).toMatchObject({ status: 'failed', finishedAtMs: expect.any(Number) as number });
    expect((await medium.list({ unfinished: true })).executions).toEqual([]);
    expect((await journalOf(medium)).at(-1)).toMatchObject({ type: 'execution-finished', status: 'failed' });
  });
});

describe('a store that fails', () => {
  it.each(['before', 'after'] as const)('stops the execution with its error (%s the effect)', async (when) => {
    const executor = new ScriptedExecutor({ b: 'hold' });
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when, fail: full }]);
    const { start, coordinator, logs, clock } = setUp({ store, executor });
    const runner = await start(
      `tasks: { a: { action: work, next: { do: never } }, b: { action: work }, never: { action: work } }`,
    );
    const observer = new RecordingObserver();
    runner.observe(observer);
    await expect(runner.outcome()).rejects.toBe(full);
    const { support } = await executor.inFlight('b');
    expect(support.signal.aborted).toBe(true);
    expect(executor.calls).toEqual(['a', 'b']);
    expect(observer.closed?.reason).toBe(full);
    await eventually(() => coordinator.runner('x') === undefined, 'the runner to be let go');
    expect(store.calls('release')).toBe(1);
    expect((await store.get('x'))?.owner).toBeUndefined();
    expect(logs).toEqual(['error: execution stopped: the disk is full']);
    expect(clock.pending).toBe(0);
  });

  it('keeps what was durable: another coordinator goes on from there', async () => {
    const medium = memoryStore();
    const store = faultyStore(medium, [{ method: 'append', call: 2, when: 'before', fail: full }]);
    const { start } = setUp({ store });
    const runner = await start(
      `tasks: { a: { action: work, next: { do: b } }, b: { action: work, next: { do: c } }, c: { action: work } }`,
    );
    await expect(runner.outcome()).rejects.toBe(full);
    await eventually(() => store.calls('release') === 1, 'the release');
    const second = setUp({ store: medium });
    const recovered = await second.coordinator.recover('x');
    expect(await recovered.outcome()).toMatchObject({ status: 'succeeded' });
    expect(second.executor.calls).toEqual(['b', 'c']);
  });

  it('on the start rejects the start and nothing runs', async () => {
    const store = faultyStore(memoryStore(), [{ method: 'create', call: 1, when: 'before', fail: full }]);
    const { start, executor, coordinator, clock } = setUp({ store });
    await expect(start(`tasks: { a: { action: work } }`)).rejects.toBe(full);
    await nothingMore(settleMs);
    expect(executor.calls).toEqual([]);
    expect(coordinator.runner('x')).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  it('on the release is told in the log, the outcome stands', async () => {
    const store = faultyStore(memoryStore(), [{ method: 'release', call: 1, when: 'before', fail: full }]);
    const { start, logs } = setUp({ store });
    const runner = await start(`tasks: { a: { action: work } }`);
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
    await eventually(() => logs.length > 0, 'the log');
    expect(logs).toEqual(['warn: lease not released: the disk is full']);
  });

  it('rejects who waits for an event to be durable, or for a state', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', fail: full }]);
    const { start } = setUp({ store, executor });
    const runner = await start(`tasks: { a: { action: work } }`);
    const paused = runner.until(({ status }) => status === 'paused');
    await expect(runner.submit({ type: 'pause-requested', atMs: 0 })).rejects.toBe(full);
    await expect(paused).rejects.toBe(full);
    await expect(runner.submit({ type: 'resume-requested', atMs: 0 })).rejects.toBe(full);
    await expect(runner.until(() => false)).rejects.toBe(full);
  });

  it('leaves other executions alone', async () => {
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', fail: full }]);
    const { start } = setUp({ store });
    const text = `tasks: { a: { action: work } }`;
    const [first, second] = [await start(text), await start(text, { id: 'y' })];
    const outcomes = await Promise.allSettled([first.outcome(), second.outcome()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a takeover', () => {
  const text = `tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`;

  async function takenOver(
    store: Store,
  ): Promise<{ readonly first: ReturnType<typeof setUp>; readonly second: ReturnType<typeof setUp> }> {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const first = setUp({ store, executor });
    await first.start(text);
    await executor.inFlight('a');
    const second = setUp({ store, owner: owner('two'), clock: first.clock });
    return { first, second };
  }

  it('by another coordinator ends this one with EXECUTION_LOST, and it writes nothing more', async () => {
    let timeMs = 0;
    const store = memoryStore({ nowMs: () => timeMs });
    const { first, second } = await takenOver(store);
    const zombie = first.coordinator.runner('x');
    const waiting = zombie?.outcome();
    timeMs += store.capabilities.leaseMs + 1;
    const recovered = await second.coordinator.recover('x');
    await recovered.outcome();
    const journal = await journalOf(store);
    await first.executor.answer('a', ok('from the dead'));
    await expect(waiting).rejects.toMatchObject({ code: 'EXECUTION_LOST' });
    expect(await journalOf(store)).toEqual(journal);
    expect(first.executor.calls).toEqual(['a']);
    expect(second.executor.calls).toEqual(['a', 'b']);
    await eventually(() => first.coordinator.runner('x') === undefined, 'the zombie to be let go');
    expect(await store.get('x')).toMatchObject({ status: 'succeeded' });
  });

  it('is refused while the lease runs', async () => {
    const store = memoryStore({ nowMs: () => 0 });
    const { second } = await takenOver(store);
    await expect(second.coordinator.recover('x')).rejects.toMatchObject({ code: 'STORE_HELD' });
  });

  it('does not happen while heartbeats keep the lease, and does when they stop', async () => {
    let timeMs = 0;
    const store = memoryStore({ nowMs: () => timeMs, leaseMs: 3000 });
    const { first, second } = await takenOver(store);
    for (let beat = 0; beat < 10; beat += 1) {
      timeMs += 1000;
      first.clock.advanceBy(1000);
      await nothingMore(1);
    }
    await expect(second.coordinator.recover('x')).rejects.toMatchObject({ code: 'STORE_HELD' });
    timeMs += 3001;
    const recovered = await second.coordinator.recover('x');
    expect(await recovered.outcome()).toMatchObject({ status: 'succeeded' });
  });
});
