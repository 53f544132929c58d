import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failed,
  held,
  ok,
  simulate,
  sourceOf,
  type Answer,
  type CoreSimulation,
  type Source,
} from '../core-simulation.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

/** A list whose items come from a source. */
function list(source: Source, fields: string, answer?: Answer, task = ''): CoreSimulation {
  return simulate(
    `
    tasks:
      each:
        with: { from: { action: lines, input: { path: a.txt } }, ${fields} }
        action: echo
        input: "{{ item }}"
        ${task}
    output: { result: "{{ task.each.result }}", counts: "{{ task.each.counts }}", failed: "{{ task.each.failed_items }}" }
    `,
    { sources: { each: source }, answers: answer === undefined ? {} : { each: answer } },
  );
}

const broken: Source = () => ({
  ok: false,
  failure: { kind: 'application', code: 'FILE_UNREADABLE', message: 'no such file', retryable: true },
});

/** Breaks off so many times before it gives what is behind `from`. */
function flaky(items: readonly unknown[], { at, times }: { readonly at: number; readonly times: number }): Source {
  let left = times;
  return (command) => {
    if (command.from < at || left === 0) return sourceOf(items)(command);
    left -= 1;
    return broken(command);
  };
}

describe('a list from a source', () => {
  it('runs every item, with results in item order', () => {
    const execution = list(sourceOf(numbers(100)), 'concurrency: 7').run();
    expect(execution.output).toMatchObject({
      result: numbers(100),
      counts: { total: 100, succeeded: 100 },
      failed: [],
    });
  });

  it('that is empty succeeds with an empty result', () => {
    expect(list(sourceOf([]), 'concurrency: 7').run().output).toMatchObject({ result: [], counts: { total: 0 } });
  });

  it('holds only the window and a little more in memory', () => {
    const execution = list(sourceOf(numbers(2000)), 'concurrency: 10, collect: none');
    let most = 0;
    while (execution.state.outcome === undefined) {
      for (const { items } of execution.state.visits.values()) most = Math.max(most, items?.produced.size ?? 0);
      const [step] = execution.steps();
      if (step !== undefined) execution.take(step);
    }
    expect(most).toBeLessThanOrEqual(10 + 2 * 16);
    const batches = execution.journal.filter(({ type }) => type === 'items-produced');
    expect(batches.length).toBeLessThan(2000 / 16);
  });

  it('does not know how many there will be before the source has ended', () => {
    const execution = list(sourceOf(numbers(500)), 'concurrency: 10', () => held);
    execution.run();
    const { items } = [...execution.state.visits.values()][0] ?? {};
    expect(items?.source).toMatchObject({ total: 32, ended: false });
    expect(execution.notices).toContainEqual({ type: 'task-started', task: 'each', visit: 1 });
  });

  it('hands out no item before what brought it is durable', () => {
    const execution = list(sourceOf(numbers(50)), 'concurrency: 3');
    execution.run();
    expect(execution.started).toHaveLength(50);
    expect(execution.handedOutEarly).toEqual([]);
  });

  it('goes on after a crash behind what is durable, and asks the source with its cursor', () => {
    const asked: unknown[] = [];
    const source: Source = ({ from, want, cursor, skip }) => {
      asked.push({ from, cursor, skip });
      const items = numbers(60).slice(from, from + want);
      return { ok: true, items, ended: from + want >= 60, cursor: `behind ${from + items.length}`, skip: 0 };
    };
    const execution = list(source, 'concurrency: 2', ({ index = 0, attempt }) =>
      index === 20 && attempt === 1 ? held : ok(index),
    );
    execution.run();
    execution.crash();
    execution.answer('each[20]', ok(20));
    expect(execution.run().output).toMatchObject({ result: numbers(60) });
    expect(asked.slice(0, 2)).toEqual([
      { from: 0, cursor: undefined, skip: 0 },
      { from: 32, cursor: 'behind 32', skip: 0 },
    ]);
  });

  it('keeps the item of a failure, and lets go of the others', () => {
    const answer: Answer = ({ index }) => (index === 3 ? failed('no', { retryable: false }) : ok(null));
    const execution = list(sourceOf(['a', 'b', 'c', 'd', 'e']), 'tolerate: 1, collect: none', answer).run();
    expect(execution.output).toMatchObject({ failed: [{ index: 3, item: 'd', attempts: 1 }] });
  });

  it('reduces with the item at hand', () => {
    const fields = 'concurrency: 5, reduce: { initial: 0, value: "{{ acc + item * index }}" }';
    const expected = numbers(40).reduce((sum, index) => sum + index * index, 0);
    expect(list(sourceOf(numbers(40)), fields).run().output).toMatchObject({ result: expected });
  });

  it('judges a share when the source has ended', () => {
    const answer: Answer = ({ index = 0 }) => (index < 5 ? failed('no', { retryable: false }) : ok(null));
    const fields = (share: number): string => `on_failure: stop, concurrency: 1, tolerate: ${share}%`;
    expect(list(sourceOf(numbers(100)), fields(5), answer).run().outcome.status).toBe('succeeded');
    expect(list(sourceOf(numbers(100)), fields(4), answer).run().outcome.status).toBe('failed');
  });

  it('asks for nothing more once the list has failed', () => {
    const execution = list(sourceOf(numbers(1000)), 'on_failure: stop, concurrency: 1', () => failed()).run();
    expect(execution.output).toMatchObject({ counts: { failed: 1, canceled: 31, total: 32 } });
  });
});

describe('a source that fails', () => {
  it('fails the task, with its code and place', () => {
    const execution = list(broken, 'tolerate: 100%').run();
    expect(execution.outcome.errors).toMatchObject([
      { code: 'FILE_UNREADABLE', task: 'each', message: 'with.from of task "each", behind 0 items: no such file' },
    ]);
  });

  it('is tried again by the retry of the task, from where it broke off', () => {
    const source = flaky(numbers(50), { at: 20, times: 2 });
    const execution = list(source, 'concurrency: 2', undefined, 'retry: { count: 2, delay: 10s }').run();
    expect(execution.output).toMatchObject({ result: numbers(50) });
  });

  it('is given up after as many failures in a row as there are retries', () => {
    const source = flaky(numbers(50), { at: 20, times: 3 });
    const execution = list(source, 'concurrency: 2', undefined, 'retry: { count: 2 }').run();
    expect(execution.outcome.errors).toMatchObject([{ code: 'FILE_UNREADABLE' }]);
    expect(execution.output).toMatchObject({ counts: { total: 32, failed: 0 } });
  });

  it('waits out its back-off over a crash', () => {
    const source = flaky(numbers(5), { at: 0, times: 1 });
    const execution = list(source, 'concurrency: 2', undefined, 'retry: { count: 1, delay: 1h }').runNow();
    execution.crash();
    expect(execution.dueAtMs).toHaveLength(1);
    expect(execution.run().output).toMatchObject({ result: numbers(5) });
  });
});

describe('control of a list from a source', () => {
  it('a pause asks for nothing, and a resumption goes on', () => {
    const execution = list(sourceOf(numbers(100)), 'concurrency: 2', ({ index }) =>
      index === 3 || index === 4 ? held : ok(index),
    );
    execution.run();
    execution.pause();
    execution.answer('each[3]', ok(3));
    execution.answer('each[4]', ok(4));
    expect(execution.run().state.status).toBe('paused');
    execution.resume();
    expect(execution.run().output).toMatchObject({ result: numbers(100) });
  });

  it('a cancellation closes the source', () => {
    const execution = list(sourceOf(numbers(100)), 'concurrency: 2', () => held);
    execution.run();
    execution.cancel(true);
    expect(execution.run().outcome.status).toBe('canceled');
  });

  it('has the same state when its journal is read in other batches', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 40 }),
        (size, width, crashAt) => {
          const execution = list(sourceOf(numbers(size)), `concurrency: ${width}`);
          for (let step = 0; execution.state.outcome === undefined; step += 1) {
            if (step === crashAt) execution.crash();
            const [next] = execution.steps();
            if (next !== undefined) execution.take(next);
          }
          expect(execution.output).toMatchObject({ result: numbers(size), counts: { total: size, succeeded: size } });
        },
      ),
    );
  });
});
