import { deepCloneContext } from '@weftline/context/deep-clone-context';
import { sharedContext } from '@weftline/context/shared-context';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, type Core } from '../../src/core/advance.ts';
import type { Command } from '../../src/core/command.ts';
import { decodeEvent, encodeEvent } from '../../src/core/event-codec.ts';
import type { Event } from '../../src/core/event.ts';
import type { Notice } from '../../src/core/notice.ts';
import { replay } from '../../src/core/replay.ts';
import type { ExecutionState, ExecutionStatus } from '../../src/core/state.ts';
import { canonical, canonicalState } from '../canonical-state.ts';
import { simulate, type CoreSimulation } from '../core-simulation.ts';
import { runAtRandom } from '../random-run.ts';
import { randomWorkflow } from '../random-workflow.ts';

const tape = fc.array(fc.nat({ max: 4096 }), { minLength: 20, maxLength: 100, size: 'max' });
const runs = { numRuns: 150 };

/** Any workflow, brought to its end in any way; `check` looks at what came of it. */
function forAnyRun(check: (execution: CoreSimulation) => void): void {
  fc.assert(
    fc.property(randomWorkflow, tape, (definition, draws) => check(runAtRandom(definition, draws))),
    runs,
  );
}

interface Applied {
  readonly state: ExecutionState;
  readonly commands: readonly Command[];
  readonly notices: readonly Notice[];
}

/** Applies a journal in batches of these sizes, over and over. */
function applyInBatches(core: Core, journal: readonly Event[], sizes: readonly number[]): Applied {
  let state: ExecutionState | undefined;
  const commands: Command[] = [];
  const notices: Notice[] = [];
  for (let from = 0, batch = 0; from < journal.length; batch += 1) {
    const size = sizes[batch % sizes.length] ?? 1;
    const advanced = advance(core, state, journal.slice(from, from + size), { observe: true });
    state = advanced.state;
    commands.push(...advanced.commands);
    notices.push(...advanced.notices);
    from += size;
  }
  if (state === undefined) throw new Error('the journal is empty');
  return { state, commands, notices };
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  if (Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype) Object.freeze(value);
  else return;
  for (const member of Object.values(value)) deepFreeze(member);
}

const mayFollow: Readonly<Record<ExecutionStatus, readonly ExecutionStatus[]>> = {
  running: ['running', 'pausing', 'paused', 'canceling', 'succeeded', 'failed', 'canceled'],
  pausing: ['running', 'pausing', 'paused', 'canceling', 'succeeded', 'failed', 'canceled'],
  paused: ['running', 'paused', 'canceling', 'canceled'],
  canceling: ['canceling', 'canceled'],
  succeeded: ['succeeded'],
  failed: ['failed'],
  canceled: ['canceled'],
};

describe(
  'any workflow, run in any order, with pauses, cancellations, crashes and repeated answers,',
  { timeout: 60_000 },
  () => {
    it('reaches an end', () => {
      forAnyRun((execution) => {
        expect(execution.outcome.status).toMatch(/^(succeeded|failed|canceled)$/);
        expect(execution.state).toMatchObject({ inFlight: 0, status: execution.outcome.status });
      });
    });

    it('has the same state when its journal is replayed from bytes', () => {
      forAnyRun(({ core, journal, state }) => {
        const events = journal.map((event) => decodeEvent(encodeEvent(event)));
        expect(canonicalState(replay(core, undefined, events))).toEqual(canonicalState(state));
      });
    });

    it('has the same state, commands and notices whatever the size of batches', () => {
      fc.assert(
        fc.property(
          randomWorkflow,
          tape,
          fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
          (definition, draws, sizes) => {
            const { core, journal } = runAtRandom(definition, draws);
            const oneByOne = applyInBatches(core, journal, [1]);
            for (const batches of [sizes, [journal.length]]) {
              const applied = applyInBatches(core, journal, batches);
              expect(canonicalState(applied.state)).toEqual(canonicalState(oneByOne.state));
              expect(canonical(applied.commands)).toEqual(canonical(oneByOne.commands));
              expect(applied.notices).toEqual(oneByOne.notices);
            }
          },
        ),
        runs,
      );
    });

    it('never has a state changed that was handed out', () => {
      fc.assert(
        fc.property(randomWorkflow, tape, fc.integer({ min: 1, max: 5 }), (definition, draws, size) => {
          const { core, journal } = runAtRandom(definition, draws);
          let state: ExecutionState | undefined;
          for (let from = 0; from < journal.length; from += size) {
            const batch = journal.slice(from, from + size);
            deepFreeze(batch);
            const before = state === undefined ? undefined : canonicalState(state);
            const next: ExecutionState = advance(core, state, batch, { observe: true }).state;
            if (state !== undefined) expect(canonicalState(state)).toEqual(before);
            deepFreeze(next);
            state = next;
          }
        }),
        { numRuns: 60 },
      );
    });

    it('goes from status to status only as it may, and never takes back a failure, an error or an end', () => {
      forAnyRun(({ core, journal }) => {
        let state: ExecutionState | undefined;
        for (const event of journal) {
          const next: ExecutionState = advance(core, state, [event]).state;
          if (state !== undefined) {
            expect(mayFollow[state.status]).toContain(next.status);
            if (state.failing) expect(next.failing).toBe(true);
            expect(next.errors.slice(0, state.errors.length)).toEqual(state.errors);
            expect(next.version).toBeGreaterThanOrEqual(state.version);
            expect(next.nextVisit).toBeGreaterThanOrEqual(state.nextVisit);
            if (state.outcome !== undefined) expect(next.outcome).toEqual(state.outcome);
          }
          state = next;
        }
      });
    });

    it('hands out every attempt once between two crashes, and none after a cancellation', () => {
      forAnyRun(({ core, journal }) => {
        let handedOut = new Set<string>();
        let state: ExecutionState | undefined;
        for (const event of journal) {
          if (event.type === 'execution-recovered') handedOut = new Set();
          const advanced = advance(core, state, [event]);
          for (const command of advanced.commands) {
            if (command.type !== 'run-attempt') continue;
            expect(state?.status).not.toBe('canceling');
            const name = `${command.visit}/${command.index ?? ''}/${command.attempt}`;
            expect(handedOut).not.toContain(name);
            handedOut.add(name);
          }
          state = advanced.state;
        }
      });
    });

    it('comes to the same under every context strategy', () => {
      const strategies = [
        sharedContext(),
        deepCloneContext({ method: 'structured-clone' }),
        deepCloneContext({ method: 'json' }),
      ];
      fc.assert(
        fc.property(randomWorkflow, tape, fc.constantFrom(...strategies), (definition, draws, context) => {
          const usual = runAtRandom(definition, draws);
          const other = runAtRandom(definition, draws, { context });
          expect(other.started).toEqual(usual.started);
          expect(other.outcome).toEqual(usual.outcome);
          expect(canonicalState(other.state)).toEqual(canonicalState(usual.state));
        }),
        runs,
      );
    });
  },
);

describe('tasks that publish different names', () => {
  it('may finish in any order with one result', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const text = `
      tasks:
        start: { action: work, next: { do: [${names.join(', ')}] } }
        ${names.map((name) => `${name}: { action: echo, input: { of: ${name} }, next: { publish: { ${name}: "{{ result().of }}" }, do: j } }`).join('\n        ')}
        j: { action: echo, join: all, input: "{{ vars }}" }
      output: { j: "{{ task.j.result }}", vars: "{{ vars }}", status: "{{ task.c.status }}" }
    `;
    const expected = simulate(text).run().output;
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: 5 }), (order) => {
        const execution = simulate(text);
        execution.answer('start', { ok: true, result: 1 });
        for (const name of order) execution.answer(name, { ok: true, result: { of: name } });
        expect(execution.run().output).toEqual(expected);
      }),
    );
  });
});
