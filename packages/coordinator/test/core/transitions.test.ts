import { describe, expect, it } from 'vitest';
import { failed, ok, simulate } from '../core-simulation.ts';

describe('transitions', () => {
  it('are all taken that hold, in the order written', () => {
    const execution = simulate(
      `
      tasks:
        a:
          action: echo
          next:
            - { when: "{{ result() > 1 }}", do: c }
            - { when: "{{ result() > 10 }}", do: never }
            - { do: [d, b] }
            - { when: "{{ succeeded() }}", do: e }
        b: { action: echo }
        c: { action: echo }
        d: { action: echo }
        e: { action: echo }
        never: { action: echo }
      `,
      { answers: { a: () => ok(2) } },
    ).run();
    expect(execution.started).toEqual(['a', 'c', 'd', 'b', 'e']);
  });

  it.each([
    ['succeeded()', ok(1), true],
    ['failed()', ok(1), false],
    ['completed()', ok(1), true],
    ['timed_out()', ok(1), false],
    ['canceled()', ok(1), false],
    ['succeeded()', failed(), false],
    ['failed()', failed(), true],
    ['completed()', failed(), true],
    ['timed_out()', failed(), false],
    ['failed()', failed('late', { kind: 'timeout' }), true],
    ['timed_out()', failed('late', { kind: 'timeout' }), true],
    ['canceled()', failed('stopped', { kind: 'canceled' }), true],
    ['failed()', failed('stopped', { kind: 'canceled' }), false],
  ] as const)('answer %s after %j with %s', (call, outcome, expected) => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: [{ publish: { held: "{{ ${call} }}" }, do: noop }] }
      output: "{{ held }}"
      `,
      { answers: { a: () => outcome } },
    ).run();
    expect(execution.outcome).toMatchObject({ status: 'succeeded', output: expected });
  });

  it('without a condition are taken on failure too, and take it up', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { do: b } }
        b: { action: echo, input: { error: "{{ task.a.error.message }}", status: "{{ task.a.status }}" } }
      output: "{{ task.b.result }}"
      `,
      { answers: { a: () => failed('no luck') } },
    ).run();
    expect(execution.outcome).toMatchObject({ status: 'succeeded', errors: [] });
    expect(execution.output).toEqual({ error: 'no luck', status: 'failed' });
  });

  it('take a failure up when one that names a task holds', () => {
    const execution = simulate(
      `
      tasks:
        a:
          action: work
          next: [{ when: "{{ succeeded() }}", do: b }, { when: "{{ failed() }}", publish: { why: "{{ error().code }}" }, do: c }]
        b: { action: echo }
        c: { action: echo, input: { why: "{{ why }}" } }
      output: "{{ task.c.result.why }}"
      `,
      { answers: { a: () => failed('no luck', { code: 'BAD_LUCK' }) } },
    ).run();
    expect(execution.started).toEqual(['a', 'c']);
    expect(execution.outcome).toMatchObject({ status: 'succeeded', output: 'BAD_LUCK', errors: [] });
  });

  it('leave a failure standing that none of them takes up', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { when: "{{ succeeded() }}", do: b } }
        b: { action: echo }
      `,
      { answers: { a: () => failed('no luck', { details: { tries: 3 } }) } },
    ).run();
    expect(execution.started).toEqual(['a']);
    expect(execution.outcome).toMatchObject({
      status: 'failed',
      errors: [{ code: 'ACTION_FAILED', message: 'no luck', task: 'a', details: { tries: 3 } }],
    });
  });

  it('that only publish do so, but do not take a failure up', () => {
    const execution = simulate(
      `
      tasks: { a: { action: work, next: { publish: { why: "{{ error().message }}" } } } }
      output: "{{ why }}"
      `,
      { answers: { a: () => failed('no luck') } },
    ).run();
    expect(execution.outcome).toMatchObject({
      status: 'failed',
      output: 'no luck',
      errors: [{ code: 'ACTION_FAILED' }],
    });
  });

  it.each(['', 'do: noop', 'do: continue'])(
    'that lead nowhere (%s) publish to the output beside those that go on',
    (end) => {
      const execution = simulate(`
      tasks:
        a: { action: echo, next: [{ publish: { x: 1 }, ${end} }, { publish: { y: 2 }, do: b }] }
        b: { action: echo }
      output: { x: "{{ x }}", y: "{{ y }}" }
    `).run();
      expect(execution.outcome).toMatchObject({ status: 'succeeded', output: { x: 1, y: 2 } });
    },
  );

  it('of one task do not see what the others publish', () => {
    const execution = simulate(`
      vars: { n: 0 }
      tasks:
        a: { action: echo, next: [{ publish: { n: "{{ n + 1 }}" }, do: b }, { publish: { n: "{{ n + 10 }}" }, do: c }] }
        b: { action: echo, input: { n: "{{ n }}" } }
        c: { action: echo, input: { n: "{{ n }}" } }
      output: [ "{{ task.b.result.n }}", "{{ task.c.result.n }}" ]
    `).run();
    expect(execution.output).toEqual([1, 10]);
  });

  it('report what was published, by name', () => {
    const execution = simulate(`
      tasks: { a: { action: echo, next: { publish: [{ x: 1 }, { y: 2 }] } } }
    `).run();
    expect(execution.notices).toContainEqual({ type: 'variables-published', task: 'a', names: ['x', 'y'] });
  });

  it('that cannot be evaluated fail the execution, the others are still looked at', () => {
    const execution = simulate(
      `
      tasks:
        a:
          action: echo
          next:
            - { when: "{{ result().no.such }}", do: b }
            - { publish: { x: "{{ 1 / 0 }}" }, do: b }
            - { publish: { y: 1 } }
        b: { action: echo }
      output: "{{ y }}"
      `,
    ).run();
    expect(execution.started).toEqual(['a']);
    expect(execution.outcome.status).toBe('failed');
    expect(execution.output).toBe(1);
    expect(execution.outcome.errors.map(({ task, message }) => [task, message.slice(0, 21)])).toEqual([
      ['a', 'next[0] of task "a": '],
      ['a', 'next[1] of task "a": '],
    ]);
  });

  it('publish nothing when one of their entries fails', () => {
    const execution = simulate(`
      tasks: { a: { action: echo, next: { publish: [{ x: 1 }, { y: "{{ 1 / 0 }}" }] } } }
      output: { x: "{{ x | default(null) }}" }
    `).run();
    expect(execution.outcome).toMatchObject({ status: 'failed', output: { x: null } });
  });
});
