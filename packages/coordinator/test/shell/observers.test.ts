import { faultyStore } from '@weftline/persistence/faulty-store';
import { memoryStore } from '@weftline/persistence';
import { describe, expect, it } from 'vitest';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import { Deferred } from '../../src/deferred.ts';
import { journalOf, RecordingObserver, setUp } from '../coordinator-setup.ts';
import { failed, ok } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const text = `
  tasks:
    a: { action: work, next: { publish: { n: 1 }, do: each } }
    each: { with: { items: [1, 2], concurrency: 1 }, action: work, retry: { count: 1 } }
`;

describe('an observer', () => {
  it('is told everything in order, from the start to the end', async () => {
    const executor = new ScriptedExecutor({
      each: ({ index, attempt }) => (index === 0 && attempt === 1 ? failed() : ok(1)),
    });
    const { start, clock } = setUp({ executor });
    const runner = await start(text);
    const observer = new RecordingObserver();
    runner.observe(observer);
    await eventually(() => executor.calls.length === 3, 'the items');
    await nothingMore(1);
    clock.advanceBy(0);
    await runner.outcome();
    expect(observer.types).toEqual([
      ...['execution-started', 'task-started', 'attempt-succeeded', 'task-finished', 'variables-published'],
      ...['task-started', 'attempt-failed', 'attempt-succeeded', 'attempt-succeeded', 'task-finished'],
      'execution-finished',
    ]);
    expect(observer.closed).toEqual({ reason: undefined });
  });

  it('is told of a batch only when it is durable, with the sequence of its last record', async () => {
    const gate = new Deferred<void>();
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', waitFor: gate.promise }]);
    const { start } = setUp({ store });
    const runner = await start(`tasks: { a: { action: work } }`);
    const observer = new RecordingObserver();
    runner.observe(observer);
    await eventually(() => store.calls('append') === 1, 'the append');
    await nothingMore(1);
    expect(observer.types).toEqual(['execution-started', 'task-started']);
    gate.resolve();
    await runner.outcome();
    expect(observer.types.slice(2)).toEqual(['attempt-succeeded', 'task-finished', 'execution-finished']);
    expect(observer.batches.map(({ sequence }) => sequence)).toEqual([1, (await journalOf(store)).length]);
  });

  it('that comes late is told what happens from then on', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const { start } = setUp({ executor });
    const runner = await start(`tasks: { a: { action: work } }`);
    await executor.inFlight('a');
    const observer = new RecordingObserver();
    runner.observe(observer);
    await executor.answer('a', ok(1));
    await runner.outcome();
    expect(observer.types).toEqual(['attempt-succeeded', 'task-finished', 'execution-finished']);
  });

  it('that leaves is told nothing more, not even the end', async () => {
    const { start } = setUp();
    const runner = await start(text);
    const observer = new RecordingObserver();
    runner.observe(observer)();
    await nothingMore(1);
    expect([observer.batches, observer.closed]).toEqual([[], undefined]);
  });

  it.each(['onBatch', 'onClose'] as const)(
    'that throws in %s harms neither the execution nor others',
    async (method) => {
      const { start, logs } = setUp();
      const runner = await start(`tasks: { a: { action: work } }`);
      const [faulty, healthy] = [new RecordingObserver(), new RecordingObserver()];
      let calls = 0;
      Object.defineProperty(faulty, method, {
        value: () => {
          calls += 1;
          throw new Error('no room');
        },
      });
      runner.observe(faulty);
      runner.observe(healthy);
      expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
      expect(healthy.types).toContain('execution-finished');
      expect(healthy.closed).toEqual({ reason: undefined });
      expect(calls).toBe(1);
      expect(logs).toEqual(['error: an observer failed and is told nothing more: no room']);
    },
  );

  it('of a recovered execution is told of the recovery', async () => {
    const store = memoryStore();
    const first = setUp({ store, executor: new ScriptedExecutor({ a: 'hold' }) });
    await first.start(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    await first.executor.inFlight('a');
    await first.coordinator.close();
    const executor = new ScriptedExecutor({ a: 'hold' });
    const second = setUp({ store, executor });
    const runner = await second.coordinator.recover('x');
    const observer = new RecordingObserver();
    runner.observe(observer);
    await executor.answer('a', ok(1));
    await runner.outcome();
    expect(observer.types.at(-1)).toBe('execution-finished');
  });
});
