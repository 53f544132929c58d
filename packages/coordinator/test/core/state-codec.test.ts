import { itemContext, type ContextStrategy } from '@weftline/context';
import { deepCloneContext } from '@weftline/context/deep-clone-context';
import { sharedContext } from '@weftline/context/shared-context';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, type Core } from '../../src/core/advance.ts';
import type { Event } from '../../src/core/event.ts';
import { replay } from '../../src/core/replay.ts';
import { decodeState, encodeState } from '../../src/core/state-codec.ts';
import type { ExecutionState } from '../../src/core/state.ts';
import { canonical, canonicalState } from '../canonical-state.ts';
import { runAtRandom } from '../random-run.ts';
import { randomWorkflow } from '../random-workflow.ts';

const tape = fc.array(fc.nat({ max: 4096 }), { minLength: 20, maxLength: 100, size: 'max' });

const strategies: readonly ContextStrategy[] = [
  itemContext(),
  sharedContext(),
  deepCloneContext({ method: 'structured-clone' }),
  deepCloneContext({ method: 'json' }),
];

/** The state after each event from `from` on, and what was asked for by then. */
function continued(core: Core, state: ExecutionState, events: readonly Event[]): unknown {
  const steps: unknown[] = [];
  let now = state;
  for (const event of events) {
    const advanced = advance(core, now, [event], { observe: true });
    now = advanced.state;
    steps.push([canonicalState(now), canonical(advanced.commands), advanced.notices]);
  }
  return steps;
}

describe('any state of any workflow', { timeout: 60_000 }, () => {
  it.each(strategies.map((context) => [context.name, context] as const))(
    'goes on from its bytes as it would have gone on, under %s',
    (_name, context) => {
      fc.assert(
        fc.property(randomWorkflow, tape, fc.nat(), (definition, draws, cut) => {
          const { core, journal } = runAtRandom(definition, draws, { context });
          const at = 1 + (cut % journal.length);
          const state = replay(core, undefined, journal.slice(0, at));
          const restored = decodeState(encodeState(state), core);
          expect(canonicalState(restored)).toEqual(canonicalState(state));
          const recovered: Event = { type: 'execution-recovered', atMs: journal.at(-1)?.atMs ?? 0 };
          const rest = journal.slice(at);
          expect(continued(core, restored, rest)).toEqual(continued(core, state, rest));
          expect(continued(core, restored, [recovered])).toEqual(continued(core, state, [recovered]));
        }),
        { numRuns: 100 },
      );
    },
  );

  it('has the same bytes when it is encoded again', () => {
    fc.assert(
      fc.property(randomWorkflow, tape, fc.nat(), (definition, draws, cut) => {
        const { core, journal } = runAtRandom(definition, draws);
        const state = replay(core, undefined, journal.slice(0, 1 + (cut % journal.length)));
        const bytes = encodeState(state);
        expect(encodeState(decodeState(bytes, core))).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });
});
