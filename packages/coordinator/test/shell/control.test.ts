import { faultyStore } from '@weftline/persistence/faulty-store';
import { memoryStore } from '@weftline/persistence';
import { describe, expect, it } from 'vitest';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import { Deferred } from '../../src/deferred.ts';
import { journalOf, setUp } from '../coordinator-setup.ts';
import { ok } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const list = `
  tasks: { each: { with: { items: [a, b, c, d], concurrency: 2 }, action: work } }
  output: { result: "{{ task.each.result }}", counts: "{{ task.each.counts }}" }
`;

describe('an event that is handed in', () => {
  it('is acknowledged when it is durable', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor: gate.promise }]);
    const { start } = setUp({ store, executor: new ScriptedExecutor({ each: 'hold' }) });
    const runner = await start(list);
    let acknowledged = false;
    const submitted = runner.submit({ type: 'pause-requested', atMs: 1 }).then(() => (acknowledged = true));
    await eventually(() => store.calls('append') === 1, 'the append');
    await nothingMore(1);
    expect(acknowledged).toBe(false);
    gate.resolve();
    await submitted;
    expect((await journalOf(store)).at(-1)).toEqual({ type: 'pause-requested', atMs: 1 });
  });

  it('is acknowledged although the execution ends before it is taken up', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor: gate.promise }]);
    const { start } = setUp({ store });
    const runner = await start(`tasks: { a: { action: work } }`);
    await eventually(() => store.calls('append') === 1, 'the last append');
    const atMs = runner.nowMs();
    const submitted = [
      runner.submit({ type: 'cancel-requested', atMs, immediate: true, reason: undefined }),
      runner.submit({ type: 'pause-requested', atMs }),
    ];
    await nothingMore(1);
    submitted.push(runner.submit({ type: 'resume-requested', atMs }));
    gate.resolve();
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
    await Promise.all(submitted);
  });

  it('twice is acknowledged twice', async () => {
    const { start, store } = setUp({ executor: new ScriptedExecutor({ each: 'hold' }) });
    const runner = await start(list);
    const event = { type: 'pause-requested', atMs: 1 } as const;
    await Promise.all([runner.submit(event), runner.submit(event)]);
    expect(await journalOf(store)).toEqual([expect.anything(), event, event]);
  });

  it('after the end is acknowledged and changes nothing', async () => {
    const { start, store } = setUp();
    const runner = await start(`tasks: { a: { action: work } }`);
    await runner.outcome();
    const journal = await journalOf(store);
    await runner.submit({ type: 'cancel-requested', atMs: 1, immediate: true, reason: undefined });
    expect(await journalOf(store)).toEqual(journal);
  });

  it('in the turn of the start comes after the start', async () => {
    const { start, executor } = setUp();
    const runner = await start(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    await runner.submit({ type: 'pause-requested', atMs: 1 });
    await runner.until(({ status }) => status === 'paused');
    expect(executor.calls).toEqual(['a']);
    await runner.submit({ type: 'resume-requested', atMs: 1 });
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
  });
});

describe('who waits for a state', () => {
  it('is told at once, later, or when the execution has ended', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const { start } = setUp({ executor });
    const runner = await start(`tasks: { a: { action: work } }`);
    await runner.until(({ status }) => status === 'running');
    const ended = runner.until(({ outcome }) => outcome !== undefined);
    const never = runner.until(() => false);
    await executor.answer('a', ok(1));
    await Promise.all([ended, never]);
    await runner.until(() => false);
  });

  it('is told of a change that comes while the execution goes on', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const { start } = setUp({ executor });
    const runner = await start(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    await executor.inFlight('a');
    await runner.submit({ type: 'pause-requested', atMs: 1 });
    const paused = runner.until(({ status }) => status === 'paused');
    await nothingMore(1);
    await executor.answer('a', ok(1));
    await paused;
    expect(runner.state.status).toBe('paused');
  });

  it('is told when an execution ends with its start', async () => {
    const { start } = setUp();
    const runner = await start(`vars: { a: "{{ 1 / 0 }}" }\ntasks: { t: { action: work } }`);
    await runner.until(() => false);
    expect(await runner.outcome()).toMatchObject({ status: 'failed' });
  });
});

describe('a cancellation', () => {
  it('that is immediate aborts actions and does not wait for those that ignore it', async () => {
    const executor = new ScriptedExecutor({ each: 'hold' });
    const { start } = setUp({ executor });
    const runner = await start(list);
    const { support } = await executor.inFlight('each[0]');
    await executor.answer('each[1]', ok('B'));
    await executor.inFlight('each[2]');
    await runner.submit({ type: 'cancel-requested', atMs: 1, immediate: true, reason: 'enough' });
    expect(await runner.outcome()).toMatchObject({
      status: 'canceled',
      output: { result: [null, 'B', null, null], counts: { succeeded: 1, canceled: 3 } },
    });
    expect(support.signal.reason).toMatchObject({ name: 'AbortError' });
  });

  it('that is not lets them finish', async () => {
    const executor = new ScriptedExecutor({ each: 'hold' });
    const { start } = setUp({ executor });
    const runner = await start(list);
    const { support } = await executor.inFlight('each[0]');
    await runner.submit({ type: 'cancel-requested', atMs: 1, immediate: false, reason: undefined });
    expect(support.signal.aborted).toBe(false);
    await executor.answer('each[0]', ok('A'));
    await executor.answer('each[1]', ok('B'));
    expect(await runner.outcome()).toMatchObject({ status: 'canceled', output: { result: ['A', 'B', null, null] } });
    expect(executor.calls).toHaveLength(2);
  });
});

describe('what other processes ask for', () => {
  it('comes with the heartbeat where the store cannot tell', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const store = Object.assign(memoryStore(), { watch: undefined });
    const { start, clock } = setUp({ store, executor });
    const runner = await start(`tasks: { a: { action: work } }`);
    await executor.inFlight('a');
    await store.request({ execution: 'x', kind: 'cancel', immediate: true, reason: 'from afar' });
    await nothingMore(1);
    expect(runner.state.status).toBe('running');
    clock.advanceBy(store.capabilities.leaseMs / 3);
    expect(await runner.outcome()).toMatchObject({ status: 'canceled' });
    expect(await journalOf(store)).toContainEqual(
      expect.objectContaining({ type: 'cancel-requested', immediate: true, reason: 'from afar' }),
    );
  });

  it('is asked for while there are executions and leases end, and not otherwise', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const store = faultyStore(memoryStore());
    const { start, clock } = setUp({ store, executor });
    clock.advanceBy(100_000);
    expect(store.calls('heartbeat')).toBe(0);
    expect(clock.pending).toBe(0);
    const runner = await start(`tasks: { a: { action: work } }`);
    await executor.inFlight('a');
    for (let beat = 1; beat <= 3; beat += 1) {
      clock.advanceBy(store.capabilities.leaseMs / 3);
      await eventually(() => store.calls('heartbeat') === beat && clock.pending === 1, 'the heartbeat');
    }
    await executor.answer('a', ok(1));
    await runner.outcome();
    await eventually(() => clock.pending === 0, 'no more heartbeats');
    clock.advanceBy(100_000);
    expect(store.calls('heartbeat')).toBe(3);
  });

  it('is not asked for when leases never end', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const { start, clock } = setUp({ store: memoryStore({ leaseMs: 0 }), executor });
    await start(`tasks: { a: { action: work } }`);
    expect(clock.pending).toBe(0);
  });

  it('is asked for again after a heartbeat that failed', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const fail = new Error('no connection') as never;
    const store = faultyStore(memoryStore(), [{ method: 'heartbeat', call: 1, when: 'before', fail }]);
    const { start, clock, logs } = setUp({ store, executor });
    const runner = await start(`tasks: { a: { action: work } }`);
    await store.request({ execution: 'x', kind: 'cancel', immediate: true });
    clock.advanceBy(10_000);
    await eventually(() => logs.length > 0 && clock.pending > 0, 'the log');
    expect(logs).toEqual(['warn: heartbeat failed: no connection']);
    clock.advanceBy(10_000);
    expect(await runner.outcome()).toMatchObject({ status: 'canceled' });
  });

  it('before the execution was taken up comes with its recovery', async () => {
    const store = memoryStore();
    const first = setUp({ store, executor: new ScriptedExecutor({ a: 'hold' }) });
    await first.start(`tasks: { a: { action: work } }`);
    await first.coordinator.close();
    await store.request({ execution: 'x', kind: 'pause' });
    const second = setUp({ store, executor: new ScriptedExecutor({ a: 'hold' }) });
    const runner = await second.coordinator.recover('x');
    await eventually(() => runner.state.status === 'pausing', 'the pause');
    await second.executor.answer('a', ok(1));
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
  });

  it.each(['start', 'recover'] as const)('is not lost when a heartbeat comes in the middle of a %s', async (how) => {
    const medium = memoryStore();
    if (how === 'recover') {
      const former = setUp({ store: medium, executor: new ScriptedExecutor({ a: 'hold' }) });
      await former.start(`tasks: { a: { action: work } }`);
      await former.coordinator.close();
    }
    const gate = new Deferred<void>();
    const store = faultyStore(medium, [
      how === 'start'
        ? { method: 'create', call: 2, when: 'after', waitFor: gate.promise }
        : { method: 'read', call: 1, when: 'before', waitFor: gate.promise },
    ]);
    const executor = new ScriptedExecutor({ a: 'hold', busy: 'hold' });
    const { start, coordinator, clock } = setUp({
      store: { ...unblocked(store, medium), close: () => store.close() },
      executor,
    });
    await start(`tasks: { busy: { action: work } }`, { id: 'busy' });
    const arriving = how === 'start' ? start(`tasks: { a: { action: work } }`) : coordinator.recover('x');
    await eventually(() => store.calls(how === 'start' ? 'create' : 'read') > (how === 'start' ? 1 : 0), 'the gate');
    await nothingMore(1);
    await medium.request({ execution: 'x', kind: 'cancel', immediate: true });
    clock.advanceBy(10_000);
    await nothingMore(1);
    gate.resolve();
    const runner = await arriving;
    expect(await runner.outcome()).toMatchObject({ status: 'canceled' });
  });
});

/** The faulty store, whose heartbeats do not wait behind what is held up. */
function unblocked(
  store: ReturnType<typeof faultyStore>,
  medium: ReturnType<typeof memoryStore>,
): ReturnType<typeof memoryStore> {
  return {
    capabilities: medium.capabilities,
    create: (execution) => store.create(execution),
    append: (appends) => store.append(appends),
    read: (id, options) => store.read(id, options),
    readSnapshot: (id) => store.readSnapshot(id),
    get: (id) => store.get(id),
    list: (query) => store.list(query),
    claim: (id, owner) => store.claim(id, owner),
    release: (lease) => store.release(lease),
    heartbeat: (owner) => medium.heartbeat(owner),
    request: (request) => medium.request(request),
    close: () => store.close(),
  };
}
