import { faultyStore } from '@weftline/persistence/faulty-store';
import { memoryStore, type Store } from '@weftline/persistence';
import { describe, expect, it } from 'vitest';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import { Deferred } from '../../src/deferred.ts';
import { journalOf, RecordingObserver, setUp } from '../coordinator-setup.ts';
import { ok } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const text = `tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`;

describe('a coordinator that is closed', () => {
  it('lets go of its executions: actions are told to stop, their answers are left for whoever recovers them', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const { start, coordinator, store, clock } = setUp({ executor });
    const runner = await start(text);
    const observer = new RecordingObserver();
    runner.observe(observer);
    const { support, deferred } = await executor.inFlight('a');
    const journal = await journalOf(store);
    await coordinator.close();
    expect(support.signal.reason).toMatchObject({ name: 'AbortError' });
    deferred.resolve(ok('too late'));
    await expect(runner.outcome()).rejects.toMatchObject({ code: 'COORDINATOR_CLOSED' });
    expect(observer.closed?.reason).toMatchObject({ code: 'COORDINATOR_CLOSED' });
    await nothingMore(1);
    expect(await journalOf(store)).toEqual(journal);
    expect(executor.calls).toEqual(['a']);
    expect(clock.pending).toBe(0);
  });

  it('has given its leases back when close resolves, so that the store may be closed', async () => {
    const store = memoryStore();
    const { start, coordinator, logs } = setUp({ store, executor: new ScriptedExecutor({ a: 'hold' }) });
    for (const id of ['x', 'y', 'z']) await start(text, { id });
    await coordinator.close();
    expect((await store.list()).executions.map(({ owner }) => owner)).toEqual([undefined, undefined, undefined]);
    await store.close();
    await nothingMore(1);
    expect(logs).toEqual([]);
  });

  it('has given back the lease of an execution that has just ended', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'release', call: 1, when: 'before', waitFor: gate.promise }]);
    const { start, coordinator } = setUp({ store });
    await (await start(text)).outcome();
    let closed = false;
    const closing = coordinator.close().then(() => (closed = true));
    await nothingMore(1);
    expect(closed).toBe(false);
    gate.resolve();
    await closing;
    expect((await store.get('x'))?.owner).toBeUndefined();
  });

  it('waits for what was handed to the store', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor: gate.promise }]);
    const { start, coordinator, executor } = setUp({ store });
    await start(text);
    await eventually(() => store.calls('append') === 1, 'the append');
    let closed = false;
    const closing = coordinator.close().then(() => (closed = true));
    await nothingMore(1);
    expect(closed).toBe(false);
    gate.resolve();
    await closing;
    expect((await journalOf(store)).map(({ type }) => type)).toEqual(['execution-started', 'attempt-succeeded']);
    expect(executor.calls).toEqual(['a']);
    const second = setUp({ store });
    expect(await (await second.coordinator.recover('x')).outcome()).toMatchObject({ status: 'succeeded' });
    expect(second.executor.calls).toEqual(['b']);
  });

  it('starts and recovers nothing more', async () => {
    const { start, coordinator } = setUp();
    await coordinator.close();
    await expect(start(text)).rejects.toMatchObject({ code: 'COORDINATOR_CLOSED' });
    await expect(coordinator.recover('x')).rejects.toMatchObject({ code: 'COORDINATOR_CLOSED' });
  });

  it('gives back what was being started or recovered meanwhile', async () => {
    for (const how of ['start', 'recover'] as const) {
      const medium: Store = memoryStore();
      if (how === 'recover') {
        const former = setUp({ store: medium, executor: new ScriptedExecutor({ a: 'hold' }) });
        await former.start(text);
        await former.coordinator.close();
      }
      const gate = new Deferred<void>();
      const method = how === 'start' ? 'create' : 'claim';
      const store = faultyStore(medium, [{ method, call: 1, when: 'after', waitFor: gate.promise }]);
      const { start, coordinator, executor, clock } = setUp({ store });
      const arriving = how === 'start' ? start(text) : coordinator.recover('x');
      const refused = expect(arriving).rejects.toMatchObject({ code: 'COORDINATOR_CLOSED' });
      const closing = coordinator.close();
      await nothingMore(1);
      gate.resolve();
      await Promise.all([refused, closing]);
      expect((await medium.get('x'))?.owner).toBeUndefined();
      expect(executor.calls).toEqual([]);
      expect(clock.pending).toBe(0);
      const second = setUp({ store: medium });
      expect(await (await second.coordinator.recover('x')).outcome()).toMatchObject({ status: 'succeeded' });
    }
  });

  it('may be closed twice, from within an action and before anything began', async () => {
    const executor = new ScriptedExecutor({
      a: () => {
        void coordinator.close();
        return ok(1);
      },
    });
    const { start, coordinator } = setUp({ executor });
    const runner = await start(text);
    await expect(runner.outcome()).rejects.toMatchObject({ code: 'COORDINATOR_CLOSED' });
    await coordinator.close();
    const idle = setUp();
    await idle.coordinator.close();
    const early = setUp();
    const begun = await early.start(text);
    await early.coordinator.close();
    await nothingMore(1);
    expect(early.executor.calls).toEqual([]);
    await expect(begun.outcome()).rejects.toMatchObject({ code: 'COORDINATOR_CLOSED' });
  });
});
