import type { Context } from '@weftline/context';
import type { WorkflowDefinition } from '@weftline/graph';
import { memoryStore } from '@weftline/persistence';
import { faultyStore, type FaultyStore } from '@weftline/persistence/faulty-store';
import { describe, expect, it } from 'vitest';
import { decodeEvent } from '../core/event-codec.ts';
import { replay } from '../core/replay.ts';
import { decodeState } from '../core/state-codec.ts';
import type { ExecutionOutcome, ExecutionState } from '../core/state.ts';
import type { ObservedBatch } from '../observers.ts';
import { eventRecording } from '../recording/event-recording.ts';
import type { Recorded, RecordedBatch, RecordingStrategy } from '../recording/recording.ts';
import { wholeStateRecording } from '../recording/whole-state-recording.ts';
import { live, load, recordedExecution, workflowOf, type Life } from './recorded-execution.ts';

export interface RecordingConformanceOptions {
  /** Heads the titles of the tests. */
  readonly name: string;
  readonly strategy: RecordingStrategy;
}

/** Each comes to the same end whatever the order in which its attempts are answered. */
const workflows: Readonly<Record<string, WorkflowDefinition>> = {
  'a sequence': workflowOf(`
    input: { n: 0 }
    vars: { n: "{{ input.n }}" }
    tasks:
      a: { action: work, input: { n: "{{ n }}" }, next: { publish: { n: "{{ result().n + 1 }}" }, do: b } }
      b: { action: flaky, input: { n: "{{ n }}" }, retry: { count: 2, delay: 0 }, next: { do: c } }
      c: { action: work, input: { b: "{{ task.b.result }}" }, delay: 0.001 }
    output: { n: "{{ n }}", b: "{{ task.b.result }}", c: "{{ task.c.result }}" }
  `),
  'a list': workflowOf(`
    tasks:
      each:
        with: { items: "{{ range(12) }}", concurrency: 4 }
        action: flaky
        input: { item: "{{ item }}", path: "{{ env.HOME }}" }
        retry: { count: 1, delay: 0 }
        next: { do: after }
      after: { action: work, input: { count: "{{ task.each.counts.succeeded }}" } }
    output: { each: "{{ task.each.result }}", after: "{{ task.after.result }}" }
  `),
  'a list with failures': workflowOf(`
    tasks:
      each:
        with: { items: [a, b, c, d, e], concurrency: 2 }
        action: broken
        next: { when: "{{ failed() }}", do: after }
      after: { action: work, input: { count: "{{ task.each.failed_items | length }}" } }
    output: { count: "{{ task.after.result.count }}" }
  `),
  'forks and joins': workflowOf(`
    tasks:
      a: { action: work, next: { publish: { shared: "{{ range(50) }}" }, do: [b, c, d] } }
      b: { action: work, input: { n: 2 }, next: { publish: { b: "{{ result() }}" }, do: all } }
      c: { action: work, input: { n: 3 }, next: { publish: { c: "{{ result() }}" }, do: [all, any] } }
      d: { action: flaky, retry: { count: 1, delay: 0 }, next: { publish: { d: "{{ result() }}" }, do: [all, any] } }
      all: { action: work, join: all, input: { known: "{{ [vars.b, vars.c, vars.d, shared | length] }}" } }
      any: { action: work, join: any, input: { n: 5 } }
    output: { all: "{{ task.all.result }}", any: "{{ task.any.result }}" }
  `),
  'a loop': workflowOf(`
    vars: { n: 0 }
    tasks:
      start: { action: work, next: { do: a } }
      a: { action: work, input: { n: "{{ n }}" }, next: { publish: { n: "{{ n + 1 }}" }, do: b } }
      b: { action: work, input: { n: "{{ n }}" }, next: [{ when: "{{ n < 4 }}", do: a }] }
    output: { n: "{{ n }}" }
  `),
  'a failure': workflowOf(`
    tasks:
      a: { action: broken, next: { when: "{{ succeeded() }}", do: b } }
      b: { action: work }
    output: { gone: "{{ task.a.status }}" }
  `),
  'an end with its start': workflowOf(`
    input: { n: 0 }
    vars: { n: "{{ input.n / 0 }}" }
    tasks: { a: { action: work } }
  `),
};

/** Appends of a run at most; a crash that is planned for a later one never comes. */
const appendsMax = 60;

const killsMax = 5;

/** Declares the tests that every recording passes; call it at the top level of a vitest file. */
export function recordingConformance({ name, strategy }: RecordingConformanceOptions): void {
  describe.each(Object.entries(workflows))(`${name} conforms: %s`, (_title, definition) => {
    laws(strategy, definition);
  });
}

function laws(strategy: RecordingStrategy, definition: WorkflowDefinition): void {
  it('comes to its end, and is found as it ended', async () => {
    const store = memoryStore();
    const { outcome, batches } = await live(store, strategy, definition);
    const loaded = await load(store);
    expect(loaded.ended).toBe(true);
    expect(loaded.state.outcome).toEqual(outcome);
    expect(loaded.started).toMatchObject({ definition, input: { n: 3 }, env: { HOME: '/' }, labels: {} });
    expectGrowing(batches);
  });

  it('tells the state after every batch by the last snapshot and the records behind it', async () => {
    const { batches, recorded, noting } = noter(strategy);
    const store = memoryStore();
    await live(store, noting, definition);
    const { core, started } = await load(store);
    let state = replay(core, undefined, [started]);
    for (const [at, { records, snapshot }] of recorded.entries()) {
      if (snapshot !== undefined) state = decodeState(snapshot, core);
      else if (records.length > 0) state = replay(core, state, records.map(decodeEvent));
      expect(plainState(state)).toEqual(plainState(batches[at]?.state));
    }
    expect(recorded.length).toBeGreaterThan(0);
  });

  it('goes on after a kill at any append, and makes no attempt again whose success was durable', async () => {
    const { outcome: expected } = await live(memoryStore(), strategy, definition);
    const killed = await killedAnywhere(strategy, definition);
    expect(killed.length).toBeGreaterThan(0);
    for (const { fault, crashed, first } of killed) {
      const second = await live(crashed, strategy, definition);
      expect(toldOf(second.outcome), `killed ${fault}`).toEqual(toldOf(expected));
      expect(second.made.filter((attempt) => first.told.includes(attempt))).toEqual([]);
      expectGrowing([...first.batches, ...second.batches]);
    }
  });

  it.each(Object.entries(recordings))('takes turns with %s', async (_name, other) => {
    const { outcome: expected } = await live(memoryStore(), strategy, definition);
    for (const turns of [[strategy, other] as const, [other, strategy] as const]) {
      for (const firstKill of [1, 2, 3, 5, 8]) {
        const outcome = await liveInTurns(turns, definition, firstKill);
        expect(toldOf(outcome), `first killed at append ${firstKill}`).toEqual(toldOf(expected));
      }
    }
  });
}

/** Lives again and again, by turns with either recording, killed in every life but the last; answers what is found then. */
async function liveInTurns(
  turns: readonly [RecordingStrategy, RecordingStrategy],
  definition: WorkflowDefinition,
  firstKill: number,
): Promise<ExecutionOutcome | undefined> {
  const medium = memoryStore();
  const told: string[] = [];
  for (let turn = 0; (await medium.get(recordedExecution))?.finishedAtMs === undefined; turn += 1) {
    const call = turn === 0 ? firstKill : 2;
    const plan = turn < killsMax ? [{ method: 'append', call, when: 'after', crash: true } as const] : [];
    const life = await live(faultyStore(medium, plan), turns[turn % 2 === 0 ? 0 : 1], definition);
    expect(life.made.filter((attempt) => told.includes(attempt))).toEqual([]);
    told.push(...life.told);
  }
  return (await load(medium)).state.outcome;
}

const recordings: Readonly<Record<string, RecordingStrategy>> = {
  'event recording': eventRecording(),
  'event recording with a snapshot after every event': eventRecording({ snapshotBytesMin: 0 }),
  'whole-state recording': wholeStateRecording(),
};

interface Killed {
  readonly fault: string;
  readonly first: Life;
  /** What the next process finds. */
  readonly crashed: FaultyStore;
}

/** Executions that were killed before or after each append of a run. */
async function killedAnywhere(strategy: RecordingStrategy, definition: WorkflowDefinition): Promise<readonly Killed[]> {
  const killed: Killed[] = [];
  for (let call = 1; call <= appendsMax; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const store = faultyStore(memoryStore(), [{ method: 'append', call, when, crash: true }]);
      const first = await live(store, strategy, definition);
      const crashed = store.restart();
      const ended = (await crashed.get(recordedExecution))?.finishedAtMs !== undefined;
      if (first.outcome !== undefined) return killed;
      if (!ended) killed.push({ fault: `${when} append ${call}`, first, crashed });
    }
  }
  throw new Error(`the run takes more than ${appendsMax} appends`);
}

function noter(strategy: RecordingStrategy): {
  readonly batches: RecordedBatch[];
  readonly recorded: Recorded[];
  readonly noting: RecordingStrategy;
} {
  const batches: RecordedBatch[] = [];
  const recorded: Recorded[] = [];
  const noting: RecordingStrategy = (written) => {
    const recording = strategy(written);
    return {
      record: (batch) => {
        const answer = recording.record(batch);
        batches.push(batch);
        recorded.push(answer);
        return answer;
      },
    };
  };
  return { batches, recorded, noting };
}

/** All of an outcome but its time. */
function toldOf(outcome: ExecutionOutcome | undefined): unknown {
  return { status: outcome?.status, output: outcome?.output, errors: outcome?.errors };
}

function expectGrowing(batches: readonly ObservedBatch[]): void {
  const sequences = batches.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].sort((left, right) => left - right));
}

/** A state as JSON, contexts told by their entries. */
function plainState(state: ExecutionState | undefined): unknown {
  const text = JSON.stringify(state, (_name, value: unknown) => (isContext(value) ? value.entries() : value));
  return JSON.parse(text);
}

function isContext(value: unknown): value is Context {
  return typeof value === 'object' && value !== null && 'forItem' in value && 'entries' in value;
}
