import { describe, expect, it } from 'vitest';
import { failed, held, ok, simulate } from '../core-simulation.ts';

const list = `
  tasks:
    each: { with: { items: [a, b, c, d, e], concurrency: 2 }, action: echo, input: "{{ item }}", retry: { count: 1, delay: 1m } }
  output: "{{ task.each.result }}"
`;

describe('a pause', () => {
  it('lets attempts in flight finish and starts nothing new', () => {
    const execution = simulate(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    execution.pause();
    expect(execution.state.status).toBe('pausing');
    execution.run();
    expect(execution.state.status).toBe('paused');
    expect(execution.started).toEqual(['a']);
    execution.resume();
    expect(execution.state.status).toBe('running');
    expect(execution.run().outcome.status).toBe('succeeded');
  });

  it('is reached at once when nothing is in flight', () => {
    const execution = simulate(`tasks: { a: { action: work, delay: 1h } }`);
    execution.pause();
    expect(execution.state.status).toBe('paused');
  });

  it('does not keep the last task from ending the execution', () => {
    const execution = simulate(`tasks: { a: { action: work } }`);
    execution.pause();
    expect(execution.run().outcome.status).toBe('succeeded');
  });

  it('does not keep a failure that stands from ending the execution', () => {
    const execution = simulate(
      `tasks: { a: { action: work, next: { when: "{{ succeeded() }}", do: b } }, b: { action: work } }`,
    );
    execution.pause();
    execution.answer('a', failed());
    expect(execution.outcome.status).toBe('failed');
  });

  it('holds back what a delay or a back-off would start meanwhile', () => {
    const execution = simulate(`
      tasks:
        late: { action: work, delay: 1s }
        again: { action: work, retry: { count: 1, delay: 2s } }
    `);
    execution.answer('again', failed());
    execution.pause();
    execution.run();
    expect(execution.state.status).toBe('paused');
    expect(execution.started).toEqual(['again']);
    execution.resume();
    expect(execution.inFlight).toEqual(['late', 'again#2']);
    expect(execution.run().outcome.status).toBe('succeeded');
  });

  it('does not stop a delay that goes on after it', () => {
    const execution = simulate(`tasks: { late: { action: work, delay: 1s } }`);
    execution.pause();
    execution.resume();
    expect(execution.run().started).toEqual(['late']);
  });

  it('keeps a list where it is, retries included', () => {
    const execution = simulate(list, { answers: { each: () => held } });
    execution.answer('each[0]', failed());
    execution.pause();
    expect(execution.inFlight).toEqual(['each[1]', 'each[2]']);
    execution.answer('each[1]', ok('b'));
    execution.answer('each[2]', failed());
    expect(execution.state.status).toBe('paused');
    execution.run();
    expect(execution.inFlight).toEqual([]);
    execution.resume();
    expect(execution.inFlight).toEqual(['each[0]#2', 'each[2]#2']);
    for (const name of ['each[0]#2', 'each[2]#2', 'each[3]', 'each[4]']) execution.answer(name, ok(name));
    expect(execution.output).toEqual(['each[0]#2', 'b', 'each[2]#2', 'each[3]', 'each[4]']);
  });

  it('does not keep the last item from ending the list, but keeps what follows it', () => {
    const execution = simulate(`
      tasks:
        each: { with: { items: [a] }, action: echo, next: { do: after } }
        after: { action: echo }
    `);
    execution.pause();
    execution.run();
    expect(execution.state.status).toBe('paused');
    expect(execution.started).toEqual(['each[0]']);
    execution.resume();
    expect(execution.run().outcome.status).toBe('succeeded');
  });

  it('waits for what the core itself has under way', () => {
    const execution = simulate(`
      tasks:
        each: { with: { items: [] }, action: work, next: { do: after } }
        after: { action: work }
    `);
    execution.pause();
    expect(execution.state.status).toBe('pausing');
    execution.run();
    expect(execution.state.status).toBe('paused');
    execution.resume();
    expect(execution.run().started).toEqual(['after']);
  });

  it('holds a join that is met back', () => {
    const execution = simulate(`
      tasks: { a: { action: work, next: { do: j } }, b: { action: work, next: { do: j } }, j: { action: work, join: all } }
    `);
    execution.pause();
    execution.run();
    expect(execution.started).toEqual(['a', 'b']);
    execution.resume();
    expect(execution.run().started).toEqual(['a', 'b', 'j']);
  });

  it('asked for twice, or ended without having begun, changes nothing', () => {
    const execution = simulate(`tasks: { a: { action: work } }`);
    execution.resume();
    expect(execution.state.status).toBe('running');
    execution.pause();
    execution.pause();
    execution.resume();
    execution.resume();
    expect(execution.inFlight).toEqual(['a']);
    expect(execution.run().outcome.status).toBe('succeeded');
  });

  it('ended before it was reached goes on where it was', () => {
    const execution = simulate(list);
    execution.pause();
    execution.answer('each[0]', ok('a'));
    expect(execution.inFlight).toEqual(['each[1]']);
    execution.resume();
    expect(execution.inFlight).toEqual(['each[1]', 'each[2]']);
    expect(execution.run().output).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('is told in notices', () => {
    const execution = simulate(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    execution.pause();
    execution.run();
    execution.resume();
    const types = execution.notices.map(({ type }) => type);
    expect(types.filter((type) => type === 'execution-paused' || type === 'execution-resumed')).toEqual([
      'execution-paused',
      'execution-resumed',
    ]);
  });
});
