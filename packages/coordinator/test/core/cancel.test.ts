import { describe, expect, it } from 'vitest';
import { failed, held, ok, simulate, type Answer, type CoreSimulation } from '../core-simulation.ts';

const hold: Answer = () => held;

/** A list of five, two at a time, with a retry; brought into a phase by hand. */
function list(): CoreSimulation {
  return simulate(
    `
    tasks:
      each:
        with: { items: [a, b, c, d, e], concurrency: 2 }
        action: echo
        retry: { count: 1, delay: 1m }
        next: { do: after }
      after: { action: work }
    output: { result: "{{ task.each.result }}", counts: "{{ task.each.counts }}", status: "{{ task.each.status }}" }
    `,
    { answers: { each: hold } },
  );
}

describe('a cancellation', () => {
  it('lets attempts in flight finish and starts nothing new', () => {
    const execution = simulate(`
      tasks:
        a: { action: work, next: { publish: { n: 1 }, do: b } }
        b: { action: work }
        late: { action: work, delay: 1h }
      output: { a: "{{ task.a.result }}", n: "{{ n }}" }
    `);
    execution.cancel();
    expect(execution.state.status).toBe('canceling');
    execution.answer('a', ok('done'));
    expect(execution.started).toEqual(['a']);
    expect(execution.outcome).toMatchObject({ status: 'canceled', output: { a: 'done', n: null }, errors: [] });
  });

  it('is canceled even when what was in flight fails', () => {
    const execution = simulate(`tasks: { a: { action: work, retry: { count: 3 } } }`);
    execution.cancel();
    execution.answer('a', failed());
    expect(execution.outcome).toMatchObject({ status: 'canceled', errors: [] });
  });

  it('that is immediate aborts attempts in flight', () => {
    const execution = simulate(`
      tasks: { a: { action: work }, b: { with: { items: [1, 2, 3], concurrency: 2 }, action: work } }
      output: [ "{{ task.a.status }}", "{{ task.b.counts }}" ]
    `);
    execution.cancel(true);
    execution.run();
    expect(execution.outcome.status).toBe('canceled');
    expect(execution.output).toEqual([
      'canceled',
      { total: 3, succeeded: 0, failed: 0, canceled: 3, running: 0, retrying: 0, pending: 0 },
    ]);
  });

  it('may become immediate later', () => {
    const execution = simulate(`tasks: { a: { action: work } }`, { answers: { a: hold } });
    execution.cancel();
    execution.run();
    expect(execution.state.status).toBe('canceling');
    execution.cancel(true);
    expect(execution.run().outcome.status).toBe('canceled');
  });

  it('ends at once when nothing is in flight: delayed, in back-off, paused', () => {
    const delayed = simulate(`tasks: { a: { action: work, delay: 1h } }`);
    delayed.cancel();
    expect(delayed.outcome.status).toBe('canceled');

    const retrying = simulate(`tasks: { a: { action: work, retry: { count: 1, delay: 1h } } }`);
    retrying.answer('a', failed());
    retrying.cancel();
    expect(retrying.outcome.status).toBe('canceled');
    expect(retrying.state.ended).toMatchObject([{ task: 'a', status: 'canceled' }]);

    const paused = simulate(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    paused.pause();
    paused.run();
    paused.cancel();
    expect(paused.outcome.status).toBe('canceled');
  });

  it('ends a task whose back-off ended during a pause', () => {
    const execution = simulate(`tasks: { a: { action: work, retry: { count: 1, delay: 1s } } }`);
    execution.answer('a', failed());
    execution.pause();
    execution.run();
    execution.cancel();
    expect(execution.outcome.status).toBe('canceled');
    expect(execution.state.ended).toMatchObject([{ task: 'a', status: 'canceled' }]);
  });

  it('cannot be paused nor resumed', () => {
    const execution = simulate(`tasks: { a: { action: work } }`);
    execution.cancel();
    execution.pause();
    execution.resume();
    expect(execution.state.status).toBe('canceling');
    expect(execution.run().outcome.status).toBe('canceled');
  });

  it('waits for what the core itself has under way', () => {
    const execution = simulate(`
      tasks: { each: { with: { items: [] }, action: work, next: { do: b } }, bad: { with: { items: "{{ 7 }}" }, action: work }, b: { action: work } }
    `);
    execution.cancel();
    expect(execution.run().outcome).toMatchObject({ status: 'canceled', errors: [] });
    expect(execution.started).toEqual([]);
  });

  it('counts the items of a list that never ran, were in back-off or were due as canceled', () => {
    const execution = list();
    execution.answer('each[0]', failed());
    execution.answer('each[1]', ok('B'));
    execution.cancel();
    expect(execution.inFlight).toEqual(['each[2]', 'each[3]']);
    execution.answer('each[3]', ok('D'));
    execution.answer('each[2]', failed());
    expect(execution.outcome.status).toBe('canceled');
    expect(execution.output).toEqual({
      ...{ result: [null, 'B', null, 'D', null], status: 'failed' },
      counts: { total: 5, succeeded: 2, failed: 1, canceled: 2, running: 0, retrying: 0, pending: 0 },
    });
  });

  it('that is immediate counts items in flight as canceled too', () => {
    const execution = list();
    execution.answer('each[0]', failed());
    execution.answer('each[1]', ok('B'));
    execution.cancel(true);
    execution.run();
    expect(execution.output).toMatchObject({ status: 'canceled', counts: { succeeded: 1, failed: 0, canceled: 4 } });
  });

  it('lets a list whose last items are in flight come out as they do', () => {
    const execution = simulate(
      `tasks: { each: { with: { items: [a] }, action: echo } }, output: "{{ task.each.status }}"`.replace(
        ', output',
        '\noutput',
      ),
    );
    execution.cancel();
    execution.run();
    expect(execution.outcome).toMatchObject({ status: 'canceled', output: 'succeeded' });
  });

  it.each([false, true])('of a paused list with items due ends it at once (immediate: %s)', (immediate) => {
    const execution = list();
    execution.pause();
    execution.answer('each[0]', failed());
    execution.answer('each[1]', ok('B'));
    execution.run();
    expect(execution.state.status).toBe('paused');
    execution.cancel(immediate);
    expect(execution.output).toMatchObject({ status: 'canceled', counts: { succeeded: 1, canceled: 4 } });
  });

  it('after a failure that stands is canceled, and the failure is told', () => {
    const execution = simulate(`tasks: { bad: { action: work }, slow: { action: work } }`, { answers: { slow: hold } });
    execution.answer('bad', failed());
    execution.cancel();
    execution.answer('slow', ok(1));
    expect(execution.outcome).toMatchObject({ status: 'canceled', errors: [{ task: 'bad' }] });
  });

  it('tells its reason once', () => {
    const execution = simulate(`tasks: { a: { action: work } }`);
    const event = { type: 'cancel-requested', atMs: execution.nowMs, immediate: false } as const;
    execution.send({ ...event, reason: 'enough' });
    execution.send({ ...event, reason: 'really' });
    expect(execution.notices.filter(({ type }) => type === 'execution-canceling')).toEqual([
      { type: 'execution-canceling', reason: 'enough' },
    ]);
  });
});
