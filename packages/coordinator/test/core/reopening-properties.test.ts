import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEvent, encodeEvent } from '../../src/core/event-codec.ts';
import { replay } from '../../src/core/replay.ts';
import { decodeState, encodeState } from '../../src/core/state-codec.ts';
import type { RetrySelection } from '../../src/core/take-back.ts';
import { CoordinatorError } from '../../src/errors.ts';
import { canonicalState } from '../canonical-state.ts';
import type { CoreSimulation } from '../core-simulation.ts';
import { goOnAtRandom, runAtRandom, unreliable } from '../random-run.ts';
import { randomSteadyWorkflow } from '../random-workflow.ts';

const tape = fc.array(fc.nat({ max: 4096 }), { minLength: 20, maxLength: 100, size: 'max' });
const task = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const selection: fc.Arbitrary<RetrySelection> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ scope: 'failed' } as const) },
  { weight: 2, arbitrary: fc.record({ scope: fc.constantFrom('task', 'from'), task }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ scope: fc.constant('items'), task },
      items: fc.constantFrom(
        [[0, 0]] as const,
        [[1, 2]] as const,
        [
          [0, 0],
          [2, 2],
        ] as const,
      ),
    }),
  },
);
const retries = fc.array(fc.tuple(selection, tape), { minLength: 1, maxLength: 4 });
const runs = { numRuns: 150, endOnFailure: true };

/** Takes the retries that make sense, each up to an end; answers how many did. */
function retryAll(
  execution: CoreSimulation,
  draws: readonly (readonly [RetrySelection, readonly number[]])[],
  look: () => void = () => undefined,
): number {
  let taken = 0;
  for (const [chosen, each] of draws) {
    try {
      execution.retry(chosen);
    } catch (error) {
      if (error instanceof CoordinatorError && error.code.startsWith('RETRY_')) continue;
      throw error;
    }
    taken += 1;
    look();
    goOnAtRandom(execution, each);
    look();
  }
  return taken;
}

describe('any workflow, brought to an end and retried in any way,', { timeout: 120_000 }, () => {
  it('has the same state when its journal is replayed from bytes, or its snapshot is read', () => {
    let taken = 0;
    fc.assert(
      fc.property(randomSteadyWorkflow, tape, retries, (definition, draws, more) => {
        const execution = runAtRandom(definition, draws);
        taken += retryAll(execution, more, () => {
          const { core, journal, state } = execution;
          const events = journal.map((event) => decodeEvent(encodeEvent(event)));
          expect(canonicalState(replay(core, undefined, events))).toEqual(canonicalState(state));
          expect(canonicalState(decodeState(encodeState(state), core))).toEqual(canonicalState(state));
        });
        expect(execution.outcome.status).toMatch(/^(succeeded|failed|canceled)$/);
      }),
      runs,
    );
    expect(taken).toBeGreaterThan(runs.numRuns / 4);
  });

  it('never makes an attempt twice, whatever is retried', () => {
    fc.assert(
      fc.property(randomSteadyWorkflow, tape, retries, (definition, draws, more) => {
        const made = new Set<string>();
        const withoutCrashes = (each: readonly number[]): readonly number[] => each.filter((draw) => draw % 20 !== 0);
        const answer: typeof unreliable = (request) => {
          const name = `${request.idempotencyKey}#${request.attempt}`;
          expect(made).not.toContain(name);
          made.add(name);
          return unreliable(request);
        };
        const answers = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, answer]));
        const execution = runAtRandom(definition, withoutCrashes(draws), { answers });
        retryAll(
          execution,
          more.map(([chosen, each]) => [chosen, withoutCrashes(each)]),
        );
      }),
      runs,
    );
  });

  it.todo(
    'has no failure of an attempt left once everything that failed was retried and succeeded: one in hundreds has',
  );
});
