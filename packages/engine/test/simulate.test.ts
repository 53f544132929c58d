import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../src/errors.ts';
import { simulate } from '../src/simulate/simulate.ts';
import type { SimulationCase } from '../src/simulate/simulation-case.ts';
import type { SimulationResult } from '../src/simulate/simulation-result.ts';

function workflow(text: string): WorkflowDefinition {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const indent = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  const body = lines.map((line) => line.slice(indent)).join('\n');
  return parseWorkflow(`weftline: 1\nname: simulated\n${body}\n`, { file: 'simulated.yaml' });
}

function run(text: string, given: SimulationCase = {}): SimulationResult {
  return simulate(workflow(text), given);
}

const chain = `
  input: { n: { type: integer, required: true } }
  vars: { a: 1, b: "{{ a + 1 }}" }
  tasks:
    first:
      action: some.action
      input: { n: "{{ input.n }}", b: "{{ b }}" }
      next: { when: "{{ succeeded() }}", publish: { got: "{{ result() }}", twice: "{{ got }}" }, do: second }
    second: { action: other.action, input: { got: "{{ got }}" } }
  output: { got: "{{ got }}", a: "{{ a }}", b: "{{ b }}" }
`;

describe('a case', () => {
  it('without mocks lets every action succeed with null', () => {
    expect(run(chain, { inputs: { n: 3 } })).toEqual({
      status: 'succeeded',
      output: { got: null, a: 1, b: 2 },
      errors: [],
      executed: ['first', 'second'],
      actions: [
        { task: 'first', action: 'some.action', input: { n: 3, b: 2 }, attempt: 1 },
        { task: 'second', action: 'other.action', input: { got: null }, attempt: 1 },
      ],
      publishes: [{ task: 'first', vars: { got: null, twice: null } }],
      tasks: [
        { task: 'first', status: 'succeeded', prev: [] },
        { task: 'second', status: 'succeeded', prev: [0] },
      ],
    });
  });

  it('lays its context over the vars, which see it, and takes it as data', () => {
    const { output, actions } = run(chain, { inputs: { n: 3 }, context: { a: 5, got: '{{ a }}' } });
    expect(output).toEqual({ got: null, a: 5, b: 6 });
    expect(actions[0]?.input).toEqual({ n: 3, b: 6 });
    const text = 'tasks: { t: { action: x, input: { v: "{{ v }}" } } }\nvars: { v: 1 }';
    expect(run(text, { context: { v: '{{ 1 / 0 }}' } }).actions[0]?.input).toEqual({ v: '{{ 1 / 0 }}' });
  });

  it('answers with results, and with the fields of rendered inputs', () => {
    const { output, actions } = run(chain, {
      inputs: { n: 3 },
      mocks: [
        { task: 'first', echo: 'n' },
        { task: 'first', result: 'never' },
      ],
    });
    expect(output).toMatchObject({ got: 3 });
    expect(actions[1]?.input).toEqual({ got: 3 });
  });

  it('fails an attempt whose input has nothing to echo', () => {
    const { status, errors } = run(chain, { inputs: { n: 3 }, mocks: [{ task: 'first', echo: 'm' }] });
    expect(status).toBe('failed');
    expect(errors).toMatchObject([{ task: 'first', code: 'MOCK_ECHO_MISSING' }]);
  });

  it('tells why actions fail', () => {
    const failing = `
      tasks:
        t:
          action: x
          next: { when: "{{ failed() }}", publish: { e: "{{ error() }}" }, do: noop }
      output: "{{ e }}"
    `;
    const given = (mock: object): unknown => run(failing, { mocks: [{ task: 't', ...mock }] }).output;
    expect(given({ status: 'failed' })).toMatchObject({ code: 'ACTION_FAILED', kind: 'application', details: null });
    expect(given({ error: 'no' })).toMatchObject({ code: 'ACTION_FAILED', message: 'no' });
    expect(given({ status: 'failed', result: { a: 1 } })).toMatchObject({ details: { a: 1 } });
    expect(given({ error: { code: 'X', message: 'y', details: 3, retryable: false } })).toEqual({
      ...{ kind: 'application', code: 'X', message: 'y', details: 3, retryable: false },
    });
    expect(given({ status: 'timed-out' })).toMatchObject({ code: 'ATTEMPT_TIMED_OUT', kind: 'timeout' });
  });

  it('answers tasks without an action too', () => {
    const { status, executed, actions } = run('tasks: { a: { next: { do: b } }, b: {} }', {
      mocks: [{ task: 'a', status: 'failed' }],
    });
    expect([status, executed, actions]).toEqual(['succeeded', ['a', 'b'], []]);
  });

  it('gives env as it says, and secrets as masks', () => {
    const text = 'tasks: { t: { action: x, input: { e: "{{ env.E }}", s: "{{ secret.S }}" } } }';
    expect(run(text, { env: { E: 'e' } }).actions[0]?.input).toEqual({ e: 'e', s: '***' });
    expect(run(text).errors).toMatchObject([{ task: 't', code: 'EXPRESSION_UNDEFINED' }]);
  });

  it.each<[object, string]>([
    [{ mocks: [{ task: 'none' }] }, 'mocks[0].task'],
    [{ mocks: [{}] }, 'mocks[0]'],
    [{ mocks: [{ task: 'first', item: 0 }] }, 'mocks[0].item'],
    [{ mocks: [{ task: 'first', source: true }] }, 'mocks[0].source'],
    [{ mocks: [{ task: 'first', occurrence: 0 }] }, 'mocks[0].occurrence'],
    [{ mocks: [{ task: 'first', status: 'timed_out' }] }, 'mocks[0].status'],
    [{ mocks: [{ task: 'first', echo: 'a', result: 1 }] }, 'mocks[0].echo'],
    [{ mocks: [{ task: 'first', echo: 'a', status: 'failed' }] }, 'mocks[0].echo'],
    [{ mocks: [{ task: 'first', status: 'succeeded', error: 'x' }] }, 'mocks[0].error'],
    [{ mocks: [{ task: 'first', error: { text: 'x' } }] }, 'mocks[0].error.text'],
    [{ mocks: [{ task: 'first', resutl: 1 }] }, 'mocks[0].resutl'],
    [{ mocks: {} }, 'mocks'],
    [{ order: 'waves' }, 'order'],
    [{ context: { 'a b': 1 } }, 'context["a b"]'],
    [{ context: { vars: 1 } }, 'context.vars'],
    [{ env: { A: 1 } }, 'env.A'],
    [{ inputs: [] }, 'inputs'],
    [{ input: {} }, 'input'],
  ])('%j is refused at %s', (given, path) => {
    expect(refusal({ inputs: { n: 1 }, ...given })).toMatchObject({ code: 'CASE_INVALID', issues: [{ path }] });
  });

  it('is refused where its inputs do not fit', () => {
    expect(refusal({})).toMatchObject({ code: 'INPUT_INVALID', issues: [{ path: 'inputs.n' }] });
    expect(refusal({ inputs: { n: 'x' } })).toMatchObject({ code: 'INPUT_INVALID', issues: [{ path: 'inputs.n' }] });
  });
});

function refusal(given: object): unknown {
  try {
    return run(chain, given);
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    return error;
  }
}

describe('retries', () => {
  const retried = `
    tasks:
      t:
        action: x
        input: { attempt: "{{ attempt }}" }
        retry: { count: 2, delay: 1h }
        next: { when: "{{ succeeded() and n < 1 }}", publish: { n: "{{ n + 1 }}" }, do: [t2] }
      t2: { next: { do: u } }
      u: {}
    vars: { n: 0 }
    output: "{{ task.t.attempts }}"
  `;

  it('cost nothing, and are starts of their own', () => {
    const { status, output, executed, actions, tasks } = run(retried, {
      mocks: [
        { task: 't', occurrence: 1, status: 'failed' },
        { task: 't', occurrence: 2, status: 'timed-out' },
      ],
    });
    expect([status, output]).toEqual(['succeeded', 3]);
    expect(executed).toEqual(['t', 't2', 'u']);
    expect(actions.map(({ attempt, input }) => [attempt, input])).toEqual(
      [1, 2, 3].map((attempt) => [attempt, { attempt }]),
    );
    expect(tasks[0]).toEqual({ task: 't', status: 'succeeded', prev: [] });
  });

  it('are over after their number', () => {
    const { status, errors, tasks } = run(retried, { mocks: [{ task: 't', status: 'timed-out' }] });
    expect(status).toBe('failed');
    expect(errors).toMatchObject([{ task: 't', code: 'ATTEMPT_TIMED_OUT' }]);
    expect(tasks).toEqual([{ task: 't', status: 'timed-out', prev: [] }]);
  });

  it('count over visits', () => {
    const loop = `
      tasks:
        a: { next: { do: t } }
        t: { action: x, next: { when: "{{ n < 2 }}", publish: { n: "{{ n + 1 }}", got: "{{ got + [result()] }}" }, do: t } }
      vars: { n: 0, got: [] }
      output: "{{ got }}"
    `;
    const { output, tasks } = run(loop, {
      mocks: [
        { task: 't', occurrence: 2, result: 'second' },
        { task: 't', result: 'other' },
      ],
    });
    expect(output).toEqual(['other', 'second']);
    expect(tasks.map(({ task, prev }) => [task, prev])).toEqual([
      ['a', []],
      ['t', [0]],
      ['t', [1]],
      ['t', [2]],
    ]);
  });

  it('by the engine command are visits of their own', () => {
    const text = 'tasks: { t: { action: x, next: { when: "{{ failed() }}", do: retry } } }';
    const { status, executed, tasks } = run(text, { mocks: [{ task: 't', occurrence: 1, status: 'failed' }] });
    expect([status, executed]).toEqual(['succeeded', ['t', 't']]);
    expect(tasks.map(({ prev }) => prev)).toEqual([[], [0]]);
  });
});

describe('delays', () => {
  it('cost nothing', () => {
    const text = 'tasks: { a: { delay: 3d, next: { do: b } }, b: { delay: "{{ 5 }}" } }\noutput: "{{ now() }}"';
    expect(run(text)).toMatchObject({ executed: ['a', 'b'], output: '1970-01-04T00:00:05.000Z' });
  });

  it('that cannot be made out fail the task', () => {
    const { executed, tasks } = run('tasks: { a: { delay: "{{ [] }}" } }');
    expect([executed, tasks]).toEqual([['a'], [{ task: 'a', status: 'failed', prev: [] }]]);
  });
});

describe('joins', () => {
  const diamond = `
    tasks:
      a: { next: { do: [b, c] } }
      b: { next: { publish: { x: b }, do: d } }
      c: { next: { when: "{{ succeeded() }}", publish: { y: c }, do: d } }
      d: { join: all }
    output: "{{ [x, y] }}"
  `;

  it('are led to by every branch', () => {
    const { output, tasks, publishes } = run(diamond);
    expect(output).toEqual(['b', 'c']);
    expect(tasks.at(-1)).toEqual({ task: 'd', status: 'succeeded', prev: [1, 2] });
    expect(publishes).toEqual([
      { task: 'b', vars: { x: 'b' } },
      { task: 'c', vars: { y: 'c' } },
    ]);
  });

  it('that are not met fail', () => {
    const { status, errors, executed } = run(diamond, { mocks: [{ task: 'c', status: 'failed' }] });
    expect([status, executed]).toEqual(['failed', ['a', 'b', 'c']]);
    expect(errors).toMatchObject([{ task: 'c', code: 'ACTION_FAILED' }]);
    const pass = diamond.replace('when: "{{ succeeded() }}"', 'when: "{{ false }}"');
    expect(run(pass).errors).toMatchObject([{ task: 'd', code: 'JOIN_UNMET' }]);
  });
});

describe('the order', () => {
  const forked = `
    tasks:
      a: { action: x, next: { do: c } }
      b: { action: x, next: { when: "{{ succeeded() }}", do: d } }
      c: { action: x }
      d: { action: x }
  `;
  const mocks = [{ task: 'b', status: 'failed' }] as const;

  it('of waves completes what was started before it starts what is ready then', () => {
    expect(run(forked).executed).toEqual(['a', 'b', 'c', 'd']);
    expect(run(forked, { mocks }).executed).toEqual(['a', 'b']);
  });

  it('of eager runs starts what is ready after each completion', () => {
    expect(run(forked, { order: 'eager' }).executed).toEqual(['a', 'b', 'c', 'd']);
    expect(run(forked, { order: 'eager', mocks })).toMatchObject({ status: 'failed', executed: ['a', 'b', 'c'] });
  });

  it('holds for the window of a list', () => {
    const list = `
      tasks:
        l:
          with: { items: [1, 2, 3, 4, 5], concurrency: 2, on_failure: stop }
          action: x
    `;
    const items = (order: 'wave' | 'eager'): unknown =>
      run(list, { order, mocks: [{ task: 'l', item: 1, status: 'failed' }] }).actions.map(({ item }) => item);
    expect(items('wave')).toEqual([0, 1]);
    expect(items('eager')).toEqual([0, 1, 2]);
  });
});

describe('items', () => {
  const list = `
    input: { rows: [a, b, c] }
    tasks:
      l:
        with: { items: "{{ input.rows }}", concurrency: 2, tolerate: 1 }
        action: x
        input: { row: "{{ item }}", at: "{{ index }}" }
        retry: { count: 1 }
    output: "{{ task.l.result }}"
  `;

  it('are answered one by one, in their order', () => {
    const { output, executed, actions } = run(list, {
      mocks: [
        { task: 'l', item: 1, result: 'own' },
        { task: 'l', echo: 'row' },
      ],
    });
    expect(output).toEqual(['a', 'own', 'c']);
    expect(executed).toEqual(['l']);
    expect(actions).toEqual(
      ['a', 'b', 'c'].map((row, item) => ({ task: 'l', action: 'x', input: { row, at: item }, item, attempt: 1 })),
    );
  });

  it('have occurrences of their own', () => {
    const { status, actions } = run(list, { mocks: [{ task: 'l', occurrence: 1, status: 'failed' }] });
    expect(status).toBe('succeeded');
    expect(actions.map(({ item, attempt }) => `${item}#${attempt}`)).toEqual([
      '0#1',
      '1#1',
      '0#2',
      '1#2',
      '2#1',
      '2#2',
    ]);
  });

  it('fail the list as its policy says', () => {
    expect(run(list, { mocks: [{ task: 'l', item: 2, status: 'failed' }] }).status).toBe('succeeded');
    const { status, errors, tasks } = run(list, {
      mocks: [1, 2].map((item) => ({ task: 'l', item, status: 'failed' as const })),
    });
    expect(status).toBe('failed');
    expect(errors).toEqual([{ task: 'l', item: 1, code: 'ITEMS_FAILED', message: expect.any(String) as string }]);
    expect(tasks).toEqual([{ task: 'l', status: 'failed', prev: [] }]);
  });

  it('in flight are canceled with a list that says so', () => {
    const canceling = `
      tasks:
        l:
          with: { items: [1, 2, 3], concurrency: 2, on_failure: cancel }
          action: x
          next: { do: noop }
      output: "{{ task.l.counts }}"
    `;
    const { output } = run(canceling, { mocks: [{ task: 'l', item: 0, status: 'failed' }] });
    expect(output).toMatchObject({ failed: 1, canceled: 2, succeeded: 0 });
  });

  it('of a batch are answered and told one by one', () => {
    const batched = list
      .replace('concurrency: 2', 'concurrency: 1, batch: { size: 2 }')
      .replace('retry: { count: 1 }', '');
    const { output, actions } = run(batched, {
      mocks: [
        { task: 'l', item: 1, error: 'no' },
        { task: 'l', echo: 'row' },
      ],
    });
    expect(output).toEqual(['a', null, 'c']);
    expect(actions.map(({ item, input }) => [item, input])).toEqual([
      [0, { row: 'a', at: 0 }],
      [1, { row: 'b', at: 1 }],
      [2, { row: 'c', at: 2 }],
    ]);
  });

  it.each(['wave', 'eager'] as const)('wait for no rate in %s order', (order) => {
    const rated = list.replace('concurrency: 2', 'concurrency: 2, rate: { limit: 1, per: 1h }');
    expect(run(rated, { order, mocks: [{ task: 'l', echo: 'row' }] }).output).toEqual(['a', 'b', 'c']);
  });

  it('may be none, or no list at all', () => {
    expect(run(list, { inputs: { rows: [] } })).toMatchObject({ output: [], executed: ['l'], actions: [] });
    expect(run(list, { inputs: { rows: 'x' } }).errors).toMatchObject([{ task: 'l', code: 'ITEMS_NOT_A_LIST' }]);
  });
});

describe('a source of items', () => {
  const sourced = `
    tasks:
      l:
        with: { from: { action: lines, input: { path: "a.txt" } }, concurrency: 1 }
        action: x
        input: { line: "{{ item }}" }
        retry: { count: 1 }
    output: "{{ task.l.result }}"
  `;

  it('is a mock of its own, and an action', () => {
    const { output, actions } = run(sourced, {
      mocks: [
        { task: 'l', source: true, occurrence: 1, status: 'failed' },
        { task: 'l', source: true, result: ['a', 'b'] },
        { task: 'l', echo: 'line' },
      ],
    });
    expect(output).toEqual(['a', 'b']);
    expect(actions).toMatchObject([
      { task: 'l', action: 'lines', input: { path: 'a.txt' }, source: true, attempt: 1 },
      { task: 'l', action: 'lines', source: true, attempt: 2 },
      { task: 'l', action: 'x', input: { line: 'a' }, item: 0, attempt: 1 },
      { task: 'l', action: 'x', input: { line: 'b' }, item: 1, attempt: 1 },
    ]);
  });

  it('has to give a list', () => {
    expect(run(sourced)).toMatchObject({ status: 'failed', errors: [{ task: 'l', code: 'SOURCE_NOT_ITERABLE' }] });
  });
});

describe('a workflow that goes on for ever', () => {
  const loop = `
    tasks:
      a: { next: { do: b } }
      b: { action: x, next: { when: "{{ n >= 0 }}", do: b } }
    vars: { n: 0 }
  `;

  it('ends with an error after a number of steps', () => {
    const { status, output, errors, executed, tasks } = simulate(workflow(loop), {}, { stepsMax: 5 });
    expect([status, output]).toEqual(['failed', null]);
    expect(errors).toEqual([
      { task: 'b', code: 'STEPS_EXCEEDED', message: 'the execution has not ended after 5 steps' },
    ]);
    expect(executed).toEqual(['a', 'b', 'b', 'b', 'b']);
    expect(tasks.at(-1)).toMatchObject({ task: 'b', status: 'succeeded' });
  });

  it('takes 100,000 of them unless something else is said', () => {
    const { errors, executed } = run(loop);
    expect(errors).toMatchObject([{ code: 'STEPS_EXCEEDED' }]);
    expect(executed).toHaveLength(100_000);
  });
});
