import { describe, expect, it } from 'vitest';
import { ok, simulate } from '../core-simulation.ts';

describe('a sequence of tasks', () => {
  it('runs one after the other and renders the output at the end', () => {
    const execution = simulate(
      `
      input: { n: 1 }
      vars: { factor: 10 }
      tasks:
        a: { action: echo, input: { value: "{{ input.n * factor }}" }, next: { publish: { x: "{{ result().value }}" }, do: b } }
        b: { action: echo, input: { value: "{{ vars.x + 1 }}" } }
      output: { x: "{{ vars.x }}", b: "{{ task.b.result.value }}" }
      `,
      { input: { n: 2 } },
    ).run();
    expect(execution.started).toEqual(['a', 'b']);
    expect(execution.outcome).toMatchObject({ status: 'succeeded', errors: [], output: { x: 20, b: 21 } });
  });

  it('hands out a successor only when the task before it has ended', () => {
    const execution = simulate(`
      tasks:
        a: { action: echo, next: { do: b } }
        b: { action: echo }
    `);
    expect(execution.inFlight).toEqual(['a']);
    execution.answer('a', ok(1));
    expect(execution.inFlight).toEqual(['b']);
  });

  it('renders vars in the order written, each seeing those before it', () => {
    const execution = simulate(`
      vars: { a: 1, b: "{{ a + 1 }}", c: "{{ [a, vars.b] }}" }
      tasks: { t: { action: echo } }
      output: "{{ c }}"
    `).run();
    expect(execution.output).toEqual([1, 2]);
  });

  it('publishes in the order written, each entry seeing those before it', () => {
    const execution = simulate(`
      vars: { n: 1 }
      tasks:
        t:
          action: echo
          next: { publish: [{ n: "{{ n + 1 }}" }, { m: "{{ n * 10 }}" }, { n: "{{ vars.m + n }}" }] }
      output: { n: "{{ n }}", m: "{{ m }}" }
    `).run();
    expect(execution.output).toEqual({ n: 22, m: 20 });
  });

  it('completes a task without an action at once with null', () => {
    const execution = simulate(`
      tasks:
        a: { next: { publish: { seen: "{{ result() }}" }, do: b } }
        b: { action: echo, input: { seen: "{{ seen }}", status: "{{ task.a.status }}" } }
      output: "{{ task.b.result }}"
    `).run();
    expect(execution.output).toEqual({ seen: null, status: 'succeeded' });
  });

  it('knows of a finished task its status, result, error and attempts', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: echo, next: { do: b } }
        b: { action: echo, input: "{{ task.a }}" }
      output: "{{ task.b.result }}"
      `,
      { answers: { a: () => ok([1]) } },
    ).run();
    expect(execution.output).toEqual({ status: 'succeeded', result: [1], error: null, attempts: 1 });
  });

  it('knows the id, the start and the workflow of the execution, and the time of each event', () => {
    const execution = simulate(`
      tasks:
        a: { action: echo, delay: 1s, next: { publish: { at: "{{ now() }}" } } }
      output: { id: "{{ execution.id }}", at: "{{ at }}", started: "{{ execution.started_at }}", name: "{{ execution.workflow }}" }
    `).run();
    expect(execution.output).toEqual({
      ...{ id: 'x', name: 'simulated' },
      ...{ started: '2023-11-14T22:13:20.000Z', at: '2023-11-14T22:13:21.000Z' },
    });
  });

  it('never evaluates what an expression has yielded', () => {
    const execution = simulate(
      `
      input: { text: "" }
      tasks:
        a: { action: echo, input: { text: "{{ input.text }}" }, next: { publish: { text: "{{ result().text }}" }, do: b } }
        b: { action: echo, input: { text: "{{ text }}" } }
      output: "{{ task.b.result.text }}"
      `,
      { input: { text: '{{ secret.password }}' }, secrets: { password: 'hunter2' } },
    ).run();
    expect(execution.output).toBe('{{ secret.password }}');
  });

  it('shows secrets to inputs and to nothing else', () => {
    const seen: unknown[] = [];
    const execution = simulate(
      `
      tasks:
        a: { action: echo, input: { password: "{{ secret.password }}" } }
      `,
      { secrets: { password: 'hunter2' }, answers: { a: ({ input }) => ok(seen.push(input)) } },
    ).run();
    expect(seen).toEqual([{ password: 'hunter2' }]);
    expect(JSON.stringify(execution.journal)).not.toContain('hunter2');
  });

  it('starts every task that nothing leads to', () => {
    const execution = simulate(`
      tasks:
        a: { action: echo }
        b: { action: echo, next: { do: c } }
        c: { action: echo }
        d: { action: echo }
    `);
    expect(execution.started).toEqual(['a', 'b', 'd']);
    expect(execution.run().outcome.status).toBe('succeeded');
  });

  it('has the output null where none is written', () => {
    expect(simulate(`tasks: { a: { action: echo } }`).run().output).toBeNull();
  });
});
