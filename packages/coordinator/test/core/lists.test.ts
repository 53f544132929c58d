import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failed, held, ok, simulate, type Answer, type CoreSimulation } from '../core-simulation.ts';

/** One task over the list `input.list`, with its results and counts as the output. */
function list(
  items: unknown,
  options: { readonly with?: string; readonly task?: string; readonly answer?: Answer } = {},
): CoreSimulation {
  const { with: fields = '', task = '', answer } = options;
  return simulate(
    `
    input: { list: null }
    tasks:
      each: { with: { items: "{{ input.list }}", ${fields} }, action: echo, input: "{{ item }}", ${task} }
    output: { result: "{{ task.each.result }}", counts: "{{ task.each.counts }}", failed: "{{ task.each.failed_items }}" }
    `,
    { input: { list: items }, answers: answer === undefined ? {} : { each: answer } },
  );
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

describe('a list', () => {
  it('gives results in item order, whatever the order in which items finish', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        fc.infiniteStream(fc.nat()),
        (size, width, picks) => {
          const execution = list(numbers(size), { with: `concurrency: ${width}` });
          while (execution.state.outcome === undefined) {
            const steps = execution.steps();
            const step = steps[(picks.next().value as number) % steps.length];
            if (step !== undefined) execution.take(step);
          }
          expect(execution.output).toMatchObject({ result: numbers(size), failed: [] });
        },
      ),
    );
  });

  it.each([
    [1, 5],
    [3, 10],
    [10, 10],
    [1000, 4],
  ])('with concurrency %i and %i items is never wider than that, and no narrower than it can be', (width, size) => {
    const execution = list(numbers(size), { with: `concurrency: ${width}` });
    while (execution.state.outcome === undefined) {
      const done = execution.started.length - execution.inFlight.length;
      expect(execution.inFlight).toHaveLength(Math.min(width, size - done));
      const [step] = execution.steps();
      if (step !== undefined) execution.take(step);
    }
    expect(execution.started).toEqual(numbers(size).map((index) => `each[${index}]`));
  });

  it('has a window of ten by default', () => {
    expect(list(numbers(100)).inFlight).toHaveLength(10);
  });

  it('takes its concurrency from an expression', () => {
    expect(list(numbers(100), { with: 'concurrency: "{{ 3 + 4 }}"' }).inFlight).toHaveLength(7);
  });

  it.each(['0', '-1', '1.5', "'3'", 'null', '[2]', 'true'])('fails when its concurrency comes out as %s', (width) => {
    const execution = list(numbers(3), { with: `concurrency: "{{ ${width} }}"` }).run();
    expect(execution.started).toEqual([]);
    expect(execution.outcome).toMatchObject({ status: 'failed', errors: [{ code: 'EXPRESSION_TYPE', task: 'each' }] });
    expect(execution.outcome.errors[0]?.message).toContain('expected an integer of at least 1');
  });

  it('that is empty succeeds at once with an empty result', () => {
    const execution = list([], {
      task: 'next: { when: "{{ succeeded() }}", publish: { n: "{{ result() | length }}" } }',
    });
    expect(execution.run().outcome.status).toBe('succeeded');
    expect(execution.started).toEqual([]);
    expect(execution.output).toEqual({
      ...{ result: [], failed: [] },
      counts: { total: 0, succeeded: 0, failed: 0, canceled: 0, running: 0, retrying: 0, pending: 0 },
    });
  });

  it('of one item runs it once', () => {
    const execution = list([null]).run();
    expect(execution.started).toEqual(['each[0]']);
    expect(execution.output).toMatchObject({ result: [null], counts: { total: 1, succeeded: 1 } });
  });

  it.each([
    ['null', null, 'got null'],
    ['a text', 'abc', 'got the string "abc"'],
    ['an empty text', '', 'got the string ""'],
    ['a number', 3, 'got the number 3'],
    ['true', true, 'got the boolean true'],
  ])('that is %s fails with ITEMS_NOT_A_LIST, with its transitions', (_what, items, got) => {
    const execution = list(items);
    execution.run();
    expect(execution.started).toEqual([]);
    expect(execution.outcome.errors).toMatchObject([{ code: 'ITEMS_NOT_A_LIST', task: 'each' }]);
    expect(execution.outcome.errors[0]?.message).toContain(
      `with.items of task "each": expected a list, or a map whose entries are the items, ${got}`,
    );
  });

  it('may be a map, of which the entries are the items', () => {
    const entries = simulate(
      `
      tasks: { each: { with: { items: "{{ input }}", as: [name, price] }, action: echo, input: [1] } }
      output: "{{ task.each.result }}"
      `.replace('[1]', '{ got: ["{{ name }}", "{{ price.eur }}", "{{ item.key }}", "{{ index }}"] }'),
      { input: { tea: { eur: 1 }, milk: { eur: 2 } } },
    );
    expect(entries.run().output).toEqual([{ got: ['tea', 1, 'tea', 0] }, { got: ['milk', 2, 'milk', 1] }]);
  });

  it.each(['x, y in {{ zip([1, 2], ["a", "b"]) }}', '  x,y   in {{ zip([1, 2], ["a", "b"]) }}'])(
    'names the parts of its items: %s',
    (items) => {
      const execution = simulate(`
        tasks: { each: { with: '${items}', action: echo, input: { both: "{{ y ~ x }}" } } }
        output: "{{ task.each.result }}"
      `);
      expect(execution.run().output).toEqual([{ both: 'a1' }, { both: 'b2' }]);
    },
  );

  it('fails an item that has other parts than there are names for', () => {
    const execution = simulate(
      `
      tasks:
        each: { with: { items: [[1, 2], [1], 5, { key: 1 }, null], as: [x, y], tolerate: 4 }, action: echo, input: { x: "{{ x }}" } }
      output: "{{ task.each.failed_items | map(attribute='error.code') }}"
      `,
    );
    expect(execution.run().output).toEqual(['ITEM_PARTS', 'ITEM_PARTS', 'ITEM_PARTS', 'ITEM_PARTS']);
  });

  it('that is none can be taken up by a transition', () => {
    const execution = simulate(`
      tasks: { each: { with: { items: "{{ execution.id }}" }, action: work, next: { when: "{{ failed() }}", do: noop } } }
    `).run();
    expect(execution.outcome).toMatchObject({ status: 'succeeded', errors: [] });
  });

  it('does not quote a long text that stands where a list should', () => {
    const execution = list('x'.repeat(2000)).run();
    expect(execution.outcome.errors[0]?.message.length).toBeLessThan(200);
  });

  it('may hold anything, lists and null included, and nothing is spread', () => {
    const items = [[1, 2], [], null, { item: 1 }, '', 0, false, [[3]]];
    expect(list(items).run().output).toMatchObject({ result: items });
  });

  it('may be written in place, with templates in it', () => {
    const execution = simulate(`
      vars: { n: 1 }
      tasks: { each: { with: { items: ["{{ n }}", two, { three: "{{ n + 2 }}" }] }, action: echo, input: { got: "{{ item }}" } } }
      output: "{{ task.each.result }}"
    `).run();
    expect(execution.output).toEqual([{ got: 1 }, { got: 'two' }, { got: { three: 3 } }]);
  });

  it('knows the item, its index from 0 and its own name in inputs, timeouts and retry conditions', () => {
    const execution = simulate(
      `
      tasks:
        each:
          with: { items: [a, b], as: row }
          action: work
          timeout: "{{ index + 1 }}"
          retry: { count: 1, when: "{{ row == 'b' and index == 1 and item == row }}" }
          input: { item: "{{ item }}", index: "{{ index }}", row: "{{ row }}", attempt: "{{ attempt }}" }
      output: "{{ task.each.result }}"
      `,
      { answers: { each: ({ input, attempt }) => (attempt === 1 ? failed() : ok(input)) } },
    ).run();
    expect(execution.started).toEqual(['each[0]', 'each[1]', 'each[1]#2']);
    expect(execution.output).toEqual([null, { item: 'b', index: 1, row: 'b', attempt: 2 }]);
  });

  it('gives every item a key of its own that stays over its retries', () => {
    const keys: string[] = [];
    list(['a', 'b'], {
      task: 'retry: { count: 1 }',
      answer: ({ idempotencyKey, index, item, attempt }) => {
        keys.push(`${idempotencyKey} ${String(index)} ${String(item)} ${attempt}`);
        return failed();
      },
    }).run();
    expect(keys).toEqual(['x/each/1/0 0 a 1', 'x/each/1/1 1 b 1', 'x/each/1/0 0 a 2', 'x/each/1/1 1 b 2']);
  });

  it('has no item and no index outside of it', () => {
    const execution = simulate(`
      vars: { seen: none }
      tasks:
        each: { with: { items: [1] }, action: echo, next: { do: after } }
        after: { action: echo, input: { vars: "{{ vars | keys }}" } }
      output: "{{ task.after.result }}"
    `).run();
    expect(execution.output).toEqual({ vars: ['seen'] });
  });

  it('of 2,000 items hands each out once and keeps the order', () => {
    const execution = list(numbers(2000), { with: 'concurrency: 100' }).run();
    expect(execution.output).toMatchObject({ result: numbers(2000), counts: { succeeded: 2000 } });
    expect(execution.started).toHaveLength(2000);
  });
});

describe('failed items', () => {
  const odd: Answer = ({ index = 0 }) =>
    index % 2 === 1 ? failed(`no ${index}`, { code: 'ODD', details: { index } }) : ok(index);

  it('do not stop the others; the task fails when all have ended', () => {
    const execution = list(['a', 'b', 'c', 'd', 'e'], { with: 'concurrency: 1', answer: odd }).run();
    expect(execution.started).toEqual(numbers(5).map((index) => `each[${index}]`));
    expect(execution.outcome).toMatchObject({
      status: 'failed',
      errors: [
        {
          ...{ code: 'ITEMS_FAILED', task: 'each', message: '2 of 5 items failed; item 1: no 1' },
          details: { failed: 2, first: { index: 1, code: 'ODD' } },
        },
      ],
    });
    expect(execution.output).toEqual({
      result: [0, null, 2, null, 4],
      counts: { total: 5, succeeded: 3, failed: 2, canceled: 0, running: 0, retrying: 0, pending: 0 },
      failed: [
        {
          ...{ index: 1, item: 'b', attempts: 1 },
          error: { kind: 'application', code: 'ODD', message: 'no 1', retryable: true, details: { index: 1 } },
        },
        {
          ...{ index: 3, item: 'd', attempts: 1 },
          error: { kind: 'application', code: 'ODD', message: 'no 3', retryable: true, details: { index: 3 } },
        },
      ],
    });
  });

  it('are listed by index, whatever the order in which they failed', () => {
    const execution = list(numbers(4), { answer: () => held });
    for (const index of [3, 1, 2, 0]) execution.answer(`each[${index}]`, failed(`${index}`));
    expect(execution.outcome.errors[0]?.message).toBe('4 of 4 items failed; item 0: 0');
    expect((execution.output as { failed: { index: number }[] }).failed.map(({ index }) => index)).toEqual([
      0, 1, 2, 3,
    ]);
  });

  it('fail the task whichever item finishes last', () => {
    for (const last of [0, 1]) {
      const execution = list(numbers(2), { answer: () => held });
      for (const index of [1 - last, last]) execution.answer(`each[${index}]`, index === 0 ? failed() : ok(1));
      expect(execution.outcome).toMatchObject({ status: 'failed', errors: [{ code: 'ITEMS_FAILED' }] });
    }
  });

  it('can be taken up by a transition that knows them', () => {
    const execution = simulate(
      `
      tasks:
        each:
          with: { items: [1, 2] }
          action: work
          next: { when: "{{ failed() }}", publish: { bad: "{{ task.each.failed_items }}", good: "{{ result() }}", n: "{{ error().details.failed }}" }, do: noop }
      output: { bad: "{{ bad[0].item }}", good: "{{ good }}", n: "{{ n }}" }
      `,
      { answers: { each: ({ item }) => (item === 1 ? failed() : ok('fine')) } },
    ).run();
    expect(execution.outcome).toMatchObject({ status: 'succeeded', output: { bad: 1, good: [null, 'fine'], n: 1 } });
  });
});

describe('retries of items', () => {
  it('hold no slot of the window while they wait', () => {
    const execution = list(numbers(4), {
      ...{ with: 'concurrency: 1', task: 'retry: { count: 1, delay: 1h }' },
      answer: ({ index, attempt }) => (index === 0 && attempt === 1 ? failed() : ok(index)),
    }).run();
    expect(execution.started).toEqual(['each[0]', 'each[1]', 'each[2]', 'each[3]', 'each[0]#2']);
    expect(execution.output).toMatchObject({ result: [0, 1, 2, 3] });
  });

  it('come before items that were never handed out', () => {
    const execution = list(numbers(4), {
      ...{ with: 'concurrency: 1', task: 'retry: { count: 1 }' },
      answer: ({ index }) => (index === 1 ? held : failed()),
    });
    execution.answer('each[0]', failed());
    const timer = execution.steps().find((step) => step.kind === 'timer');
    if (timer !== undefined) execution.take(timer);
    expect(execution.inFlight).toEqual(['each[1]']);
    execution.answer('each[1]', ok(1));
    expect(execution.inFlight).toEqual(['each[0]#2']);
  });

  it('are counted per item, and the last failure of each stands', () => {
    const execution = list(numbers(3), {
      task: 'retry: { count: 2, delay: 1s, backoff: exponential }',
      answer: ({ index = 0, attempt }) => (attempt <= index + 1 ? failed(`${index}:${attempt}`) : ok(attempt)),
    }).run();
    expect(execution.output).toMatchObject({
      result: [2, 3, null],
      counts: { total: 3, succeeded: 2, failed: 1 },
      failed: [{ index: 2, attempts: 3, error: { message: '2:3' } }],
    });
  });

  it('are counted as retrying, the others as running and pending', () => {
    const execution = list(numbers(5), {
      with: 'concurrency: 2',
      task: 'retry: { count: 1, delay: 1s }',
      answer: () => held,
    });
    execution.answer('each[0]', failed());
    execution.answer('each[1]', ok(1));
    const [visit] = execution.state.visits.values();
    expect(visit?.items).toMatchObject({ succeeded: 1, cursor: 4 });
    expect([visit?.items?.running.size, visit?.items?.waiting.size]).toEqual([2, 1]);
  });

  it('do not count the list evaluated again, unless the condition wants that', () => {
    const execution = simulate(`
      tasks:
        each: { with: { items: "{{ 1 / (attempt - 1) }}" }, action: work, retry: { count: 2, delay: 1s, when: "{{ failed() }}" } }
    `).run();
    expect(execution.outcome).toMatchObject({ status: 'failed', errors: [{ task: 'each' }] });
    expect(execution.notices.filter(({ type }) => type === 'attempt-failed')).toHaveLength(3);
  });
});
