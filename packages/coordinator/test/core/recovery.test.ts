import { describe, expect, it } from 'vitest';
import { failed, held, ok, simulate, startAtMs, type Answer } from '../core-simulation.ts';

const hold: Answer = () => held;

describe('a recovered execution', () => {
  it('makes attempts in flight again under the same number', () => {
    const execution = simulate(`tasks: { a: { action: work, retry: { count: 2 } }, b: { action: work } }`, {
      answers: { a: hold, b: hold },
    });
    execution.answer('a', failed());
    execution.run();
    execution.crash();
    expect(execution.inFlight).toEqual(['a#2', 'b']);
    execution.answer('a#2', failed());
    execution.run();
    expect(execution.inFlight).toEqual(['b', 'a#3']);
  });

  it('does not run again what has ended', () => {
    const execution = simulate(`tasks: { a: { action: work, next: { do: b } }, b: { action: work } }`);
    execution.answer('a', ok(1));
    execution.crash();
    execution.run();
    expect(execution.started).toEqual(['a', 'b', 'b']);
    expect(execution.outcome.status).toBe('succeeded');
  });

  it('hands out exactly the items without a completion, those in flight first', () => {
    const execution = simulate(
      `
      tasks: { each: { with: { items: [a, b, c, d, e, f], concurrency: 3 }, action: echo, input: "{{ item }}" } }
      output: "{{ task.each.result }}"
      `,
    );
    execution.answer('each[1]', ok('B'));
    execution.answer('each[2]', ok('C'));
    execution.crash();
    expect(execution.inFlight).toEqual(['each[0]', 'each[3]', 'each[4]']);
    execution.run();
    expect(execution.started.slice(5)).toEqual(['each[0]', 'each[3]', 'each[4]', 'each[5]']);
    expect(execution.output).toEqual(['a', 'B', 'C', 'd', 'e', 'f']);
  });

  it('waits the rest of a delay and of a back-off, not all of it again', () => {
    const execution = simulate(
      `
      tasks:
        late: { action: work, delay: 10s }
        again: { action: work, retry: { count: 1, delay: 20s } }
        each: { with: { items: [1, 2] }, action: work, retry: { count: 1, delay: 30s } }
      `,
    );
    for (const name of ['again', 'each[0]', 'each[1]']) execution.answer(name, failed());
    execution.nowMs += 5_000;
    execution.crash();
    expect(execution.dueAtMs).toEqual([10, 20, 30, 30].map((seconds) => startAtMs + seconds * 1000));
    expect(execution.inFlight).toEqual([]);
    expect(execution.run().outcome).toMatchObject({ status: 'succeeded', finishedAtMs: startAtMs + 30_000 });
  });

  it('finds out again what the core was about to report', () => {
    const execution = simulate(`
      tasks:
        empty: { with: { items: [] }, action: work }
        wrong: { with: { items: "{{ 7 }}" }, action: work, next: { do: noop } }
        never: { action: work, delay: "{{ 'soon' }}", next: { do: noop } }
      output: [ "{{ task.empty.result }}", "{{ task.wrong.error.code }}", "{{ task.never.error.kind }}" ]
    `);
    expect(execution.steps()).toHaveLength(3);
    execution.crash();
    expect(execution.steps()).toHaveLength(3);
    expect(execution.run().outcome).toMatchObject({
      ...{ status: 'succeeded', output: [[], 'ITEMS_NOT_A_LIST', 'expression'] },
    });
  });

  it('ends as ever after a crash between any two steps, though its list needs several attempts', () => {
    const text = `
      tasks:
        each:
          delay: 1s
          with: { items: "{{ [1, 2] if attempt == 3 else 1 / 0 }}", concurrency: 1 }
          action: echo
          input: "{{ item }}"
          retry: { count: 3, delay: 5s, when: "{{ failed() }}" }
      output: "{{ task.each.result }}"
    `;
    const steps = simulate(text).run().journal.length;
    for (let before = 0; before < steps; before += 1) {
      const execution = simulate(text);
      for (let step = 0; step < before; step += 1) {
        const [next] = execution.steps();
        if (next !== undefined) execution.take(next);
      }
      execution.crash();
      if (execution.state.outcome === undefined) execution.run();
      expect(execution.outcome).toMatchObject({ status: 'succeeded', output: [1, 2] });
    }
  });

  it('stays paused, and goes on when it is resumed', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { do: b } }
        b: { action: work }
        late: { action: work, delay: 1s }
      `,
    );
    execution.pause();
    execution.answer('a', ok(1));
    execution.crash();
    expect(execution.state.status).toBe('paused');
    execution.run();
    expect(execution.inFlight).toEqual([]);
    execution.resume();
    expect(execution.inFlight).toEqual(['late', 'b']);
  });

  it('that was pausing is paused, since nothing is in flight any more, and loses no work', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work }
        each: { with: { items: [1, 2, 3], concurrency: 2 }, action: work }
        empty: { with: { items: [] }, action: work }
      `,
      { answers: { a: hold, each: hold } },
    );
    execution.pause();
    execution.answer('each[0]', ok(1));
    execution.crash();
    expect(execution.state.status).toBe('paused');
    execution.crash();
    expect(execution.state.status).toBe('paused');
    execution.resume();
    execution.run();
    expect(execution.inFlight).toEqual(['a', 'each[1]', 'each[2]']);
    for (const name of execution.inFlight) execution.answer(name, ok(1));
    expect(execution.outcome.status).toBe('succeeded');
  });

  it('that was being canceled is canceled', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work }
        each: { with: { items: [1, 2, 3], concurrency: 2 }, action: work, retry: { count: 1, delay: 1s } }
        empty: { with: { items: [] }, action: work }
      output: [ "{{ task.a.status }}", "{{ task.each.counts.canceled }}" ]
      `,
      { answers: { a: hold, each: hold } },
    );
    execution.answer('each[0]', failed());
    execution.answer('each[1]', ok(1));
    execution.cancel();
    execution.crash();
    expect(execution.outcome).toMatchObject({ status: 'canceled', output: ['canceled', 2] });
  });

  it('that was failing finishes what was running and starts nothing new', () => {
    const execution = simulate(
      `
      tasks:
        bad: { action: work }
        slow: { action: work, next: { do: never } }
        each: { with: { items: [1, 2, 3], concurrency: 1 }, action: work }
        never: { action: work }
      `,
      { answers: { bad: () => failed() } },
    );
    execution.answer('bad', failed());
    execution.answer('each[0]', ok(1));
    execution.crash();
    expect(execution.inFlight).toEqual(['slow', 'each[1]']);
    execution.run();
    expect(execution.started).not.toContain('never');
    expect(execution.outcome).toMatchObject({ status: 'failed', errors: [{ task: 'bad' }] });
  });

  it('may be recovered again and again', () => {
    const execution = simulate(`tasks: { each: { with: { items: [1, 2, 3], concurrency: 2 }, action: work } }`);
    for (let crash = 0; crash < 5; crash += 1) execution.crash();
    expect(execution.inFlight).toEqual(['each[0]', 'each[1]']);
    expect(execution.run().outcome.status).toBe('succeeded');
  });

  it('ignores timers that fire although they were replaced', () => {
    const execution = simulate(`tasks: { a: { action: work, delay: 1s } }`);
    execution.crash();
    const [step] = execution.steps();
    if (step === undefined) throw new Error('no timer');
    execution.take(step);
    execution.send({ type: 'timer-fired', atMs: execution.nowMs, visit: 1, index: undefined, attempt: 1 });
    expect(execution.inFlight).toEqual(['a']);
  });

  it('hands out again more lost items than a call has room for arguments', { timeout: 30_000 }, () => {
    const items = Array.from({ length: 130_000 }, () => 0);
    const execution = simulate(
      `
      input: { list: [] }
      tasks: { each: { with: { items: "{{ input.list }}", concurrency: 130000 }, action: work } }
      `,
      { input: { list: items } },
    );
    execution.crash();
    expect(execution.started).toHaveLength(260_000);
  });
});
