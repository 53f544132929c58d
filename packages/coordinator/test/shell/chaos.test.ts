import { memoryStore } from '@weftline/persistence';
import { faultyStore, type Fault, type FaultyStore } from '@weftline/persistence/faulty-store';
import { groupCommit } from '@weftline/persistence/group-commit';
import type { WorkflowDefinition } from '@weftline/graph';
import { itemContext } from '@weftline/context';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coordinator } from '../../src/coordinator.ts';
import type { Event } from '../../src/core/event.ts';
import { compileWorkflow } from '../../src/core/program.ts';
import { replay } from '../../src/core/replay.ts';
import { chance } from '../../src/core/retry.ts';
import type { ExecutionOutcome } from '../../src/core/state.ts';
import type { ExecutionRunner } from '../../src/execution-runner.ts';
import { eventRecording } from '../../src/recording/event-recording.ts';
import type { RecordingStrategy } from '../../src/recording/recording.ts';
import { SimulatedClock } from '../../src/simulated-clock.ts';
import type { AttemptOutcome, TaskExecutor } from '../../src/task-executor.ts';
import { journalOf, owner } from '../coordinator-setup.ts';
import { failed, startAtMs } from '../core-simulation.ts';
import { unreliable } from '../random-run.ts';
import { randomWorkflow } from '../random-workflow.ts';

const faults: fc.Arbitrary<Fault> = fc.record(
  {
    method: fc.constantFrom('append', 'append', 'append', 'create', 'claim', 'read', 'readSnapshot', 'release'),
    call: fc.integer({ min: 1, max: 8 }),
    when: fc.constantFrom('before', 'after'),
    crash: fc.constant(true as const),
  },
  { noNullPrototype: true },
);

/** Answers as `unreliable` does, at once or some turns later. */
const executor: TaskExecutor = {
  knows: () => true,
  suggest: () => undefined,
  execute: (request) => {
    const outcome = unreliable(request);
    const answer: AttemptOutcome = typeof outcome === 'symbol' ? failed() : outcome;
    const turns = Math.floor(chance(request.idempotencyKey) * 4);
    return turns === 0 ? answer : someTurns(turns).then(() => answer);
  },
};

/** All of them keep every event as a record, so that the journal can be looked through at the end. */
const recordings = fc.constantFrom(
  eventRecording(),
  eventRecording({ snapshotBytesMin: 0 }),
  eventRecording({ snapshotBytesMin: 700 }),
);

async function someTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** One process: starts or recovers the execution and lives until its end, or until its store crashes. */
async function live(
  store: FaultyStore,
  world: { readonly clock: SimulatedClock; readonly recording: RecordingStrategy },
  definition: WorkflowDefinition,
): Promise<ExecutionOutcome | undefined> {
  const { clock, recording } = world;
  const coordinator = new Coordinator({
    ...{ store: groupCommit({ recordsMax: 5 })(store), owner: owner('one'), executor, context: itemContext(), clock },
    ...{ recording, attemptsMax: 3 },
  });
  try {
    const runner = await begin(coordinator, store, definition);
    if (runner === undefined) return undefined;
    let outcome: ExecutionOutcome | undefined;
    let over = false;
    runner
      .outcome()
      .then((told) => (outcome = told))
      .catch(() => undefined)
      .finally(() => (over = true));
    for (let turn = 0; !over; turn += 1) {
      if (turn > 5000)
        void runner
          .submit({ type: 'cancel-requested', atMs: clock.nowMs(), immediate: true, reason: undefined })
          .catch(() => undefined);
      await someTurns(3);
      clock.advanceBy(10_000);
    }
    return outcome;
  } finally {
    await coordinator.close();
  }
}

async function begin(
  coordinator: Coordinator,
  store: FaultyStore,
  definition: WorkflowDefinition,
): Promise<ExecutionRunner | undefined> {
  try {
    const exists = (await store.get('x')) !== undefined;
    return exists
      ? await coordinator.recover('x')
      : await coordinator.start({ id: 'x', definition, input: {}, env: {}, labels: {} });
  } catch (error) {
    if (store.hasCrashed) return undefined;
    throw error;
  }
}

function answersOf(journal: readonly Event[]): readonly string[] {
  return journal.flatMap((event) =>
    event.type === 'attempt-succeeded' ? [`${event.visit}/${event.index ?? ''}/${event.attempt}`] : [],
  );
}

describe('any workflow whose process crashes again and again', { timeout: 60_000 }, () => {
  it('reaches an end that stands, applies every success once, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(
        randomWorkflow,
        fc.array(faults, { maxLength: 6 }),
        recordings,
        async (definition, plan, recording) => {
          const clock = new SimulatedClock(startAtMs);
          const medium = memoryStore({ nowMs: () => clock.nowMs() });
          let outcome: ExecutionOutcome | undefined;
          for (let life = 0; (await medium.get('x'))?.finishedAtMs === undefined; life += 1) {
            outcome = await live(faultyStore(medium, plan.slice(life, life + 1)), { clock, recording }, definition);
          }
          const journal = await journalOf(medium);
          expect(new Set(answersOf(journal)).size).toBe(answersOf(journal).length);
          const end = journal.find(({ type }) => type === 'execution-finished');
          expect(end).toBeDefined();
          const core = { program: compileWorkflow(definition), context: itemContext() };
          const replayed = replay(core, undefined, journal).outcome;
          if (outcome !== undefined) expect(replayed).toEqual(JSON.parse(JSON.stringify(outcome)));
          expect(await medium.get('x')).toMatchObject({ status: replayed?.status, head: journal.length });
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
