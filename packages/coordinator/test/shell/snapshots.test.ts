import { itemContext } from '@weftline/context';
import { memoryStore, type Append, type Store } from '@weftline/persistence';
import { describe, expect, it } from 'vitest';
import { eventually } from '../../src/conformance/eventually.ts';
import { compileWorkflow } from '../../src/core/program.ts';
import { Deferred } from '../../src/deferred.ts';
import { Journal } from '../../src/journal.ts';
import { loadExecution, type LoadedExecution } from '../../src/load-execution.ts';
import { eventRecording } from '../../src/recording/event-recording.ts';
import type { RecordingStrategy } from '../../src/recording/recording.ts';
import { wholeStateRecording } from '../../src/recording/whole-state-recording.ts';
import { canonicalState } from '../canonical-state.ts';
import { journalOf, owner, RecordingObserver, setUp } from '../coordinator-setup.ts';
import { ok, simulate } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const list = `
  input: { rows: [1, 2] }
  tasks: { each: { with: { items: "{{ range(6) }}", concurrency: 2 }, action: work, input: { n: "{{ item }}" } } }
  output: "{{ task.each.result }}"
`;

function load(store: Store): Promise<LoadedExecution> {
  return loadExecution(store, 'x', (definition) => ({ program: compileWorkflow(definition), context: itemContext() }));
}

/** Leaves the list behind with four of six items done. */
async function abandoned(store: Store, recording: RecordingStrategy): Promise<RecordingObserver> {
  const observer = new RecordingObserver();
  const { coordinator, executor, start } = setUp({
    ...{ store, recording, executor: new ScriptedExecutor({ each: 'hold' }) },
  });
  const runner = await start(list, { input: { rows: [1, 2] }, labels: { file: 'flow.yaml' } });
  runner.observe(observer);
  for (const index of [1, 0, 3, 2]) await executor.answer(`each[${index}]`, ok({ n: index }));
  await eventually(() => observer.types.filter((type) => type === 'attempt-succeeded').length === 4, 'four items');
  await coordinator.close();
  return observer;
}

/** A store that notes from where records are read. */
function noting(store: Store, readAfter: number[]): Store {
  return Object.assign(Object.create(store) as Store, {
    read: (id: string, options?: { readonly after?: number }) => {
      readAfter.push(options?.after ?? 0);
      return store.read(id, options);
    },
    readSnapshot: (id: string) => store.readSnapshot(id),
  });
}

describe('recovery from a snapshot', () => {
  it.each([
    ['event recording', eventRecording({ snapshotBytesMin: 0 })],
    ['whole-state recording', wholeStateRecording()],
  ])('runs exactly the items without a durable completion, under %s', async (_name, recording) => {
    const store = memoryStore();
    await abandoned(store, recording);
    const { coordinator, executor } = setUp({ store, recording });
    const runner = await coordinator.recover('x');
    expect((await runner.outcome()).output).toEqual(Array.from({ length: 6 }, (_, n) => ({ n })));
    expect(executor.calls).toEqual(['each[4]', 'each[5]']);
  });

  it('reads the start and what lies behind the snapshot, nothing else', async () => {
    const store = memoryStore();
    await abandoned(store, eventRecording({ snapshotBytesMin: 0 }));
    const snapshot = await store.readSnapshot('x');
    const readAfter: number[] = [];
    const loaded = await load(noting(store, readAfter));
    expect(readAfter).toEqual([0, snapshot?.sequence]);
    expect(snapshot?.sequence).toBeGreaterThan(1);
    expect(loaded.head).toBe((await journalOf(store)).length);
    expect(loaded.written.snapshotBytes).toBe(snapshot?.data.length);
  });

  it('knows with what the execution was started, and holds it once', async () => {
    const store = memoryStore();
    await abandoned(store, wholeStateRecording());
    expect(await journalOf(store)).toHaveLength(1);
    const { started, state, head } = await load(store);
    expect(head).toBe(1);
    expect(started).toMatchObject({ id: 'x', input: { rows: [1, 2] }, labels: { file: 'flow.yaml' } });
    expect(started.definition.tasks).toHaveProperty('each');
    expect(started.input).toBe(state.root.input);
  });

  it('of bytes that cannot be read is refused with JOURNAL_FORMAT, and its lease is given back', async () => {
    const store = memoryStore();
    await abandoned(store, eventRecording());
    const { epoch, head } = await store.claim('x', owner('one'));
    const snapshot = new TextEncoder().encode('["state",2,[],[]]');
    await store.append([{ execution: 'x', epoch, sequence: head + 1, records: [], snapshot }]);
    const { coordinator } = setUp({ store });
    await expect(coordinator.recover('x')).rejects.toMatchObject({ code: 'JOURNAL_FORMAT' });
    expect((await store.get('x'))?.owner).toBeUndefined();
  });

  it.each([
    ['event recording', eventRecording()],
    ['event recording with snapshots', eventRecording({ snapshotBytesMin: 0 })],
    ['whole-state recording', wholeStateRecording()],
  ])('goes on counting events where they were left, under %s', async (_name, recording) => {
    const store = memoryStore();
    const former = await abandoned(store, recording);
    const { coordinator } = setUp({ store, recording });
    const runner = await coordinator.recover('x');
    const observer = new RecordingObserver();
    runner.observe(observer);
    await runner.outcome();
    const sequences = [...former.batches, ...observer.batches].map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].sort((left, right) => left - right));
    // The start, six items, the recovery and the end.
    expect(sequences.at(-1)).toBe(9);
  });
});

describe('a journal', () => {
  const { state } = simulate('tasks: { a: { action: work } }');
  const lease = { execution: 'x', owner: 'one', epoch: 1, head: 1 };
  const summary = { updatedAtMs: 1 };

  /** A store that takes an append when it is told to. */
  function slowStore(): { readonly store: Store; readonly appends: Append[]; readonly taken: Deferred<void>[] } {
    const appends: Append[] = [];
    const taken: Deferred<void>[] = [];
    const store = Object.assign(Object.create(memoryStore()) as Store, {
      append: async (written: readonly Append[]) => {
        appends.push(...written);
        const deferred = new Deferred<void>();
        taken.push(deferred);
        await deferred.promise;
        return written.map(() => undefined);
      },
    });
    return { store, appends, taken };
  }

  it('is behind while too many bytes are on their way, snapshots included', async () => {
    const { store, taken } = slowStore();
    const snapshot = new Uint8Array(40 * 1024 * 1024);
    const journal = new Journal(store, lease, { record: () => ({ records: [], snapshot }) });
    const written = [1, 2].map(() => journal.append({ records: [], ended: undefined, state, summary }));
    expect(journal.isBehind(10)).toBe(true);
    taken[0]?.resolve();
    await written[0];
    expect(journal.isBehind(10)).toBe(false);
    taken[1]?.resolve();
    await Promise.all(written);
  });

  it('is behind while too many events are on their way, also where no record is written', async () => {
    const { store, taken, appends } = slowStore();
    const journal = new Journal(store, lease, { record: () => ({ records: [] }) });
    const written = journal.append({
      records: [new Uint8Array(1), new Uint8Array(1)],
      ended: undefined,
      state,
      summary,
    });
    expect([journal.isBehind(1), journal.isBehind(2)]).toEqual([true, false]);
    taken[0]?.resolve();
    await written;
    expect(journal.isBehind(0)).toBe(false);
    void journal.append({ records: [new Uint8Array(1)], ended: undefined, state, summary });
    expect(appends.map(({ sequence }) => sequence)).toEqual([2, 2]);
  });
});

describe('loading beside a vacuum', () => {
  /** Answers with an old snapshot until somebody has come back for a newer one. */
  function answeringLate(store: Store, times: number): Store {
    let left = times;
    return Object.assign(Object.create(store) as Store, {
      read: (id: string, options?: { readonly after?: number }) => store.read(id, options),
      readSnapshot: (id: string) => {
        left -= 1;
        return left < 0 ? store.readSnapshot(id) : Promise.resolve(undefined);
      },
    });
  }

  async function compacted(): Promise<Store> {
    const store = memoryStore();
    await abandoned(store, eventRecording({ snapshotBytesMin: 0 }));
    await store.maintenance?.vacuum();
    return store;
  }

  it('reads the snapshot again when records behind the one it had were dropped', async () => {
    const store = await compacted();
    const [{ state, head }, late] = [await load(store), await load(answeringLate(store, 1))];
    expect([late.head, canonicalState(late.state)]).toEqual([head, canonicalState(state)]);
  });

  it('gives up when there is no newer one', async () => {
    await expect(load(answeringLate(await compacted(), 2))).rejects.toMatchObject({ code: 'STORE_COMPACTED' });
  });
});
