import { itemContext } from '@weftline/context';
import { faultyStore } from '@weftline/persistence/faulty-store';
import { memoryStore, StoreError, type Store } from '@weftline/persistence';
import { groupCommit } from '@weftline/persistence/group-commit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import { encodeEvent } from '../../src/core/event-codec.ts';
import { compileWorkflow } from '../../src/core/program.ts';
import { loadExecution } from '../../src/load-execution.ts';
import { canonicalState } from '../canonical-state.ts';
import { journalOf, owner, setUp, type CoordinatorSetup } from '../coordinator-setup.ts';
import { ok } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

/** Leaves an execution behind as a closed coordinator does. */
async function abandoned(
  text: string,
  store: Store,
  until: (setup: CoordinatorSetup) => Promise<unknown>,
): Promise<void> {
  const setup = setUp({ store, executor: new ScriptedExecutor({ a: 'hold', each: 'hold' }) });
  await setup.start(text);
  await until(setup);
  await setup.coordinator.close();
}

describe('recovery', () => {
  it('runs exactly the items without a durable completion', async () => {
    const store = memoryStore();
    const text = `
      tasks: { each: { with: { items: [a, b, c, d, e, f], concurrency: 3 }, action: work, input: "{{ item }}" } }
      output: "{{ task.each.result }}"
    `;
    await abandoned(text, store, async ({ executor }) => {
      await executor.answer('each[1]', ok('B'));
      await executor.answer('each[0]', ok('A'));
      await executor.inFlight('each[4]');
      await eventually(() => executor.calls.length === 5, 'five items');
      await nothingMore(1);
    });
    const second = setUp({ store });
    const runner = await second.coordinator.recover('x');
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded', output: ['A', 'B', 'c', 'd', 'e', 'f'] });
    expect(second.executor.calls).toEqual(['each[2]', 'each[3]', 'each[4]', 'each[5]']);
    expect(second.executor.requests.map(({ idempotencyKey }) => idempotencyKey)).toEqual(
      [2, 3, 4, 5].map((index) => `x/each/1/${index}`),
    );
  });

  it('of a crash at any append finishes with the same output, and no item with a durable completion runs again', async () => {
    const text = `
      tasks:
        a: { action: work, next: { do: each } }
        each: { with: { items: "{{ range(9) }}", concurrency: 3 }, action: work, input: { n: "{{ item }}" }, next: { do: b } }
        b: { action: work }
      output: "{{ task.each.result }}"
    `;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.constantFrom('before', 'after'), async (call, when) => {
        const store = faultyStore(memoryStore(), [{ method: 'append', call, when, crash: true }]);
        const first = setUp({ store: groupCommit()(store) });
        const crashed = await (await first.start(text)).outcome().then(
          () => false,
          () => true,
        );
        const next = store.restart();
        const journal = await journalOf(next);
        if (!crashed || journal.at(-1)?.type === 'execution-finished') return;
        const durable = journal.flatMap((event) => (event.type === 'attempt-succeeded' ? [event] : []));
        const second = setUp({ store: next });
        const runner = await second.coordinator.recover('x');
        expect(await runner.outcome()).toMatchObject({
          status: 'succeeded',
          output: Array.from({ length: 9 }, (_, n) => ({ n })),
        });
        const again = new Set(second.executor.requests.map(({ task, index }) => `${task}/${index ?? ''}`));
        for (const { visit, index } of durable) {
          expect(again).not.toContain(`${['', 'a', 'each', 'b'][visit] ?? ''}/${index ?? ''}`);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives one runner to everybody who asks at the same time, and later', async () => {
    const store = faultyStore(memoryStore());
    await abandoned(`tasks: { a: { action: work } }`, store, ({ executor }) => executor.inFlight('a'));
    const { coordinator, executor } = setUp({ store, executor: new ScriptedExecutor({ a: 'hold' }) });
    const [one, two] = await Promise.all([coordinator.recover('x'), coordinator.recover('x')]);
    expect(one).toBe(two);
    expect(await coordinator.recover('x')).toBe(one);
    expect(coordinator.runner('x')).toBe(one);
    expect(store.calls('claim')).toBe(1);
    await executor.answer('a', ok(1));
    expect(await one.outcome()).toMatchObject({ status: 'succeeded' });
    expect(executor.calls).toEqual(['a']);
  });

  it('of an execution that has ended is refused, and its lease is given back', async () => {
    const { start, coordinator, store } = setUp();
    await (await start(`tasks: { a: { action: work } }`)).outcome();
    await eventually(() => coordinator.runner('x') === undefined, 'the end');
    await expect(coordinator.recover('x')).rejects.toMatchObject({ code: 'EXECUTION_FINISHED' });
    expect((await store.get('x'))?.owner).toBeUndefined();
  });

  it('of an execution that has ended is refused however much was handed in after the end', async () => {
    const { start, store, coordinator } = setUp();
    await (await start(`tasks: { a: { action: work } }`)).outcome();
    await eventually(() => coordinator.runner('x') === undefined, 'the end');
    const { head, epoch, sequence, records } = await afterTheEnd(store);
    await store.append([{ execution: 'x', epoch, sequence, records }]);
    expect((await store.get('x'))?.head).toBe(head + records.length);
    const second = setUp({ store, owner: owner('late') });
    await expect(second.coordinator.recover('x')).rejects.toMatchObject({ code: 'EXECUTION_FINISHED' });
  });

  it('of an execution that does not exist is refused', async () => {
    const { coordinator } = setUp();
    await expect(coordinator.recover('nobody')).rejects.toMatchObject({ code: 'STORE_NOT_FOUND' });
  });

  it.each([
    ['garbage', [new TextEncoder().encode('garbage')]],
    ['a later format', [new TextEncoder().encode('["start",0,2]')]],
    ['no start', [encodeEvent({ type: 'pause-requested', atMs: 1 })]],
    ['nothing', []],
  ])('of a journal with %s is refused with JOURNAL_FORMAT, and its lease is given back', async (_what, records) => {
    const store = memoryStore();
    const lease = await store.create({
      ...{ id: 'x', owner: owner('former'), workflow: 'w', status: 'running', createdAtMs: 0, records },
    });
    await store.release(lease);
    const { coordinator } = setUp({ store });
    await expect(coordinator.recover('x')).rejects.toMatchObject({ code: 'JOURNAL_FORMAT' });
    expect((await store.get('x'))?.owner).toBeUndefined();
  });

  it('that is not admitted is refused with the reason, also when the lease cannot be given back', async () => {
    const medium = memoryStore();
    await abandoned(`tasks: { a: { action: work } }`, medium, ({ executor }) => executor.inFlight('a'));
    const fail = new StoreError('no connection', { code: 'STORE_UNAVAILABLE' });
    const store = faultyStore(medium, [{ method: 'release', call: 1, when: 'before', fail }]);
    const admit = (): never => {
      throw new Error('no such action here');
    };
    const { coordinator, logs } = setUp({ store, admit });
    await expect(coordinator.recover('x')).rejects.toThrow('no such action here');
    expect(logs).toEqual(['warn: lease not released: no connection']);
  });

  it('reads the journal in chunks and comes to the live state', async () => {
    const executor = new ScriptedExecutor({ last: 'hold' });
    const { start, store } = setUp({ executor });
    const runner = await start(
      `tasks: { each: { with: { items: "{{ range(2500) }}", concurrency: 100 }, action: work, next: { do: last } }, last: { action: work } }`,
    );
    await executor.inFlight('last');
    const live = canonicalState(runner.state);
    const loaded = await loadExecution(store, 'x', (definition) => ({
      ...{ program: compileWorkflow(definition), context: itemContext() },
    }));
    expect(canonicalState(loaded.state)).toEqual(live);
    expect(loaded.head).toBe((await store.get('x'))?.head);
  });

  it('of a paused execution leaves it paused until it is resumed', async () => {
    const store = memoryStore();
    await abandoned(`tasks: { a: { action: work } }`, store, async ({ executor, coordinator }) => {
      await executor.inFlight('a');
      await coordinator.runner('x')?.submit({ type: 'pause-requested', atMs: 1 });
    });
    const second = setUp({ store });
    const runner = await second.coordinator.recover('x');
    await nothingMore(1);
    expect(runner.state.status).toBe('paused');
    expect(second.executor.calls).toEqual([]);
    await runner.submit({ type: 'resume-requested', atMs: 2 });
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
  });
});

/** More records than one chunk holds, as cancellations that came too late. */
async function afterTheEnd(
  store: Store,
): Promise<{ head: number; epoch: number; sequence: number; records: readonly Uint8Array[] }> {
  const { epoch, head } = await store.claim('x', owner('late'));
  const record = encodeEvent({ type: 'cancel-requested', atMs: 1, immediate: false, reason: undefined });
  return { head, epoch, sequence: head + 1, records: Array.from({ length: 2500 }, () => record) };
}
