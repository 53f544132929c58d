import { memoryStore, StoreError, type Store } from '@weftline/persistence';
import { faultyStore } from '@weftline/persistence/faulty-store';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Adoption } from '../../src/adoption.ts';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import type { ExecutionRunner } from '../../src/execution-runner.ts';
import { SimulatedClock } from '../../src/simulated-clock.ts';
import { owner, setUp, type CoordinatorSetup } from '../coordinator-setup.ts';
import { startAtMs } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const text = 'tasks: { a: { action: work } }';
const held = (): ScriptedExecutor => new ScriptedExecutor({ a: 'hold' });

interface Adopter extends CoordinatorSetup {
  readonly adopted: ExecutionRunner[];
  readonly failures: { readonly execution: string | undefined; readonly error: unknown }[];
  readonly adoption: Adoption;
}

function adopter(store: Store, clock: SimulatedClock, more: { readonly executionsMax?: number } = {}): Adopter {
  const setup = setUp({ store, clock, executor: held(), owner: owner('adopter') });
  const [adopted, failures]: [Adopter['adopted'], Adopter['failures']] = [[], []];
  const adoption = new Adoption({
    ...{ coordinator: setup.coordinator, store, clock, name: 'adopter', intervalMs: 1_000, executionsMax: 10, ...more },
    onAdopted: (runner) => adopted.push(runner),
    onFailure: (error, execution) => failures.push({ execution, error }),
  });
  onTestFinished(() => adoption.stop());
  return { ...setup, adopted, failures, adoption };
}

/** Leaves executions behind that nobody owns. */
async function handIn(store: Store, clock: SimulatedClock, ids: readonly string[]): Promise<void> {
  const first = setUp({ store, clock, executor: held() });
  for (const id of ids) await first.start(text, { id });
  await first.coordinator.close();
}

function stage(): { readonly clock: SimulatedClock; readonly store: Store } {
  const clock = new SimulatedClock(startAtMs);
  return { clock, store: memoryStore({ leaseMs: 30_000, nowMs: () => clock.nowMs() }) };
}

describe('adoption', () => {
  it('takes up at once what nobody owns', async () => {
    const { clock, store } = stage();
    await handIn(store, clock, ['x', 'y']);
    const { adopted } = adopter(store, clock);
    await eventually(() => adopted.length === 2, 'two executions');
    expect(adopted.map(({ id }) => id).sort()).toEqual(['x', 'y']);
  });

  it('takes up later what was handed in later, and what an owner lost with its lease, but not before', async () => {
    const { clock, store } = stage();
    const dying = setUp({ store, clock, executor: held(), owner: owner('dying') });
    const { adopted } = adopter(store, clock);
    // The owner is never heard of again.
    await store.create({
      ...{ id: 'gone', owner: owner('gone'), workflow: 'w', status: 'running', createdAtMs: startAtMs, records: [] },
    });
    await dying.start(text, { id: 'held' });
    await handIn(store, clock, ['x']);
    for (let second = 0; second < 25; second += 1) {
      clock.advanceBy(1_000);
      await nothingMore(1);
    }
    expect(adopted.map(({ id }) => id)).toEqual(['x']);
  });

  it('leaves an execution to whoever keeps its lease alive', async () => {
    const { clock, store } = stage();
    const other = setUp({ store, clock, executor: held(), owner: owner('other') });
    await other.start(text, { id: 'x' });
    const { adopted, failures } = adopter(store, clock);
    for (let second = 0; second < 60; second += 1) {
      clock.advanceBy(1_000);
      await nothingMore(1);
    }
    expect([adopted, failures]).toEqual([[], []]);
  });

  it('takes up no more than it may, and goes on when there is room', async () => {
    const { clock, store } = stage();
    await handIn(store, clock, ['x', 'y', 'z']);
    const { adopted, executor } = adopter(store, clock, { executionsMax: 1 });
    await eventually(() => adopted.length === 1 && executor.calls.length === 1, 'one execution');
    for (let count = 1; count < 3; count += 1) {
      await nothingMore(5);
      expect(adopted.length).toBe(count);
      await executor.answer('a', { ok: true, result: null });
      await adopted.at(-1)?.outcome();
      await nothingMore(1);
      clock.advanceBy(1_500);
      await eventually(() => adopted.length === count + 1, 'the next execution');
    }
  });

  it('tells of a store that fails and looks again', async () => {
    const { clock, store } = stage();
    await handIn(store, clock, ['x']);
    const fail = new StoreError('down', { code: 'STORE_UNAVAILABLE', retryable: true });
    const { adopted, failures } = adopter(
      faultyStore(store, [{ method: 'list', call: 1, when: 'before', fail }]),
      clock,
    );
    await eventually(() => failures.length === 1, 'the failure');
    expect(failures).toEqual([{ execution: undefined, error: fail }]);
    clock.advanceBy(1_500);
    await eventually(() => adopted.length === 1, 'the execution');
  });

  it('tries again with the very next look, however often the store has failed', async () => {
    const { clock, store } = stage();
    await handIn(store, clock, ['x']);
    const fail = new StoreError('down', { code: 'STORE_UNAVAILABLE', retryable: true });
    const plan = [1, 2, 3, 4, 5].map((call) => ({ method: 'claim', call, when: 'before', fail }) as const);
    const { adopted, failures } = adopter(faultyStore(store, plan), clock);
    for (let count = 1; count <= 5; count += 1) {
      await eventually(() => failures.length === count, `failure ${count}`);
      expect(failures.at(-1)).toEqual({ execution: 'x', error: fail });
      clock.advanceBy(1_500);
    }
    await eventually(() => adopted.length === 1, 'the execution');
  });

  it('looks at once when asked to, and not any more when stopped', async () => {
    const { clock, store } = stage();
    const { adopted, adoption } = adopter(store, clock);
    await nothingMore(5);
    await handIn(store, clock, ['x']);
    adoption.lookNow();
    await eventually(() => adopted.length === 1, 'the execution');
    await adoption.stop();
    await handIn(store, clock, ['y']);
    adoption.lookNow();
    clock.advanceBy(10_000);
    await nothingMore(5);
    expect(adopted.length).toBe(1);
  });

  it('leaves paused executions to whoever resumes them', async () => {
    const { clock, store } = stage();
    const first = setUp({ store, clock, executor: held() });
    const runner = await first.start('tasks: { a: { action: work, next: { do: b } }, b: { action: work } }', {
      id: 'x',
    });
    await eventually(() => first.executor.calls.length === 1, 'the attempt');
    await runner.submit({ type: 'pause-requested', atMs: clock.nowMs() });
    await first.executor.answer('a', { ok: true, result: null });
    await runner.until(({ status, outcome }) => status === 'paused' || outcome !== undefined);
    await first.coordinator.close();
    const { adopted } = adopter(store, clock);
    await nothingMore(5);
    expect((await store.get('x'))?.status).toBe('paused');
    expect(adopted).toEqual([]);
  });

  it('leaves what cannot run here alone, longer each time', async () => {
    const { clock, store } = stage();
    await handIn(store, clock, ['x']);
    const setup = setUp({
      ...{ store, clock, executor: held() },
      admit: () => {
        throw new Error('no such action');
      },
    });
    const failures: number[] = [];
    const adoption = new Adoption({
      ...{ coordinator: setup.coordinator, store, clock, name: 'adopter', intervalMs: 1_000, executionsMax: 10 },
      onAdopted: () => expect.fail('nothing can run here'),
      onFailure: () => failures.push(Math.round((clock.nowMs() - startAtMs) / 1_000)),
    });
    onTestFinished(() => adoption.stop());
    await eventually(() => failures.length === 1, 'the first failure');
    for (let second = 0; second < 60; second += 1) {
      clock.advanceBy(1_000);
      await nothingMore(1);
    }
    const waits = failures.slice(1).map((second, place) => second - (failures[place] ?? 0));
    expect(waits.length).toBeGreaterThanOrEqual(3);
    expect(waits.length).toBeLessThanOrEqual(5);
    for (const [place, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(2 ** (place + 1));
  });
});
