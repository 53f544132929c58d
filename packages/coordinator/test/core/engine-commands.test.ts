import { describe, expect, it } from 'vitest';
import { failed, ok, simulate } from '../core-simulation.ts';

describe('the engine command noop', () => {
  it('ends the branch and forgives the failure', () => {
    const execution = simulate(
      `tasks: { a: { action: work, next: { when: "{{ failed() }}", do: noop } }, b: { action: echo } }`,
      { answers: { a: () => failed() } },
    ).run();
    expect(execution.outcome).toMatchObject({ status: 'succeeded', errors: [] });
  });
});

describe('the engine command continue', () => {
  it('ends the branch and lets the failure stand', () => {
    const execution = simulate(`tasks: { a: { action: work, next: { do: continue } } }`, {
      answers: { a: () => failed() },
    }).run();
    expect(execution.outcome.status).toBe('failed');
    expect(execution.errorCodes).toEqual(['ACTION_FAILED']);
  });

  it('ends the branch of a task that succeeded', () => {
    expect(simulate(`tasks: { a: { action: work, next: { do: continue } } }`).run().outcome.status).toBe('succeeded');
  });
});

describe('the engine command fail', () => {
  it('fails the execution of a task that succeeded', () => {
    const execution = simulate(`tasks: { a: { action: work, next: { do: fail } } }`).run();
    expect(execution.outcome).toMatchObject({ status: 'failed', errors: [{ code: 'FAIL_COMMAND', task: 'a' }] });
  });

  it('lets tasks named beside it run, but none after them', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, next: { do: [cleanup, fail] } }
        cleanup: { action: echo, next: { publish: { cleaned: true }, do: never } }
        never: { action: echo }
      output: "{{ cleaned }}"
    `).run();
    expect(execution.started).toEqual(['a', 'cleanup']);
    expect(execution.outcome).toMatchObject({ status: 'failed', output: true });
  });

  it('lets tasks named beside it run after their delay', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, next: { do: [cleanup, fail] } }
        cleanup: { action: echo, delay: 5s }
    `).run();
    expect(execution.started).toEqual(['a', 'cleanup']);
    expect(execution.outcome.status).toBe('failed');
  });

  it('lets tasks named beside it run although another task fails meanwhile', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, next: { do: [cleanup, fail] } }
        cleanup: { action: echo, delay: 5s }
        b: { action: work }
    `);
    execution.answer('a', ok(1));
    execution.answer('b', failed());
    execution.run();
    expect(execution.started).toEqual(['a', 'b', 'cleanup']);
    expect(execution.errorCodes).toEqual(['FAIL_COMMAND', 'ACTION_FAILED']);
  });

  it('stops what has not begun elsewhere', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, next: { do: fail } }
        b: { action: work, delay: 1h }
        c: { action: work, next: { do: d } }
        d: { action: work }
    `).run();
    expect(execution.started).toEqual(['a', 'c']);
    expect(execution.outcome.status).toBe('failed');
  });

  it('reports a failure that it does not take up as well', () => {
    const execution = simulate(`tasks: { a: { action: work, next: { do: fail } } }`, {
      answers: { a: () => failed() },
    }).run();
    expect(execution.errorCodes).toEqual(['FAIL_COMMAND', 'ACTION_FAILED']);
  });
});

describe('the engine command retry', () => {
  const text = `
    vars: { tries: 0 }
    tasks:
      a:
        action: work
        next:
          - { when: "{{ failed() }}", publish: { tries: "{{ tries + 1 }}" }, do: retry }
          - { when: "{{ succeeded() }}", do: b }
      b: { action: echo, input: { tries: "{{ tries }}" } }
    output: { tries: "{{ tries }}", b: "{{ task.b.result | default(null) }}" }
  `;

  it('runs the task again as a new visit, with what was published', () => {
    let calls = 0;
    const keys: string[] = [];
    const execution = simulate(text, {
      answers: {
        a: ({ idempotencyKey }) => {
          keys.push(idempotencyKey);
          calls += 1;
          return calls < 3 ? failed() : ok(1);
        },
      },
    }).run();
    expect(execution.started).toEqual(['a', 'a', 'a', 'b']);
    expect(keys).toEqual(['x/a/1', 'x/a/2', 'x/a/3']);
    expect(execution.outcome).toMatchObject({ status: 'succeeded', errors: [], output: { tries: 2, b: { tries: 2 } } });
  });

  it('does so three times at most, then the failure stands', () => {
    const execution = simulate(text, { answers: { a: () => failed('for good') } }).run();
    expect(execution.started).toEqual(['a', 'a', 'a', 'a']);
    expect(execution.outcome).toMatchObject({ status: 'failed', output: { b: null } });
    expect(execution.outcome.errors).toMatchObject([{ code: 'ACTION_FAILED', message: 'for good', task: 'a' }]);
  });

  it('counts for each arrival anew', () => {
    const execution = simulate(
      `
      tasks:
        p: { action: echo, next: { do: a } }
        q: { action: echo, next: { do: a } }
        a: { action: work, next: { when: "{{ failed() }}", do: [retry] } }
      `,
      { answers: { a: () => failed() } },
    ).run();
    // The first failure that stands lets the other arrival finish, but brings no further visit about.
    expect(execution.started.filter((name) => name === 'a').length).toBe(8);
    expect(execution.outcome.status).toBe('failed');
  });

  it('goes on beside tasks named with it', () => {
    let calls = 0;
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { when: "{{ failed() }}", do: [retry, b] } }
        b: { action: echo }
      `,
      { answers: { a: () => ((calls += 1) < 3 ? failed() : ok(1)) } },
    ).run();
    expect(execution.started).toEqual(['a', 'b', 'a', 'b', 'a']);
    expect(execution.outcome.status).toBe('succeeded');
  });

  it('brings a task with a join back without waiting for the others again', () => {
    let calls = 0;
    const execution = simulate(
      `
      tasks:
        p: { action: echo, next: { do: j } }
        q: { action: echo, next: { do: j } }
        j: { action: work, join: all, next: { when: "{{ failed() }}", do: retry } }
      `,
      { answers: { j: () => ((calls += 1) === 1 ? failed() : ok(1)) } },
    ).run();
    expect(execution.started).toEqual(['p', 'q', 'j', 'j']);
    expect(execution.outcome.status).toBe('succeeded');
  });
});
