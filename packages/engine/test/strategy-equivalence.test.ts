import { defineSource, itemPage } from '@weftline/actions';
import { itemContext, type ContextStrategy } from '@weftline/context';
import { deepCloneContext } from '@weftline/context/deep-clone-context';
import { sharedContext } from '@weftline/context/shared-context';
import { eventDriven, eventRecording, mailbox } from '@weftline/coordinator';
import { lockPerCompletion } from '@weftline/coordinator/lock-per-completion';
import { lockPerTask } from '@weftline/coordinator/lock-per-task';
import { polling } from '@weftline/coordinator/polling';
import { wholeStateRecording } from '@weftline/coordinator/whole-state-recording';
import { parseWorkflow } from '@weftline/graph';
import { memoryStore } from '@weftline/persistence';
import { faultyStore } from '@weftline/persistence/faulty-store';
import { groupCommit } from '@weftline/persistence/group-commit';
import { writeBehind } from '@weftline/persistence/write-behind';
import { writeThrough } from '@weftline/persistence/write-through';
import { describe, expect, it } from 'vitest';
import { createEngine, type EngineOptions } from '../src/index.ts';

/** Every strategy of each kind, the default first. */
const axes = {
  context: [itemContext(), sharedContext(), deepCloneContext(), deepCloneContext({ method: 'json' })],
  stateAccess: [mailbox(), lockPerCompletion(), lockPerTask()],
  wake: [eventDriven(), polling({ intervalMs: 1 })],
  writePolicy: [groupCommit(), writeThrough(), writeBehind({ delayMs: 1 })],
  recording: [eventRecording(), wholeStateRecording(), eventRecording({ snapshotBytesMin: 100 })],
} as const;

type Combination = Required<Pick<EngineOptions, keyof typeof axes>>;

const combinations: readonly Combination[] = axes.context.flatMap((context: ContextStrategy) =>
  axes.stateAccess.flatMap((stateAccess) =>
    axes.wake.flatMap((wake) =>
      axes.writePolicy.flatMap((writePolicy) =>
        axes.recording.map((recording) => ({ context, stateAccess, wake, writePolicy, recording })),
      ),
    ),
  ),
);

const definition = parseWorkflow(
  `
weftline: 1
name: everything
input: { rows: { type: array, required: true } }
vars: { round: 0, seen: [] }
tasks:
  begin: { action: test.answer, input: { value: "{{ input.rows | length }}" }, next: { publish: { count: "{{ result() }}" }, do: [left, right, nothing, fold] } }
  nothing: { with: [], action: test.answer, next: { do: join } }
  left:
    with: { items: "{{ input.rows }}", as: row, concurrency: 7 }
    action: test.fails_on_multiples_of_ten
    input: { value: "{{ row }}" }
    retry: { count: 1 }
    next:
      - { when: "{{ failed() }}", publish: { failed: "{{ task.left.failed_items | length }}" }, do: join }
      - { when: "{{ succeeded() }}", do: join }
  fold:
    with:
      from: { action: test.rows, input: { value: "{{ input.rows }}" } }
      as: row
      concurrency: 4
      tolerate: 20%
      on_failure: cancel
      reduce: { initial: [], value: "{{ acc + [result] }}" }
    action: test.fails_on_multiples_of_ten
    input: { value: "{{ row }}" }
    retry: { count: 1 }
    next: { publish: { folded: "{{ result() }}" }, do: join }
  right: { action: test.answer, input: { value: "{{ count + 1 }}" }, next: { publish: { right: "{{ result() }}" }, do: join } }
  join: { join: all, action: test.answer, input: { value: "{{ [count, failed, right, folded] }}" }, next: { do: loop } }
  loop:
    action: test.answer
    input: { value: "{{ round }}" }
    next:
      - { when: "{{ round < 3 }}", publish: { round: "{{ round + 1 }}", seen: "{{ seen + [round] }}" }, do: loop }
      - { when: "{{ round >= 3 }}", publish: { last: "{{ result() }}" } }
output: { left: "{{ task.left.result }}", counts: "{{ task.left.counts }}", join: "{{ task.join.result }}", seen: "{{ seen }}", last: "{{ last }}", right: "{{ right }}" }
`,
  { file: 'everything.yaml' },
);

const actions = {
  'test.answer': ({ value }: { readonly value?: unknown }) => value ?? null,
  'test.rows': defineSource<{ readonly value: readonly unknown[] }>(async function* ({ value }, { cursor = 0 }) {
    for (let at = cursor as number; at < value.length; at += 5) {
      await Promise.resolve();
      yield itemPage(value.slice(at, at + 5), at + 5);
    }
  }),
  'test.fails_on_multiples_of_ten': async (
    { value }: { readonly value: number },
    { attempt }: { readonly attempt: number },
  ) => {
    await Promise.resolve();
    // Multiples of ten fail for good, those of seven once.
    if (value % 10 === 0 || (value % 7 === 0 && attempt === 1)) throw new Error(`not ${value}`);
    return value * 2;
  },
};

const input = { rows: Array.from({ length: 30 }, (_, row) => row) };

async function outcomeWith(options: EngineOptions): Promise<unknown> {
  const engine = createEngine({ ...options, actions });
  try {
    return await engine.start(definition, { input, id: 'x' }).outcome();
  } finally {
    await engine.close();
  }
}

describe('every combination of strategies', () => {
  it(`gives one outcome, all ${combinations.length} of them`, async () => {
    const expected = await outcomeWith({});
    expect(expected).toMatchObject({ status: 'succeeded', output: { seen: [1, 2, 3], last: 3, right: 31 } });
    for (const combination of combinations) expect(await outcomeWith(combination)).toEqual(expected);
  });

  it('gives the same outcome when its process dies half way and another one, with other strategies, goes on', async () => {
    const expected = await outcomeWith({});
    for (const [place, combination] of combinations.entries()) {
      let nowMs = 1_700_000_000_000;
      const store = faultyStore(memoryStore({ nowMs: () => nowMs }), [
        { method: 'append', call: 2 + (place % 5), when: 'after', crash: true },
      ]);
      const first = createEngine({ ...combination, store, actions });
      await first
        .start(definition, { input, id: 'x' })
        .outcome()
        .catch(() => undefined);
      const medium = store.restart();
      // The lease of the dead runs out.
      nowMs += 3_600_000;
      const other = combinations[(place * 7 + 1) % combinations.length];
      const second = createEngine({ ...other, store: medium, actions });
      try {
        const [execution] = await second.recover();
        const outcome = execution === undefined ? (await second.inspect('x')).outcome : await execution.outcome();
        expect(outcome).toEqual(expected);
      } finally {
        await second.close();
      }
    }
  });
});
