import { itemContext } from '@weftline/context';
import type { TaskDefinition, WorkflowDefinition } from '@weftline/graph';
import { describe, expect, it } from 'vitest';
import { advance, type Core } from './advance.ts';
import type { Event, ExecutionStarted } from './event.ts';
import { compileWorkflow } from './program.ts';

function coreOf(...tasks: readonly TaskDefinition[]): Core & { readonly started: ExecutionStarted } {
  const definition: WorkflowDefinition = {
    ...{ format: 1, name: 'w', input: {}, vars: {} },
    tasks: Object.fromEntries(tasks.map((task) => [task.name, task])),
  };
  return {
    program: compileWorkflow(definition),
    context: itemContext(),
    started: { type: 'execution-started', atMs: 1, id: 'x', definition, input: {}, env: {}, labels: {} },
  };
}

const a: TaskDefinition = { name: 'a', action: 'work', input: {}, next: [{ publish: [], do: ['b'] }] };
const b: TaskDefinition = { name: 'b', input: {}, next: [] };
const done: Event = { type: 'attempt-succeeded', atMs: 2, visit: 1, index: undefined, attempt: 1, result: 7 };

describe('advance', () => {
  it('takes a batch of events to the next state and says what must be done', () => {
    const core = coreOf(a, b);
    const first = advance(core, undefined, [core.started]);
    expect(first.commands).toMatchObject([{ type: 'run-attempt', task: 'a', attempt: 1, afterDurable: true }]);
    expect(first.state).toMatchObject({ id: 'x', status: 'running', inFlight: 1, startedAtMs: 1, labels: {} });
    const second = advance(core, first.state, [done]);
    expect(second.commands).toMatchObject([{ type: 'run-attempt', task: 'b', ordinal: 1 }]);
    const third = advance(core, second.state, [{ ...done, atMs: 3, visit: 2, result: null }]);
    expect(third).toMatchObject({ commands: [], state: { status: 'succeeded', outcome: { finishedAtMs: 3 } } });
  });

  it('gives notices only to those who ask', () => {
    const core = coreOf(b);
    expect(advance(core, undefined, [core.started]).notices).toEqual([]);
    expect(advance(core, undefined, [core.started], { observe: true }).notices).toEqual([
      { type: 'execution-started', workflow: 'w', input: {} },
      { type: 'task-started', task: 'b', visit: 1 },
    ]);
  });

  it('changes nothing without events', () => {
    const core = coreOf(a, b);
    const { state } = advance(core, undefined, [core.started]);
    const same = advance(core, state, []);
    expect(same).toMatchObject({ commands: [], notices: [] });
    expect(same.state.visits.equals(state.visits)).toBe(true);
  });

  it('ends an execution without tasks with its start', () => {
    const core = coreOf();
    expect(advance(core, undefined, [core.started]).state.outcome).toMatchObject({ status: 'succeeded', output: null });
  });

  it.each([
    ['nothing', []],
    ['something else', [done]],
  ])('refuses to begin with %s', (_what, events) => {
    expect(() => advance(coreOf(b), undefined, events)).toThrow(expect.objectContaining({ code: 'INVARIANT_BROKEN' }));
  });

  it('lets the end that was told stand, whatever this release would make of the events before it', () => {
    const core = coreOf(a, b);
    const errors = [{ code: 'FAIL_COMMAND', message: 'as it was told' }];
    const end: Event = { type: 'execution-finished', atMs: 9, status: 'failed', output: { n: 1 }, errors };
    const { state, commands } = advance(core, undefined, [core.started, end, done]);
    expect(state).toMatchObject({ status: 'failed', outcome: { output: { n: 1 }, errors, finishedAtMs: 9 } });
    expect(commands.filter(({ type }) => type === 'run-attempt')).toHaveLength(1);
  });
});
