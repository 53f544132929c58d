import { describe, expect, it } from 'vitest';
import { ok, simulate, startAtMs } from '../core-simulation.ts';

describe('a delay', () => {
  it.each([
    ['250ms', 250],
    ['10', 10_000],
    ['"{{ input.wait }}"', 5_000],
    ['"{{ vars.wait ~ \'m\' }}"', 120_000],
  ])('of %s is waited before the first attempt', (delay, delayMs) => {
    const execution = simulate(
      `
      input: { wait: 0 }
      vars: { wait: 2 }
      tasks: { a: { action: work, delay: ${delay} } }
      `,
      { input: { wait: 5 } },
    );
    expect(execution.started).toEqual([]);
    expect(execution.dueAtMs).toEqual([startAtMs + delayMs]);
    expect(execution.run().outcome).toMatchObject({ status: 'succeeded', finishedAtMs: startAtMs + delayMs });
  });

  it('of nothing is a turn through the timer all the same', () => {
    const execution = simulate(`tasks: { a: { action: work, delay: 0 } }`).run();
    expect(execution.outcome.finishedAtMs).toBe(startAtMs);
  });

  it('is waited once, not before retries', () => {
    let calls = 0;
    const execution = simulate(`tasks: { a: { action: work, delay: 1h, retry: { count: 1, delay: 1s } } }`, {
      answers: {
        a: () =>
          (calls += 1) === 2
            ? ok(1)
            : { ok: false, failure: { kind: 'application', message: 'broken', retryable: true } },
      },
    }).run();
    expect(execution.outcome).toMatchObject({ status: 'succeeded', finishedAtMs: startAtMs + 3_601_000 });
  });

  it('is waited before a list is evaluated, each time the task is reached', () => {
    const execution = simulate(`
      vars: { n: 0 }
      tasks:
        a: { action: work, next: { do: list } }
        list:
          delay: 1m
          with: { items: "{{ range(n + 1) }}" }
          action: work
          next: { when: "{{ n < 2 }}", publish: { n: "{{ n + 1 }}" }, do: list }
    `).run();
    expect(execution.started).toEqual(['a', 'list[0]', 'list[0]', 'list[1]', 'list[0]', 'list[1]', 'list[2]']);
    expect(execution.outcome.finishedAtMs).toBe(startAtMs + 180_000);
  });

  it.each(['"{{ \'soon\' }}"', '"{{ [1] }}"', '"{{ 0 - 1 }}"', '"{{ input.none.such }}"'])(
    'that comes out as none (%s) is a failure of the task, with its transitions',
    (delay) => {
      const execution = simulate(`
        input: { none: null }
        tasks:
          a: { action: work, delay: ${delay}, next: { when: "{{ failed() }}", do: b } }
          b: { action: echo, input: { kind: "{{ task.a.error.kind }}", code: "{{ task.a.error.code }}" } }
        output: "{{ task.b.result }}"
      `).run();
      expect(execution.started).toEqual(['b']);
      expect(execution.outcome.status).toBe('succeeded');
      expect(execution.output).toMatchObject({
        kind: 'expression',
        code: expect.stringMatching(/^EXPRESSION_/) as string,
      });
    },
  );

  it('is not waited for by others', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, delay: 1h }
        b: { action: work, next: { do: c } }
        c: { action: work }
    `);
    execution.runNow();
    expect(execution.started).toEqual(['b', 'c']);
    expect(execution.state.outcome).toBeUndefined();
  });
});
