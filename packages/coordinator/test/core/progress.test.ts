import { describe, expect, it } from 'vitest';
import { progressOf } from '../../src/core/progress.ts';
import { failed, held, ok, simulate, startAtMs } from '../core-simulation.ts';

describe('progress', () => {
  it('shows visits under way first, then those that ended, with the counts of lists', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { do: each } }
        each: { with: { items: [1, 2, 3, 4, 5], concurrency: 2 }, action: work, retry: { count: 1, delay: 1h } }
        late: { action: work, delay: 1h }
        again: { action: work, retry: { count: 1, delay: 1h } }
        empty: { with: { items: [] }, action: work }
      `,
      { answers: { each: () => held } },
    );
    execution.answer('a', ok(1));
    execution.answer('again', failed());
    execution.answer('each[0]', ok(1));
    execution.answer('each[1]', failed());
    expect(progressOf(execution.state)).toEqual({
      status: 'running',
      tasks: [
        { task: 'late', visit: 1, status: 'delayed', startedAtMs: startAtMs },
        { task: 'again', visit: 1, status: 'retrying', startedAtMs: startAtMs },
        {
          ...{ task: 'empty', visit: 1, status: 'running', startedAtMs: startAtMs },
          items: { total: 0, succeeded: 0, failed: 0, canceled: 0, running: 0, retrying: 0, pending: 0 },
        },
        {
          ...{ task: 'each', visit: 1, status: 'running', startedAtMs: startAtMs },
          items: { total: 5, succeeded: 1, failed: 0, canceled: 0, running: 2, retrying: 1, pending: 1 },
        },
        { task: 'a', visit: 1, status: 'succeeded', startedAtMs: startAtMs, finishedAtMs: startAtMs },
      ],
    });
    execution.pause();
    expect(progressOf(execution.state).status).toBe('pausing');
  });

  it('shows what waits for the end of a pause as waiting', () => {
    const execution = simulate(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    execution.pause();
    execution.run();
    expect(progressOf(execution.state).tasks.map(({ task, status }) => `${task} ${status}`)).toEqual([
      'b waiting',
      'a succeeded',
    ]);
  });

  it('shows at most 100 of each', () => {
    const execution = simulate(`
      tasks:
        ${Array.from({ length: 150 }, (_, place) => `t${place}: { action: work, next: { do: u${place} } }\n        u${place}: { action: work, delay: 1h }`).join('\n        ')}
    `).runNow();
    const { tasks } = progressOf(execution.state);
    expect(tasks.filter(({ status }) => status === 'delayed')).toHaveLength(100);
    expect(tasks.filter(({ status }) => status === 'succeeded')).toHaveLength(100);
  });
});
