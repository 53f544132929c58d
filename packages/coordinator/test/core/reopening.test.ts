import { describe, expect, it } from 'vitest';
import { decodeEvent, encodeEvent } from '../../src/core/event-codec.ts';
import { replay } from '../../src/core/replay.ts';
import { decodeState, encodeState } from '../../src/core/state-codec.ts';
import { canonicalState } from '../canonical-state.ts';
import { failed, ok, simulate, type Answer, type CoreSimulation } from '../core-simulation.ts';

/** What ran since the execution had begun this many attempts. */
function since(execution: CoreSimulation, count: number): readonly string[] {
  return execution.started.slice(count);
}

/** Replay from bytes, and from a snapshot, leads to where the live execution is. */
function expectReplayed({ core, journal, state }: CoreSimulation): void {
  const events = journal.map((event) => decodeEvent(encodeEvent(event)));
  expect(canonicalState(replay(core, undefined, events))).toEqual(canonicalState(state));
  expect(canonicalState(decodeState(encodeState(state), core))).toEqual(canonicalState(state));
}

/** Fails as long as `broken` says so. */
function unless(broken: () => boolean, result: Answer = ({ input }) => ok(input)): Answer {
  return (request) => (broken() ? failed(`no ${request.task}`) : result(request));
}

const list = `
  tasks:
    each:
      with: { items: "{{ range(20) }}", concurrency: 3 }
      action: work
      input: { value: "{{ item * 10 }}" }
      next: { publish: { failed: "{{ task.each.failed_items | length }}" }, do: sum }
    sum: { action: work, input: { values: "{{ task.each.result | map(attribute='value') }}" } }
  output: { failed: "{{ vars.failed }}", sum: "{{ task.sum.result.values }}", counts: "{{ task.each.counts }}" }`;

describe('a retry of what failed', () => {
  it('runs exactly the failed items, and computes anew what followed', () => {
    let broken = true;
    const answers = {
      each: unless(
        () => broken,
        ({ input }) => ok(input),
      ),
    };
    const bad = new Set([3, 9, 10, 11]);
    const execution = simulate(list, {
      answers: { each: (request) => (bad.has(request.index ?? -1) ? answers.each(request) : ok(request.input)) },
    }).run();
    expect(execution.output).toMatchObject({ failed: 4, counts: { succeeded: 16, failed: 4 } });
    const begun = execution.started.length;
    broken = false;
    const plan = execution.retry({ scope: 'failed' });
    expect(plan).toEqual({
      runs: [
        {
          task: 'each',
          visit: 1,
          items: {
            count: 4,
            ranges: [
              [3, 3],
              [9, 11],
            ],
          },
        },
      ],
      undone: [{ task: 'sum', visits: 1 }],
    });
    expect(execution.state.status).toBe('running');
    expectReplayed(execution);
    execution.run();
    expect(since(execution, begun)).toEqual(['each[3]#2', 'each[9]#2', 'each[10]#2', 'each[11]#2', 'sum']);
    expect(execution.output).toEqual({
      failed: 0,
      sum: Array.from({ length: 20 }, (_, index) => index * 10),
      counts: { total: 20, succeeded: 20, failed: 0, canceled: 0, running: 0, retrying: 0, pending: 0 },
    });
    expectReplayed(execution);
  });

  it('keeps the idempotency key of what is tried again, and gives what follows a new one', () => {
    const keys: string[] = [];
    let broken = true;
    const seen: (answer: Answer) => Answer = (answer) => (request) => {
      keys.push(`${request.idempotencyKey}#${request.attempt}`);
      return answer(request);
    };
    const execution = simulate(
      `
      tasks:
        first: { action: work, next: { when: "{{ completed() }}", do: second } }
        second: { action: work }`,
      { answers: { first: seen(unless(() => broken)), second: seen(({ input }) => ok(input)) } },
    ).run();
    broken = false;
    execution.retry({ scope: 'task', task: 'first' });
    execution.run();
    expect(keys).toEqual(['x/first/1#1', 'x/second/1#1', 'x/first/1#2', 'x/second/2#1']);
  });

  it('lets what a standing failure kept from beginning begin', () => {
    let broken = true;
    const execution = simulate(
      `
      tasks:
        bad: { action: work, next: { when: "{{ succeeded() }}", do: end } }
        good: { action: work, next: { do: after } }
        after: { action: work, next: { do: end } }
        end: { action: work, join: all, input: { done: "both" } }
      output: "{{ task.end.result }}"`,
      { answers: { bad: unless(() => broken) } },
    ).run();
    expect(execution.started).toEqual(['bad', 'good']);
    expect(execution.outcome.status).toBe('failed');
    broken = false;
    const plan = execution.retry({ scope: 'failed' });
    expect(plan.runs.map(({ task }) => task)).toEqual(['bad', 'after']);
    execution.run();
    expect(execution.started).toEqual(['bad', 'good', 'bad#2', 'after', 'end']);
    expect(execution.outcome).toMatchObject({ status: 'succeeded', output: { done: 'both' }, errors: [] });
    expectReplayed(execution);
  });

  it('goes on with what a cancellation stopped', () => {
    const execution = simulate(list);
    for (let step = 0; step < 5; step += 1) execution.take(execution.steps()[0]!);
    execution.cancel(true);
    execution.run();
    expect(execution.outcome.status).toBe('canceled');
    const begun = execution.started.length;
    execution.retry({ scope: 'failed' });
    execution.run();
    expect(execution.outcome.status).toBe('succeeded');
    expect(since(execution, begun).filter((name) => name.startsWith('each'))).toHaveLength(15);
    expectReplayed(execution);
  });

  it('leaves a failure alone that a transition took up', () => {
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { when: "{{ failed() }}", do: noop } }`,
      { answers: { a: () => failed() } },
    ).run();
    expect(() => execution.retry({ scope: 'failed' })).toThrow(expect.objectContaining({ code: 'RETRY_NOTHING' }));
  });

  it('tries again the task that led to the command fail', () => {
    let broken = true;
    const execution = simulate(
      `
      tasks:
        check: { action: work, next: { when: "{{ result() == 1 }}", do: fail } }`,
      { answers: { check: () => ok(broken ? 1 : 2) } },
    ).run();
    expect(execution.errorCodes).toEqual(['FAIL_COMMAND']);
    broken = false;
    execution.retry({ scope: 'failed' });
    execution.run();
    expect(execution.outcome).toMatchObject({ status: 'succeeded', errors: [] });
  });

  it('can follow another one, over crashes', () => {
    const healed = new Set<number>();
    const execution = simulate(list, {
      answers: { each: ({ index = 0, input }) => (index % 5 === 0 && !healed.has(index) ? failed() : ok(input)) },
    }).run();
    for (const [round, index] of [0, 5, 10, 15].entries()) {
      healed.add(index);
      const begun = execution.started.length;
      const plan = execution.retry({ scope: 'failed' });
      expect(plan.runs[0]?.items?.count).toBe(4 - round);
      execution.crash();
      execution.run();
      expectReplayed(execution);
      expect(execution.output).toMatchObject({ failed: 3 - round });
      expect(since(execution, begun).at(-1)).toBe('sum');
    }
    expect(execution.started.filter((name) => name.startsWith('each[15]'))).toContain('each[15]#5');
    expect(execution.output).toMatchObject({ failed: 0, counts: { succeeded: 20 } });
  });
});

describe('a retry of chosen work', () => {
  it('runs items again that have succeeded', () => {
    let factor = 1;
    const execution = simulate(list, {
      answers: { each: ({ input }) => ok({ value: (input as { readonly value: number }).value * factor }) },
    }).run();
    const begun = execution.started.length;
    factor = 100;
    execution.retry({
      scope: 'items',
      items: [
        [1, 2],
        [19, 19],
      ],
    });
    execution.run();
    expect(since(execution, begun)).toEqual(['each[1]#2', 'each[2]#2', 'each[19]#2', 'sum']);
    const { sum } = execution.output as { readonly sum: readonly number[] };
    expect([sum[0], sum[1], sum[2], sum[3], sum[19]]).toEqual([0, 1000, 2000, 30, 19_000]);
    expectReplayed(execution);
  });

  it('runs a task again with all of its items', () => {
    const execution = simulate(list).run();
    const begun = execution.started.length;
    execution.retry({ scope: 'task', task: 'each' });
    execution.run();
    expect(since(execution, begun).toSorted()).toEqual(
      [...Array.from({ length: 20 }, (_, index) => `each[${index}]#2`), 'sum'].toSorted(),
    );
  });

  const branches = `
      tasks:
        start: { action: work, next: { do: [a, b] } }
        a: { action: work, next: { do: c } }
        b: { action: work, next: { do: c } }
        c: { action: work }`;

  it('runs a task again and what followed from it, but not what followed from others', () => {
    const execution = simulate(branches).run();
    const begun = execution.started.length;
    execution.retry({ scope: 'task', task: 'a' });
    execution.run();
    expect(since(execution, begun)).toEqual(['a#2', 'c']);
  });

  it('runs everything from a task on, whichever branch led there', () => {
    const execution = simulate(branches).run();
    const begun = execution.started.length;
    execution.retry({ scope: 'from', task: 'a' });
    execution.run();
    expect(since(execution, begun).toSorted()).toEqual(['a#2', 'c', 'c#2']);
  });

  it('brings a join about anew, with what the other branches knew', () => {
    let value = 'old';
    const execution = simulate(
      `
      tasks:
        a: { action: work, next: { publish: { a: "{{ result() }}" }, do: both } }
        b: { action: work, input: { of: b }, next: { publish: { b: "{{ result().of }}" }, do: both } }
        both: { action: work, join: all, input: { a: "{{ vars.a }}", b: "{{ vars.b }}" } }
      output: "{{ task.both.result }}"`,
      { answers: { a: () => ok(value) } },
    ).run();
    expect(execution.output).toEqual({ a: 'old', b: 'b' });
    value = 'new';
    execution.retry({ scope: 'task', task: 'a' });
    expect(execution.inFlight).toEqual(['a#2']);
    execution.run();
    expect(execution.output).toEqual({ a: 'new', b: 'b' });
    expectReplayed(execution);
  });

  it('refuses what makes no sense', () => {
    const execution = simulate(list).run();
    const refused = (selection: Parameters<CoreSimulation['retry']>[0]): unknown => {
      try {
        return execution.retry(selection);
      } catch (error) {
        return (error as { readonly code?: unknown }).code;
      }
    };
    expect(refused({ scope: 'failed' })).toBe('RETRY_NOTHING');
    expect(refused({ scope: 'task', task: 'nope' })).toBe('RETRY_TASK_UNKNOWN');
    expect(refused({ scope: 'items', items: [[3, 20]] })).toBe('RETRY_ITEMS_INVALID');
    expect(refused({ scope: 'items', items: [[5, 3]] })).toBe('RETRY_ITEMS_INVALID');
    expect(refused({ scope: 'items', items: [[0, 0]], task: 'sum' })).toBe('RETRY_ITEMS_INVALID');
    expect(execution.state.outcome?.status).toBe('succeeded');
  });

  it('refuses to undo what a failure elsewhere would keep from running again', () => {
    const execution = simulate(
      `
      tasks:
        bad: { action: work, delay: 1s }
        a: { action: work, next: { do: b } }
        b: { action: work }`,
      { answers: { bad: () => failed() } },
    ).run();
    expect(() => execution.retry({ scope: 'task', task: 'a' })).toThrow(
      expect.objectContaining({ code: 'RETRY_BLOCKED' }),
    );
    execution.retry({ scope: 'task', task: 'b' });
    execution.run();
    expect(execution.started.filter((name) => name.startsWith('b'))).toContain('b#2');
    expect(execution.outcome.status).toBe('failed');
  });
});
