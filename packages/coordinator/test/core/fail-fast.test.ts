import { describe, expect, it } from 'vitest';
import { failed, held, ok, simulate } from '../core-simulation.ts';

describe('a failure that stands', () => {
  it('lets running tasks finish and starts nothing new', () => {
    const execution = simulate(`
      tasks:
        bad: { action: work }
        slow: { action: work, next: { publish: { x: "{{ result() }}" }, do: after } }
        after: { action: work }
      output: "{{ x }}"
    `);
    execution.answer('bad', failed());
    expect(execution.state).toMatchObject({ status: 'running', failing: true });
    execution.answer('slow', ok('done'));
    expect(execution.started).toEqual(['bad', 'slow']);
    expect(execution.outcome).toMatchObject({ status: 'failed', output: 'done', errors: [{ task: 'bad' }] });
  });

  it('lets retries of running tasks go on', () => {
    const execution = simulate(`
      tasks:
        bad: { action: work }
        slow: { action: work, retry: { count: 3, delay: 10s } }
    `);
    execution.answer('slow', failed());
    execution.answer('bad', failed());
    execution.runNow();
    expect(execution.state.failing).toBe(true);
    execution.run();
    expect(execution.started).toEqual(['bad', 'slow', 'slow#2']);
    expect(execution.outcome).toMatchObject({ status: 'failed', errors: [{ task: 'bad' }] });
  });

  it('lets open lists hand out the rest of their items', () => {
    const execution = simulate(`
      tasks:
        bad: { action: work }
        list: { with: { items: [1, 2, 3, 4], concurrency: 1 }, action: echo }
    `);
    execution.answer('bad', failed());
    execution.run();
    expect(execution.started).toEqual(['bad', 'list[0]', 'list[1]', 'list[2]', 'list[3]']);
  });

  it('drops tasks that still wait for their delay', () => {
    const execution = simulate(`
      tasks:
        bad: { action: work }
        late: { action: work, delay: 1h }
    `);
    execution.answer('bad', failed());
    expect(execution.outcome.status).toBe('failed');
    expect(execution.started).toEqual(['bad']);
  });

  it('lists every failure that stands, in order', () => {
    const execution = simulate(
      `
      tasks: { a: { action: work }, b: { action: work }, c: { action: work }, d: { action: work } }
      `,
      { answers: { b: () => failed('b'), d: () => failed('d'), c: () => held } },
    ).run();
    execution.answer('c', failed('c'));
    expect(execution.outcome.errors.map(({ message }) => message)).toEqual(['b', 'd', 'c']);
  });

  it('does not report joins as unmet that it kept from being met', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { do: j } }
        b: { action: work, next: { when: "{{ succeeded() }}", do: j } }
        j: { action: work, join: all }
      `,
      { answers: { b: () => failed() } },
    ).run();
    expect(execution.errorCodes).toEqual(['ACTION_FAILED']);
  });

  it('keeps a task whose back-off ended while the execution pauses', () => {
    const execution = simulate(
      `
      tasks:
        bad: { action: work }
        begun: { action: work, retry: { count: 1, delay: 1s } }
      `,
      { answers: { bad: () => held } },
    );
    execution.answer('begun', failed());
    execution.pause();
    execution.run();
    execution.answer('bad', failed());
    expect(execution.state).toMatchObject({ status: 'paused', failing: true });
    execution.resume();
    execution.run();
    expect(execution.started).toEqual(['bad', 'begun', 'begun#2']);
    expect(execution.outcome).toMatchObject({ status: 'failed', errors: [{ task: 'bad' }] });
  });
});
