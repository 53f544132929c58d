import { memoryStore, StoreError } from '@weftline/persistence';
import { faultyStore } from '@weftline/persistence/faulty-store';
import { groupCommit } from '@weftline/persistence/group-commit';
import { describe, expect, it } from 'vitest';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import { Deferred } from '../../src/deferred.ts';
import { owner, setUp } from '../coordinator-setup.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

// Nobody moves the clock in these tests, so no heartbeat comes by itself.

const hold = (): { readonly executor: ScriptedExecutor } => ({ executor: new ScriptedExecutor({ a: 'hold' }) });
const text = `tasks: { a: { action: work } }`;

describe('what another process asks', () => {
  it('is noticed at once where the store tells', async () => {
    const store = memoryStore();
    const { start } = setUp({ ...hold(), store: groupCommit()(store) });
    const runner = await start(text);
    await store.request({ execution: 'x', kind: 'pause' });
    await eventually(() => runner.state.status === 'pausing', 'the pause');
    await store.request({ execution: 'x', kind: 'resume' });
    await eventually(() => runner.state.status === 'running', 'the resumption');
    await store.request({ execution: 'x', kind: 'cancel', immediate: true, reason: 'enough' });
    expect(await runner.outcome()).toMatchObject({ status: 'canceled' });
  });

  it('is noticed when it comes while an execution is being taken up', async () => {
    const store = memoryStore();
    const first = setUp({ ...hold(), store, owner: owner('former') });
    await first.start(text);
    await first.coordinator.close();
    const gate = new Deferred<void>();
    const slow = faultyStore(store, [{ method: 'claim', call: 1, when: 'after', waitFor: gate.promise }]);
    const { coordinator } = setUp({ ...hold(), store: slow });
    const recovering = coordinator.recover('x');
    await eventually(() => slow.calls('claim') === 1, 'the claim');
    await store.request({ execution: 'x', kind: 'pause' });
    gate.resolve();
    const runner = await recovering;
    await eventually(() => runner.state.status === 'pausing', 'the pause');
  });

  it('of an execution that runs elsewhere asks for no heartbeat', async () => {
    const store = faultyStore(memoryStore());
    const { start } = setUp({ ...hold(), store });
    await start(text);
    await store.create({
      ...{ id: 'y', owner: owner('two'), workflow: 'w', status: 'running', createdAtMs: 0, records: [] },
    });
    await store.request({ execution: 'y', kind: 'cancel' });
    await nothingMore(1);
    expect(store.calls('heartbeat')).toBe(0);
  });

  it('waits for the next heartbeat when the one that was asked for fails', async () => {
    const fail = new StoreError('no connection', { code: 'STORE_UNAVAILABLE' });
    const store = faultyStore(memoryStore(), [{ method: 'heartbeat', call: 1, when: 'before', fail }]);
    const { start, clock, logs } = setUp({ ...hold(), store });
    const runner = await start(text);
    await store.request({ execution: 'x', kind: 'pause' });
    await eventually(() => logs.length > 0, 'the failure');
    expect(logs).toEqual(['warn: heartbeat failed: no connection']);
    expect(runner.state.status).toBe('running');
    clock.advanceBy(2000);
    await eventually(() => runner.state.status === 'pausing', 'the pause');
  });

  it('is not looked for any more once the coordinator is closed', async () => {
    const store = faultyStore(memoryStore());
    const { start, coordinator } = setUp({ ...hold(), store });
    await start(text);
    await coordinator.close();
    await store.request({ execution: 'x', kind: 'cancel' });
    await nothingMore(1);
    expect(store.calls('heartbeat')).toBe(0);
  });
});
