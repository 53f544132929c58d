import { memoryStore, StoreError, type Store } from '@weftline/persistence';
import { faultyStore, type Fault } from '@weftline/persistence/faulty-store';
import { describe, expect, it } from 'vitest';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import { SimulatedClock } from '../../src/simulated-clock.ts';
import { owner, setUp, type CoordinatorSetup } from '../coordinator-setup.ts';
import { startAtMs } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const text = 'tasks: { a: { action: work } }';
const lost = new StoreError('no answer', { code: 'STORE_UNKNOWN_OUTCOME' });
const leaseMs = 30_000;

interface Shared extends CoordinatorSetup {
  readonly medium: Store;
  /** Lets so many heartbeats go by. */
  heartbeats(count: number): Promise<void>;
}

/** A coordinator whose heartbeats go on because of a second execution that never ends. */
async function busy(plan: readonly Fault[]): Promise<Shared> {
  const clock = new SimulatedClock(startAtMs);
  const medium = memoryStore({ leaseMs, nowMs: () => clock.nowMs() });
  const executor = new ScriptedExecutor({ a: 'hold' });
  const store = faultyStore(medium, plan);
  const setup = setUp({ store, clock, executor });
  await setup.start(text, { id: 'other' });
  const heartbeats = async (count: number): Promise<void> => {
    for (let beat = 0; beat < count; beat += 1) {
      const before = store.calls('heartbeat');
      clock.advanceBy(2_000);
      await eventually(() => store.calls('heartbeat') > before, 'a heartbeat');
      await nothingMore(1);
    }
  };
  return { ...setup, medium, heartbeats };
}

async function canBeClaimed({ medium, heartbeats }: Shared): Promise<void> {
  await heartbeats(Math.ceil((2 * leaseMs) / 2_000));
  await expect(medium.claim('x', owner('two'))).resolves.toMatchObject({ execution: 'x' });
}

describe('a lease that nobody needs', () => {
  it('is given back after a later heartbeat when giving it back failed', async () => {
    const failed: Fault[] = [
      { method: 'append', call: 1, when: 'before', fail: lost },
      { method: 'release', call: 1, when: 'before', fail: lost },
    ];
    const setup = await busy(failed);
    const runner = await setup.start(text);
    await eventually(() => setup.executor.calls.length === 2, 'the attempt');
    await expect(runner.submit({ type: 'pause-requested', atMs: startAtMs })).rejects.toThrow('no answer');
    await eventually(() => setup.logs.some((line) => line.includes('lease not released')), 'the failed release');
    await canBeClaimed(setup);
  });

  it('is given back when nobody heard that it was claimed', async () => {
    const setup = await busy([{ method: 'claim', call: 1, when: 'after', fail: lost }]);
    const first = setUp({ store: setup.medium, clock: setup.clock, executor: new ScriptedExecutor({ a: 'hold' }) });
    await first.start(text);
    await first.coordinator.close();
    await expect(setup.coordinator.recover('x')).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    await canBeClaimed(setup);
  });

  it('is given back when nobody heard that the execution was registered', async () => {
    const setup = await busy([{ method: 'create', call: 2, when: 'after', fail: lost }]);
    await expect(setup.start(text)).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    await canBeClaimed(setup);
  });

  it('is kept when the same coordinator has taken the execution up again', async () => {
    const failed: Fault[] = [{ method: 'claim', call: 1, when: 'after', fail: lost }];
    const setup = await busy(failed);
    const first = setUp({ store: setup.medium, clock: setup.clock, executor: new ScriptedExecutor({ a: 'hold' }) });
    await first.start(text);
    await first.coordinator.close();
    await expect(setup.coordinator.recover('x')).rejects.toMatchObject({ code: 'STORE_UNKNOWN_OUTCOME' });
    await setup.coordinator.recover('x');
    await setup.heartbeats(30);
    await expect(setup.medium.claim('x', owner('two'))).rejects.toMatchObject({ code: 'STORE_HELD' });
  });
});
