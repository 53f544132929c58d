import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failed,
  held,
  ok,
  simulate,
  sourceOf,
  startAtMs,
  type Answer,
  type CoreSimulation,
  type Source,
} from '../core-simulation.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

interface ListOptions {
  readonly answer?: Answer;
  readonly task?: string;
  readonly source?: Source;
}

/** A list of the items of `input.list`, or of a source, with several items in one call. */
function list(items: unknown, fields: string, { answer, task = '', source }: ListOptions = {}): CoreSimulation {
  return simulate(
    `
    input: { list: null }
    tasks:
      each:
        with: { ${source === undefined ? 'items: "{{ input.list }}"' : 'from: { action: rows }'}, ${fields} }
        action: echo
        input: "{{ item }}"
        ${task}
    output: { result: "{{ task.each.result }}", counts: "{{ task.each.counts }}", failed: "{{ task.each.failed_items | map(attribute='index') }}" }
    `,
    {
      input: { list: items },
      answers: answer === undefined ? {} : { each: answer },
      ...(source === undefined ? {} : { sources: { each: source } }),
    },
  );
}

describe('a list in batches', () => {
  it('calls once for up to as many items, with results in item order', () => {
    const execution = list(numbers(7), 'batch: { size: 3 }, concurrency: 2').run();
    expect(execution.started).toEqual(['each[0,1,2]', 'each[3,4,5]', 'each[6]']);
    expect(execution.output).toMatchObject({ result: numbers(7), counts: { total: 7, succeeded: 7 } });
  });

  it('counts calls by its concurrency', () => {
    const execution = list(numbers(100), 'batch: 10, concurrency: 3', { answer: () => held });
    expect(execution.inFlight).toHaveLength(3);
    expect(execution.state.inFlight).toBe(30);
  });

  it('has an outcome for each item, and retries those that failed', () => {
    const answer: Answer = ({ index = 0, attempt }) => (index % 3 === 1 && attempt === 1 ? failed() : ok(index));
    const execution = list(numbers(6), 'batch: 3, concurrency: 1', { answer, task: 'retry: 1' }).run();
    expect(execution.started).toEqual(['each[0,1,2]', 'each[3,4,5]', 'each[1]#2', 'each[4]#2']);
    expect(execution.output).toMatchObject({ result: numbers(6), failed: [] });
  });

  it('fails an item alone whose input cannot be rendered', () => {
    const execution = simulate(`
      tasks: { each: { with: { items: [1, 0, 2], batch: 3, tolerate: 1 }, action: echo, input: "{{ { 'half': 1 / item } }}" } }
      output: "{{ task.each.result }}"
    `).run();
    expect(execution.output).toEqual([{ half: 1 }, null, { half: 0.5 }]);
  });

  it('bounds a batch by what its items take as JSON, one item at least', () => {
    const items = ['aaaa', 'bb', 'c', 'd'.repeat(50), 'e'];
    const execution = list(items, 'batch: { size: 10, bytes: 10 }, concurrency: 9').run();
    expect(execution.started).toEqual(['each[0,1]', 'each[2]', 'each[3]', 'each[4]']);
  });

  it('is made again with the same items after a crash', () => {
    const execution = list(numbers(9), 'batch: { size: 4 }, concurrency: 2', { answer: () => held });
    execution.answer('each[0,1,2,3]', ok(numbers(4).map((each) => ok(each))));
    expect(execution.inFlight).toEqual(['each[4,5,6,7]', 'each[8]']);
    execution.crash();
    expect(execution.inFlight).toEqual(['each[4,5,6,7]', 'each[8]']);
  });

  it('waits for a batch to fill while a source may give more, and no longer than it may', () => {
    const source: Source = (command) =>
      command.from < 4
        ? { ...sourceOf(numbers(5))(command), ended: false }
        : { ok: false, failure: { kind: 'application', message: 'later', retryable: true } };
    const options: ListOptions = { source, answer: () => held, task: 'retry: { count: 1, delay: 1h }' };
    const execution = list(null, 'batch: { size: 4, wait: 10s }, concurrency: 5', options);
    execution.runNow();
    expect(execution.started).toEqual(['each[0,1,2,3]']);
    expect(execution.dueAtMs).toContain(startAtMs + 10_000);
    execution.run();
    expect(execution.started).toEqual(['each[0,1,2,3]', 'each[4]']);
  });

  it('hands out the rest at once where nothing more can come', () => {
    const execution = list(numbers(5), 'batch: { size: 4, wait: 1h }').runNow();
    expect(execution.outcome.status).toBe('succeeded');
  });

  it.each([
    '0',
    '-1',
    '"{{ 0 }}"',
    '{ size: 0 }',
    '{ size: 2, bytes: 0 }',
    '{ size: 2, wait: soon }',
    '{ bytes: 1 }',
    'x',
  ])('cannot have the size %s', (batch) => {
    const run = (): CoreSimulation => list([1], `batch: ${batch}`).run();
    if (batch === '"{{ 0 }}"') expect(run().outcome.errors).toMatchObject([{ code: 'EXPRESSION_TYPE' }]);
    else expect(run).toThrow();
  });

  it('comes to the same as a list without, in any order, with crashes', () => {
    const answer: Answer = ({ index = 0, attempt }) => {
      if (index % 5 === 4) return failed('no', { retryable: false });
      return index % 5 === 2 && attempt === 1 ? failed() : ok(index);
    };
    const shape = fc.record({
      size: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 4 }),
      count: fc.nat({ max: 20 }),
    });
    fc.assert(
      fc.property(shape, fc.infiniteStream(fc.nat()), ({ size, width, count }, picks) => {
        const fields = `batch: ${size}, concurrency: ${width}, tolerate: 100%`;
        const execution = list(numbers(count), fields, { answer, task: 'retry: 1' });
        for (let crashes = 0; execution.state.outcome === undefined;) {
          const pick = picks.next().value as number;
          const steps = execution.steps();
          const step = steps[pick % steps.length];
          if (pick % 11 === 0 && crashes < 3) {
            crashes += 1;
            execution.crash();
          } else if (step === undefined) throw new Error('nothing moves any more');
          else execution.take(step);
        }
        const plain = list(numbers(count), 'tolerate: 100%', { answer, task: 'retry: 1' }).run();
        expect(execution.output).toEqual(plain.output);
      }),
    );
  });
});

describe('a list with a rate', () => {
  const startsOf = (execution: CoreSimulation): readonly number[] => {
    const starts: number[] = [];
    while (execution.state.outcome === undefined) {
      const before = execution.started.length;
      const [step] = execution.steps();
      if (step === undefined) throw new Error(`nothing moves any more, ${execution.inFlight.join()} are in flight`);
      execution.take(step);
      for (let count = before; count < execution.started.length; count += 1) starts.push(execution.nowMs - startAtMs);
    }
    return starts;
  };

  it('begins no more calls within the time than it may, and no fewer', () => {
    const execution = list(numbers(7), 'rate: { limit: 3, per: 1s }, concurrency: 100');
    expect([0, 0, 0, ...startsOf(execution)]).toEqual([0, 0, 0, 1000, 1000, 1000, 2000]);
    expect(execution.output).toMatchObject({ result: numbers(7) });
  });

  it('counts a batch once, and retries as well', () => {
    const execution = list(numbers(6), 'rate: { limit: 1, per: 10s }, batch: 3, concurrency: 9');
    expect(startsOf(execution)).toEqual([10_000]);
    const answer: Answer = ({ attempt }) => (attempt === 1 ? failed() : ok(1));
    const retrying = list([1], 'rate: { limit: 1, per: 10s }', { answer, task: 'retry: 1' });
    expect(startsOf(retrying)).toEqual([10_000]);
  });

  it('does not hold up what is in flight', () => {
    const execution = list(numbers(3), 'rate: { limit: 2, per: 1h }', { answer: () => held });
    execution.answer('each[1]', ok('b'));
    execution.answer('each[0]', ok('a'));
    const [visit] = execution.state.visits.values();
    expect(visit?.items).toMatchObject({ succeeded: 2, cursor: 2 });
  });

  it('is kept over a crash and a pause', () => {
    const execution = list(numbers(4), 'rate: { limit: 2, per: 1h }');
    execution.runNow();
    execution.crash();
    execution.runNow();
    expect(execution.started).toHaveLength(2);
    execution.pause();
    execution.resume();
    execution.runNow();
    expect(execution.started).toHaveLength(2);
    execution.run();
    expect(execution.nowMs - startAtMs).toBe(3_600_000);
    expect(execution.output).toMatchObject({ result: numbers(4) });
  });
});

describe('the concurrency of a list that runs', () => {
  const change = (execution: CoreSimulation, concurrency: number, task = 'each'): void =>
    execution.send({ type: 'concurrency-changed', atMs: execution.nowMs, task, concurrency });

  it('is raised at once', () => {
    const execution = list(numbers(100), 'concurrency: 2', { answer: () => held });
    change(execution, 7);
    expect(execution.inFlight).toHaveLength(7);
  });

  it('is lowered as items end', () => {
    const execution = list(numbers(100), 'concurrency: 5', { answer: () => held });
    change(execution, 2);
    for (const index of [0, 1, 2]) execution.answer(`each[${index}]`, ok(index));
    expect(execution.inFlight).toEqual(['each[3]', 'each[4]']);
    execution.answer('each[3]', ok(3));
    expect(execution.inFlight).toEqual(['each[4]', 'each[5]']);
  });

  it('holds for lists that the task opens later, and over a crash', () => {
    const execution = simulate(
      `
      tasks:
        first: { action: work, next: { do: each } }
        each: { with: { items: "{{ range(50) }}", concurrency: 2 }, action: work }
      `,
      { answers: { each: () => held } },
    );
    change(execution, 9);
    execution.crash();
    execution.run();
    expect(execution.inFlight).toHaveLength(9);
    change(execution, 3, 'nothing');
    expect(execution.state.concurrency).toEqual({ each: 9 });
  });
});
