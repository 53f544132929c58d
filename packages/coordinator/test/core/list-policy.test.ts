import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failed, held, ok, simulate, type Answer, type CoreSimulation } from '../core-simulation.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

/** A list of `size` numbers, with its outcome as the output. */
function list(size: number, fields: string, answer: Answer, task = ''): CoreSimulation {
  return simulate(
    `
    input: { list: null }
    tasks:
      each:
        with: { items: "{{ input.list }}", ${fields} }
        action: work
        ${task}
        next: { publish: { status: "{{ task.each.status }}" } }
    output:
      result: "{{ task.each.result }}"
      counts: "{{ task.each.counts }}"
      failed: "{{ task.each.failed_items | map(attribute='index') }}"
      status: "{{ status }}"
    `,
    { input: { list: numbers(size) }, answers: { each: answer } },
  );
}

/** Items with these indexes fail, the others answer their index. */
const failing =
  (...indexes: readonly number[]): Answer =>
  ({ index = -1 }) =>
    indexes.includes(index) ? failed(`no ${index}`, { retryable: false, code: 'NO' }) : ok(index);

describe('a list that tolerates failed items', () => {
  it.each([
    ['0', 0, 'succeeded'],
    ['0', 1, 'failed'],
    ['2', 2, 'succeeded'],
    ['2', 3, 'failed'],
    ['10%', 1, 'succeeded'],
    ['10%', 2, 'failed'],
    ['19.9%', 2, 'failed'],
    ['100%', 10, 'succeeded'],
    ['"{{ 1 + 1 }}"', 2, 'succeeded'],
    ['"{{ (input.list | length) ~ \'%\' }}"', 1, 'succeeded'],
    ['"{{ (input.list | length) ~ \'%\' }}"', 2, 'failed'],
  ])('tolerate: %s with %i failures of ten has %s', (tolerate, count, status) => {
    const execution = list(10, `tolerate: ${tolerate}`, failing(...numbers(count))).run();
    expect(execution.outcome.status).toBe(status);
    expect(execution.output).toMatchObject({ failed: numbers(count), counts: { failed: count, total: 10 } });
  });

  it('gives null for a failed item, and tells of it', () => {
    const execution = list(3, 'tolerate: 1', failing(1)).run();
    expect(execution.output).toMatchObject({ result: [0, null, 2], failed: [1], status: 'succeeded' });
    expect(execution.outcome.errors).toEqual([]);
  });

  it('says how many failed and how many are tolerated', () => {
    const execution = list(4, 'tolerate: 1', failing(2, 1)).run();
    expect(execution.outcome.errors).toMatchObject([
      {
        code: 'ITEMS_FAILED',
        message: '2 of 4 items failed, more than the 1 that are tolerated; item 1: no 1',
        details: { failed: 2, first: { index: 1, code: 'NO' } },
      },
    ]);
  });

  it.each(["'5'", '-1', '1.5', "'101%'", 'null', '[]'])('fails when tolerate comes out as %s', (value) => {
    const execution = list(3, `tolerate: "{{ ${value} }}"`, failing()).run();
    expect(execution.started).toEqual([]);
    expect(execution.outcome.errors).toMatchObject([{ code: 'EXPRESSION_TYPE', task: 'each' }]);
    expect(execution.outcome.errors[0]?.message).toContain('expected a count or a share from 0% to 100%');
  });
});

describe('once a list has failed', () => {
  it('continue runs every item all the same', () => {
    const execution = list(20, 'concurrency: 2', failing(0, 5)).run();
    expect(execution.started).toHaveLength(20);
    expect(execution.output).toMatchObject({ counts: { succeeded: 18, failed: 2, canceled: 0 } });
  });

  it('stop lets what is in flight end, and begins nothing else', () => {
    const execution = list(20, 'concurrency: 3, on_failure: stop', ({ index }) => (index === 0 ? failed() : held));
    execution.run();
    expect(execution.inFlight).toEqual(['each[1]', 'each[2]']);
    execution.answer('each[1]', ok('one'));
    execution.answer('each[2]', failed('late'));
    expect(execution.outcome).toMatchObject({ status: 'failed', errors: [{ code: 'ITEMS_FAILED' }] });
    expect(execution.output).toMatchObject({
      counts: { total: 20, succeeded: 1, failed: 2, canceled: 17, pending: 0, running: 0 },
      failed: [0, 2],
    });
  });

  it('stop retries nothing, and cancels what waits for a retry', () => {
    const answer: Answer = ({ index, attempt }) => {
      if (index === 0) return failed('again');
      return attempt === 1 && index === 1 ? failed('fatal', { retryable: false }) : held;
    };
    const execution = list(9, 'concurrency: 3, on_failure: stop', answer, 'retry: { count: 5, delay: 1m }');
    execution.run();
    execution.answer('each[2]', failed('again'));
    execution.answer('each[3]', ok(3));
    expect(execution.output).toMatchObject({ counts: { succeeded: 1, failed: 2, canceled: 6 }, failed: [1, 2] });
  });

  it('cancel aborts what is in flight and ends at once', () => {
    const execution = list(20, 'concurrency: 3, on_failure: cancel', ({ index }) => (index === 1 ? failed() : held));
    execution.run();
    expect(execution.outcome).toMatchObject({ status: 'failed', errors: [{ code: 'ITEMS_FAILED' }] });
    expect(execution.output).toMatchObject({ counts: { succeeded: 0, failed: 1, canceled: 19 } });
  });

  it('cancel aborts no attempt of another task', () => {
    const execution = simulate(
      `
      tasks:
        each: { with: { items: [1, 2], on_failure: cancel }, action: work }
        other: { with: { items: [1, 2] }, action: work }
      `,
      { answers: { each: ({ index }) => (index === 0 ? failed() : held), other: () => held } },
    ).run();
    expect(execution.inFlight).toEqual(['other[0]', 'other[1]']);
  });

  it.each(['stop', 'cancel'])('%s ends in the same way after a crash', (mode) => {
    const execution = list(9, `concurrency: 3, on_failure: ${mode}`, ({ index }) => (index === 0 ? failed() : held));
    execution.answer('each[0]', failed());
    execution.crash();
    for (const name of [...execution.inFlight]) execution.answer(name, ok(1));
    expect(execution.run().outcome).toMatchObject({ status: 'failed', errors: [{ code: 'ITEMS_FAILED' }] });
    expect(execution.output).toMatchObject({ counts: mode === 'stop' ? { canceled: 6 } : { canceled: 8 } });
  });

  it('a share is judged against all items', () => {
    const execution = list(20, 'concurrency: 1, on_failure: stop, tolerate: 10%', failing(0, 1, 2, 3)).run();
    expect(execution.started).toHaveLength(3);
    expect(execution.output).toMatchObject({ counts: { failed: 3, canceled: 17 } });
  });

  it('fails or not whatever the order in which items end, under every policy', () => {
    const policy = fc.record({
      mode: fc.constantFrom('continue', 'stop', 'cancel'),
      tolerate: fc.constantFrom('0', '1', '3', '25%', '50%'),
      width: fc.integer({ min: 1, max: 8 }),
      bad: fc.uniqueArray(fc.nat({ max: 11 }), { maxLength: 8 }),
    });
    fc.assert(
      fc.property(policy, fc.infiniteStream(fc.nat()), ({ mode, tolerate, width, bad }, picks) => {
        const fields = `tolerate: ${tolerate}, concurrency: ${width}, on_failure: ${mode}`;
        const execution = list(12, fields, failing(...bad));
        while (execution.state.outcome === undefined) {
          const steps = execution.steps();
          const step = steps[(picks.next().value as number) % steps.length];
          if (step !== undefined) execution.take(step);
        }
        const allowed = { '0': 0, '1': 1, '3': 3, '25%': 3, '50%': 6 }[tolerate] ?? 0;
        expect(execution.outcome.status).toBe(bad.length > allowed ? 'failed' : 'succeeded');
        const { counts } = execution.output as { counts: Record<string, number> };
        expect((counts['succeeded'] ?? 0) + (counts['failed'] ?? 0) + (counts['canceled'] ?? 0)).toBe(12);
        if (mode === 'continue') expect(counts).toMatchObject({ failed: bad.length, canceled: 0 });
      }),
    );
  });
});

describe('decisions about a failed item', () => {
  it('continue_when forgives: the failure is told of and counts towards nothing', () => {
    const execution = list(4, `continue_when: "{{ error().code == 'NO' and index > 1 }}"`, failing(2, 3)).run();
    expect(execution.outcome.status).toBe('succeeded');
    expect(execution.output).toMatchObject({ result: [0, 1, null, null], failed: [2, 3], counts: { failed: 2 } });
  });

  it('continue_when is asked after the last retry', () => {
    const answer: Answer = ({ index }) => (index === 0 ? failed('again') : ok(1));
    const execution = list(2, 'continue_when: "{{ attempt == 3 }}"', answer, 'retry: { count: 2 }').run();
    expect(execution.started).toEqual(['each[0]', 'each[1]', 'each[0]#2', 'each[0]#3']);
    expect(execution.outcome.status).toBe('succeeded');
  });

  it('fail_when fails the list, without a retry and whatever is tolerated', () => {
    const execution = list(
      ...([9, 'tolerate: 100%, concurrency: 2, fail_when: "{{ error().message == \'fatal\' }}"' as string] as const),
      ({ index }) => (index === 1 ? failed('fatal') : ok(index)),
      'retry: { count: 5 }',
    ).run();
    expect(execution.outcome.errors).toMatchObject([
      { code: 'ITEMS_FAILED', message: 'item 1 failed, which fails the whole list: fatal' },
    ]);
    expect(execution.output).toMatchObject({ counts: { failed: 1 }, failed: [1] });
    expect(execution.started.length).toBeLessThan(9);
  });

  it.each(['continue_when', 'fail_when'])('%s that cannot be evaluated is the failure of the item', (key) => {
    const execution = list(1, `${key}: "{{ 1 / index }}"`, failing(0)).run();
    expect(execution.outcome.errors[0]?.message).toContain(`with.${key} of task "each"`);
    expect(execution.output).toMatchObject({ failed: [0] });
  });
});

describe('what a list collects', () => {
  it.each<readonly [string, unknown]>([
    ['all', [0, null, 2]],
    ['none', null],
    ['failed', [expect.objectContaining({ index: 1, item: 1, attempts: 1 })]],
    ['count', { total: 3, succeeded: 2, failed: 1, canceled: 0, running: 0, retrying: 0, pending: 0 }],
  ])('collect: %s', (collect, result) => {
    const execution = list(3, `tolerate: 1, collect: ${collect}`, failing(1)).run();
    expect(execution.output).toMatchObject({ result, failed: [1] });
  });

  it('keeps nothing of a result that it does not collect', () => {
    const execution = list(50, 'collect: none, concurrency: 50', ({ index }) =>
      index === 0 ? held : ok('x'.repeat(1000)),
    );
    execution.run();
    const [visit] = execution.state.visits.values();
    expect(visit?.items?.results.size).toBe(0);
    expect(visit?.items?.succeeded).toBe(49);
  });
});

describe('a list that reduces its results', () => {
  it('gives one value, in item order whatever the order in which items end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 1, max: 10 }),
        fc.infiniteStream(fc.nat()),
        (size, width, picks) => {
          const fields = `concurrency: ${width}, tolerate: 100%, reduce: { initial: [], value: "{{ acc + [[index, item, result]] }}" }`;
          const execution = list(size, fields, ({ index = 0 }) => (index % 3 === 1 ? failed() : ok(index * 2)));
          while (execution.state.outcome === undefined) {
            const steps = execution.steps();
            const step = steps[(picks.next().value as number) % steps.length];
            if (step !== undefined) execution.take(step);
          }
          const rows = numbers(size).filter((index) => index % 3 !== 1);
          expect(execution.output).toMatchObject({ result: rows.map((index) => [index, index, index * 2]) });
        },
      ),
    );
  });

  it('keeps only what ended too early', () => {
    const fields = 'concurrency: 10, reduce: { initial: 0, value: "{{ acc + result }}" }';
    const execution = list(100, fields, ({ index }) => (index === 50 ? held : ok(1)));
    execution.run();
    const items = [...execution.state.visits.values()][0]?.items;
    expect(items).toMatchObject({ acc: 50, folded: 50 });
    expect(items?.landed.size).toBe(49);
    execution.answer('each[50]', ok(1));
    expect(execution.output).toMatchObject({ result: 100 });
  });

  it('begins with what initial comes to, null by default, and ends with that where nothing succeeded', () => {
    expect(list(0, 'reduce: { initial: "{{ 40 + 2 }}", value: acc }', failing()).run().output).toMatchObject({
      result: 42,
    });
    const nothing = list(2, 'tolerate: 2, reduce: { value: "{{ [acc] }}" }', failing(0, 1)).run();
    expect(nothing.output).toMatchObject({ result: null });
  });

  it('goes on after a crash with what it had', () => {
    const fields = 'concurrency: 3, reduce: { initial: "", value: "{{ acc ~ result }}" }';
    const execution = list(6, fields, ({ index }) => (index === 2 ? held : ok(`${index ?? ''}`)));
    execution.run();
    execution.crash();
    execution.answer('each[2]', ok('2'));
    expect(execution.run().output).toMatchObject({ result: '012345' });
  });

  it('that cannot be evaluated fails the list with the place, and begins nothing more', () => {
    const fields = 'concurrency: 1, tolerate: 100%, reduce: { initial: 2, value: "{{ acc - 1 / (2 - index) }}" }';
    const execution = list(9, fields, ({ index }) => ok(index)).run();
    expect(execution.outcome.errors).toMatchObject([{ code: expect.stringMatching(/^EXPRESSION_/) as string }]);
    expect(execution.outcome.errors[0]?.message).toContain('with.reduce of task "each", item 2');
    expect(execution.started).toHaveLength(3);
    expect(execution.output).toMatchObject({ counts: { succeeded: 3, canceled: 6 } });
  });
});
