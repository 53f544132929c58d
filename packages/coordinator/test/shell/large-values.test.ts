import { recordBytesMax } from '@weftline/persistence';
import { describe, expect, it } from 'vitest';
import { eventBytesMax } from '../../src/core/event-codec.ts';
import { journalOf, setUp } from '../coordinator-setup.ts';
import { ok } from '../core-simulation.ts';
import { ScriptedExecutor } from '../scripted-executor.ts';

const tooLong = 'x'.repeat(eventBytesMax);

function cycle(): unknown {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
}

function deep(levels: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

it('an event may take what a store takes as one record', () => {
  expect(eventBytesMax).toBe(recordBytesMax);
});

describe('a result that cannot be recorded', () => {
  it.each([
    ['is too long', tooLong, 'RESULT_TOO_LARGE'],
    ['contains itself', cycle(), 'RESULT_NOT_JSON'],
    ['is a BigInt', 1n, 'RESULT_NOT_JSON'],
    ['is too deep', deep(1_000_000), 'RESULT_TOO_LARGE'],
    [
      'cannot be read',
      {
        toJSON: () => {
          throw new Error('no');
        },
      },
      'RESULT_NOT_JSON',
    ],
  ])('because it %s fails its attempt, which is not made again by itself', async (_why, result, code) => {
    const executor = new ScriptedExecutor({ a: () => ok(result) });
    const { start, store } = setUp({ executor });
    const runner = await start(`
      tasks:
        a: { action: work, retry: { count: 3 }, next: { when: "{{ failed() }}", do: b } }
        b: { action: work, input: { code: "{{ task.a.error.code }}" } }
      output: { code: "{{ task.b.result.code }}" }
    `);
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded', output: { code } });
    expect(executor.calls).toEqual(['a', 'b']);
    expect(await journalOf(store)).toContainEqual(expect.objectContaining({ type: 'attempt-failed', visit: 1 }));
  });

  it('fails its item alone', async () => {
    const executor = new ScriptedExecutor({ each: ({ index }) => ok(index === 1 ? 1n : index) });
    const { start } = setUp({ executor });
    const runner = await start(`
      tasks: { each: { with: { items: [a, b, c] }, action: work, next: { when: "{{ failed() }}", do: noop } } }
      output: { result: "{{ task.each.result }}", failed: "{{ task.each.failed_items }}" }
    `);
    expect((await runner.outcome()).output).toMatchObject({
      result: [0, null, 2],
      failed: [{ index: 1, error: { code: 'RESULT_NOT_JSON', retryable: false } }],
    });
  });

  it('is null where there is none', async () => {
    const { start } = setUp({ executor: new ScriptedExecutor({ a: () => ok(undefined) }) });
    const runner = await start(`
      tasks: { a: { action: work } }
      output: "{{ task.a.result }}"
    `);
    expect((await runner.outcome()).output).toBeNull();
  });
});

it('a failure whose details cannot be recorded stays that failure, without them', async () => {
  const failure = { kind: 'timeout', code: 'SLOW', message: 'too slow', retryable: false, details: cycle() } as const;
  const { start } = setUp({ executor: new ScriptedExecutor({ a: () => ({ ok: false, failure }) }) });
  const runner = await start(`
    tasks: { a: { action: work, next: { when: "{{ timed_out() }}", do: noop } } }
    output: "{{ task.a.error }}"
  `);
  expect((await runner.outcome()).output).toEqual({
    ...{ kind: 'timeout', code: 'SLOW', message: 'too slow', retryable: false, details: null },
  });
});

describe('an output that cannot be recorded', () => {
  const half = 'x'.repeat(eventBytesMax / 2);

  it('is null and fails the execution, which has its end', async () => {
    const executor = new ScriptedExecutor({ a: () => ok(half), b: () => ok(half) });
    const { start, store, coordinator } = setUp({ executor });
    const runner = await start(`
      tasks: { a: { action: work, next: { do: b } }, b: { action: work } }
      output: ["{{ task.a.result }}", "{{ task.b.result }}"]
    `);
    const outcome = await runner.outcome();
    expect(outcome).toMatchObject({ status: 'failed', output: null, errors: [{ code: 'OUTPUT_TOO_LARGE' }] });
    expect(await store.get('x')).toMatchObject({ status: 'failed' });
    expect((await journalOf(store)).at(-1)).toMatchObject({ type: 'execution-finished', output: null });
    await expect(coordinator.recover('x')).rejects.toMatchObject({ code: 'EXECUTION_FINISHED' });
  });

  it('may be one that doubles with every round of a loop', async () => {
    const { start } = setUp();
    const runner = await start(`
      vars: { n: 0, tree: [leaf] }
      tasks:
        begin: { action: work, next: { do: a } }
        a:
          action: work
          next:
            - { when: "{{ n < 40 }}", publish: { n: "{{ n + 1 }}", tree: ["{{ tree }}", "{{ tree }}"] }, do: a }
      output: { tree: "{{ tree }}" }
    `);
    expect(await runner.outcome()).toMatchObject({ status: 'failed', errors: [{ code: 'OUTPUT_TOO_LARGE' }] });
  });

  it('may be one that a loop has nested too deeply', async () => {
    const { start } = setUp();
    const runner = await start(`
      vars: { n: 0, tree: [leaf] }
      tasks:
        begin: { action: work, next: { do: a } }
        a: { action: work, next: [{ when: "{{ n < 20000 }}", publish: { n: "{{ n + 1 }}", tree: ["{{ tree }}"] }, do: a }] }
      output: { tree: "{{ tree }}" }
    `);
    expect(await runner.outcome()).toMatchObject({ status: 'failed', errors: [{ code: 'OUTPUT_TOO_LARGE' }] });
  });

  it('leaves its details out of errors that are too long themselves', async () => {
    const failure = { kind: 'application', code: 'BIG', message: 'big', retryable: false, details: half } as const;
    const { start } = setUp({
      executor: new ScriptedExecutor({ a: () => ({ ok: false, failure }), b: () => ({ ok: false, failure }) }),
    });
    const runner = await start(`tasks: { a: { action: work }, b: { action: work } }`);
    expect((await runner.outcome()).errors).toEqual([
      { code: 'BIG', message: 'big', task: 'a' },
      { code: 'BIG', message: 'big', task: 'b' },
      { code: 'OUTPUT_TOO_LARGE', message: expect.any(String) as string },
    ]);
  });
});
