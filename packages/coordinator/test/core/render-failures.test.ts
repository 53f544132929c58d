import { describe, expect, it } from 'vitest';
import { simulate } from '../core-simulation.ts';

describe('a template that cannot be rendered', () => {
  it('in an input is a failure of the task, with its transitions', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, input: { n: "{{ execution.id.no.such }}" }, next: [{ when: "{{ failed() }}", do: b }] }
        b: { action: echo, input: "{{ task.a.error }}" }
      output: "{{ task.b.result }}"
    `).run();
    expect(execution.outcome.status).toBe('succeeded');
    expect(execution.output).toMatchObject({ kind: 'expression', retryable: false });
    expect((execution.output as { message: string }).message).toContain('input of task "a"');
  });

  it('in an input is not retried, unless the condition of the retry wants it', () => {
    const task = (retry: string): string => `
      tasks: { a: { action: work, input: { n: "{{ 1 / (attempt - 1) }}" }, retry: { ${retry} } } }
      output: "{{ task.a.status }}"
    `;
    expect(simulate(task('count: 3')).run()).toMatchObject({ started: ['a'], output: 'failed' });
    expect(simulate(task('count: 3, when: "{{ failed() }}"')).run()).toMatchObject({
      ...{ started: ['a', 'a#2'], output: 'succeeded' },
    });
  });

  it.each(['"{{ \'soon\' }}"', '"{{ 0 - 5 }}"', '"{{ execution.id.no.such }}"'])(
    'in a timeout (%s) is a failure of the attempt',
    (timeout) => {
      const execution = simulate(`tasks: { a: { action: work, timeout: ${timeout} } }`).run();
      expect(execution.outcome.errors).toMatchObject([{ task: 'a' }]);
      expect(execution.outcome.errors[0]?.message).toContain('timeout of task "a"');
    },
  );

  it('in an item input is a failure of that item alone', () => {
    const execution = simulate(`
      tasks: { a: { with: { items: [1, 0, 2] }, action: echo, input: { n: "{{ 10 / item }}" } } }
      output: { result: "{{ task.a.result }}", failed: "{{ task.a.failed_items }}" }
    `).run();
    expect(execution.outcome.status).toBe('failed');
    expect(execution.output).toMatchObject({
      result: [{ n: 10 }, null, { n: 5 }],
      failed: [{ index: 1, item: 0, attempts: 1, error: { kind: 'expression' } }],
    });
  });

  it.each([
    ['items: "{{ execution.id.no.such }}"', 'with.items of task "a"'],
    ['items: [1], concurrency: "{{ execution.id.no.such }}"', 'with.concurrency of task "a"'],
  ])('in a list (%s) is a failure of the task, with its transitions', (list, where) => {
    const execution = simulate(`
      tasks:
        a: { with: { ${list} }, action: work, next: { when: "{{ failed() }}", do: b } }
        b: { action: echo, input: { message: "{{ task.a.error.message }}", kind: "{{ task.a.error.kind }}" } }
      output: "{{ task.b.result }}"
    `).run();
    expect(execution.started).toEqual(['b']);
    expect(execution.outcome.status).toBe('succeeded');
    expect(execution.output).toMatchObject({ kind: 'expression', message: expect.stringContaining(where) as string });
  });

  it('in vars fails the execution before anything starts', () => {
    const execution = simulate(`
      vars: { a: 1, b: "{{ execution.id.no.such }}", c: 3 }
      tasks: { t: { action: work } }
      output: { a: "{{ vars.a | default(null) }}", c: "{{ vars.c | default(null) }}" }
    `);
    expect(execution.started).toEqual([]);
    expect(execution.outcome).toMatchObject({ status: 'failed', output: { a: null, c: null } });
    expect(execution.outcome.errors[0]?.message).toContain('vars.b');
  });

  it('in the output makes that key null and turns success into failure', () => {
    const execution = simulate(`
      tasks: { a: { action: echo, input: { n: 1 } } }
      output: { good: "{{ task.a.result.n }}", bad: "{{ 1 / 0 }}", worse: "{{ task.a.result.no.such }}", last: 4 }
    `).run();
    expect(execution.outcome).toMatchObject({
      status: 'failed',
      output: { good: 1, bad: null, worse: null, last: 4 },
    });
    expect(execution.outcome.errors.map(({ message }) => message.split(':')[0])).toEqual([
      'output.bad',
      'output.worse',
    ]);
  });

  it('as the whole output makes it null', () => {
    const execution = simulate(`
      tasks: { a: { action: echo } }
      output: "{{ 1 / 0 }}"
    `).run();
    expect(execution.outcome).toMatchObject({ status: 'failed', output: null });
    expect(execution.outcome.errors[0]?.message).toMatch(/^output: /);
  });

  it('in the output of a failed execution adds no further error', () => {
    const execution = simulate(`
      tasks:
        a: { action: echo, next: { publish: { n: 1 }, do: fail } }
      output: { n: "{{ n }}", b: "{{ 1 / 0 }}" }
    `).run();
    expect(execution.output).toEqual({ n: 1, b: null });
    expect(execution.errorCodes).toEqual(['FAIL_COMMAND']);
  });

  it('in an output with hostile keys keeps them as the data they are', () => {
    const execution = simulate({
      ...{ format: 1, name: 'w', input: {}, vars: {}, tasks: { a: { name: 'a', input: {}, next: [] } } },
      output: JSON.parse('{"__proto__": "{{ 1 + 1 }}", "constructor": 2}') as unknown,
    }).run();
    expect(JSON.stringify(execution.output)).toBe('{"__proto__":2,"constructor":2}');
  });
});
