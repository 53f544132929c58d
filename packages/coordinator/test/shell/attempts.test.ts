import { memoryStore, StoreError } from '@weftline/persistence';
import { faultyStore } from '@weftline/persistence/faulty-store';
import { describe, expect, it } from 'vitest';
import { eventually, nothingMore } from '../../src/conformance/eventually.ts';
import { journalOf, setUp } from '../coordinator-setup.ts';
import { failed, ok } from '../core-simulation.ts';
import { ScriptedExecutor, type Perform } from '../scripted-executor.ts';

const one = `
  tasks: { a: { action: work, next: { when: "{{ failed() }}", publish: { error: "{{ error() }}" }, do: noop } } }
  output: "{{ error | default(task.a.result) }}"
`;

async function outcomeOf(perform: Perform): Promise<unknown> {
  const { start } = setUp({ executor: new ScriptedExecutor({ a: perform }) });
  return (await (await start(one)).outcome()).output;
}

describe('an attempt', () => {
  it('may be answered at once or later', async () => {
    expect(await outcomeOf(() => ok(1))).toBe(1);
    expect(await outcomeOf(() => Promise.resolve(ok(2)))).toBe(2);
    expect(await outcomeOf(async () => (await nothingMore(1), ok(3)))).toBe(3);
  });

  it.each<[string, () => never, string]>([
    ['an error', () => raise(new RangeError('out of range')), 'out of range'],
    ['a text', () => raise('just text'), 'just text'],
    ['undefined', () => raise(undefined), 'undefined'],
    ['null', () => raise(null), 'null'],
    ['a number', () => raise(7), '7'],
    ['a symbol', () => raise(Symbol('sign')), 'Symbol(sign)'],
    ['an object without a prototype', () => raise(Object.create(null)), 'object'],
    ['an object whose text cannot be made', () => raise({ toString: () => raise(new Error('no text')) }), 'object'],
    ['an error whose message cannot be read', () => raise(unreadable()), 'object'],
    ['an error whose message is no text', () => raise(Object.assign(new Error('x'), { message: { a: 1 } })), 'object'],
  ])('that throws or rejects with %s is a failure that can be retried', async (_what, thrower, message) => {
    const expected = { kind: 'application', retryable: true, message: expect.stringContaining(message) as string };
    expect(await outcomeOf(thrower)).toMatchObject(expected);
    expect(await outcomeOf(async () => thrower())).toMatchObject(expected);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a bare value', 'done'],
    ['a promise of nothing', Promise.resolve(undefined)],
  ])('that answers with %s instead of an outcome is a failure', async (_what, answer) => {
    const output = await outcomeOf(() => answer as never);
    expect(output).toMatchObject({ kind: 'application', message: expect.stringContaining('outcome') as string });
  });

  it('may be answered by a promise of another kind', async () => {
    const thenable = { then: (resolve: (outcome: unknown) => void) => resolve(ok('thenable')) };
    expect(await outcomeOf(() => thenable as never)).toBe('thenable');
  });

  it('whose failure is missing, which is a bug, stops the execution loudly', async () => {
    const { start, logs } = setUp({ executor: new ScriptedExecutor({ a: () => ({ ok: false }) as never }) });
    await expect((await start(one)).outcome()).rejects.toThrow(TypeError);
    expect(logs).toEqual([expect.stringContaining('error: execution stopped')]);
  });

  it('knows its execution, key and number', async () => {
    const { start, executor } = setUp();
    await (
      await start(`tasks: { each: { with: { items: [a] }, action: core.work, input: { of: "{{ item }}" } } }`)
    ).outcome();
    expect(executor.requests).toEqual([
      {
        ...{ execution: 'x', task: 'each', action: 'core.work', input: { of: 'a' }, attempt: 1 },
        ...{ idempotencyKey: 'x/each/1/0', item: 'a', index: 0 },
      },
    ]);
  });

  it('may log, with its task and item', async () => {
    const places: unknown[] = [];
    const executor = new ScriptedExecutor({
      each: (_request, support) => {
        support.log('info', 'hello', { n: 1 });
        return ok(1);
      },
    });
    const { start } = setUp({ executor, onLog: (level, message, place) => places.push([level, message, place]) });
    await (await start(`tasks: { each: { with: { items: [a] }, action: work } }`)).outcome();
    expect(places).toEqual([['info', 'hello', { execution: 'x', task: 'each', item: 0, fields: { n: 1 } }]]);
  });
});

describe('an attempt that cannot be rendered because the engine is wrong', () => {
  it('stops its execution and no other', async () => {
    const secrets = Object.defineProperty({}, 'password', { get: () => raise(new Error('our bug')), enumerable: true });
    const executor = new ScriptedExecutor({ a: 'hold' });
    const { start, logs } = setUp({ executor, secrets, attemptsMax: 1 });
    const healthy = await start(one);
    await executor.inFlight('a');
    const sick = await start(`tasks: { b: { action: work, input: { p: "{{ secret.password }}" } } }`, { id: 'y' });
    await nothingMore(1);
    await executor.answer('a', ok(1));
    await expect(sick.outcome()).rejects.toThrow('our bug');
    expect(await healthy.outcome()).toMatchObject({ status: 'succeeded', output: 1 });
    expect(logs).toEqual(['error: execution stopped: our bug']);
  });
});

describe('a timeout', () => {
  const text = `
    tasks: { a: { action: work, timeout: 10s, retry: { count: 1, delay: 1s } } }
    output: "{{ task.a.error }}"
  `;

  it('ends the attempt, tells its action why, and is retried', async () => {
    const executor = new ScriptedExecutor({ a: 'hold' });
    const { start, clock } = setUp({ executor });
    const runner = await start(text);
    const { support } = await executor.inFlight('a');
    clock.advanceBy(9_999);
    expect(support.signal.aborted).toBe(false);
    clock.advanceBy(1);
    expect(support.signal.aborted).toBe(true);
    expect(support.signal.reason).toMatchObject({ name: 'TimeoutError' });
    await eventually(() => clock.pending > 1, 'the back-off');
    clock.advanceBy(1_000);
    await executor.inFlight('a#2');
    clock.advanceBy(10_000);
    expect(await runner.outcome()).toMatchObject({
      status: 'failed',
      output: { kind: 'timeout', code: 'ATTEMPT_TIMED_OUT' },
      errors: [{ code: 'ATTEMPT_TIMED_OUT', task: 'a' }],
    });
  });

  it('does not depend on whether the action heeds its signal, and a late answer changes nothing', async () => {
    const executor = new ScriptedExecutor({ a: 'hold', b: 'hold' });
    const { start, clock, store } = setUp({ executor });
    const runner = await start(`
      tasks: { a: { action: work, timeout: 10s, next: { do: b } }, b: { action: work } }
      output: "{{ task.a.status }}"
    `);
    const { deferred } = await executor.inFlight('a');
    clock.advanceBy(10_000);
    await executor.inFlight('b');
    deferred.resolve(ok('too late'));
    await nothingMore(1);
    await executor.answer('b', ok(1));
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded', output: 'timed-out' });
    expect((await journalOf(store)).filter(({ type }) => type === 'attempt-succeeded')).toHaveLength(1);
  });

  it('is called off by the answer', async () => {
    const { start, clock } = setUp();
    await (await start(text)).outcome();
    await eventually(() => clock.pending === 0, 'no timers');
  });

  it('of an attempt that waits for a place begins when it is performed', async () => {
    const executor = new ScriptedExecutor({ a: 'hold', b: 'hold' });
    const { start, clock } = setUp({ executor, attemptsMax: 1 });
    const runner = await start(`tasks: { a: { action: work }, b: { action: work, timeout: 10s } }`);
    await executor.inFlight('a');
    clock.advanceBy(60_000);
    await executor.answer('a', ok(1));
    await executor.inFlight('b');
    clock.advanceBy(9_999);
    await executor.answer('b', ok(1));
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
  });
});

describe('the bound of attempts in flight', () => {
  it('holds over all executions, first come first served', async () => {
    let inFlight = 0;
    let inFlightMax = 0;
    const executor = new ScriptedExecutor({
      each: async ({ input }) => {
        inFlight += 1;
        inFlightMax = Math.max(inFlightMax, inFlight);
        await nothingMore(0);
        inFlight -= 1;
        return ok(input);
      },
    });
    const { start } = setUp({ executor, attemptsMax: 3 });
    const text = `tasks: { each: { with: { items: "{{ range(10) }}", concurrency: 5 }, action: work, input: "{{ { 'n': item } }}" } }\noutput: "{{ task.each.result | length }}"`;
    const runners = [await start(text, { id: 'x' }), await start(text, { id: 'y' }), await start(text, { id: 'z' })];
    for (const runner of runners) expect(await runner.outcome()).toMatchObject({ status: 'succeeded', output: 10 });
    expect(inFlightMax).toBe(3);
  });

  it('holds for attempts that fail to render, have no action, throw, time out or are aborted', async () => {
    const executor = new ScriptedExecutor({
      throws: () => raise(new Error('thrown')),
      hangs: 'hold',
      last: () => ok(1),
    });
    const { start, clock } = setUp({ executor, attemptsMax: 1 });
    const runner = await start(`
      tasks:
        wrong: { action: work, input: { n: "{{ 1 / 0 }}" }, next: { do: noop } }
        nothing: {}
        throws: { action: work, next: { do: noop } }
        hangs: { action: work, timeout: 1s, next: { do: last } }
        last: { action: work }
    `);
    await executor.inFlight('hangs');
    clock.advanceBy(1000);
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded' });
  });

  it('lets a long line of attempts that are answered at once through', async () => {
    const executor = new ScriptedExecutor({ first: 'hold' });
    const { start } = setUp({ executor, attemptsMax: 1 });
    const runner = await start(
      `
      input: { list: [] }
      tasks:
        first: { action: work }
        each: { with: { items: "{{ input.list }}", concurrency: 20000 }, action: work }
      output: "{{ task.each.counts.succeeded }}"
      `,
      { input: { list: Array.from({ length: 20_000 }, () => 0) } },
    );
    await executor.inFlight('first');
    await executor.answer('first', ok(1));
    expect(await runner.outcome()).toMatchObject({ status: 'succeeded', output: 20_000 });
  });

  it('does not keep a canceled execution whose attempts wait in line', async () => {
    const executor = new ScriptedExecutor({ other: 'hold', each: () => failed('must not run') });
    const { start } = setUp({ executor, attemptsMax: 1 });
    const other = await start(`tasks: { other: { action: work } }`, { id: 'other' });
    await executor.inFlight('other');
    for (const immediate of [false, true]) {
      const id = `canceled-${immediate}`;
      const runner = await start(`tasks: { each: { with: { items: [1, 2, 3], concurrency: 2 }, action: work } }`, {
        id,
      });
      await nothingMore(1);
      await runner.submit({ type: 'cancel-requested', atMs: runner.nowMs(), immediate, reason: undefined });
      expect(await runner.outcome()).toMatchObject({ status: 'canceled' });
    }
    expect(executor.calls).toEqual(['other']);
    await executor.answer('other', ok(1));
    expect(await other.outcome()).toMatchObject({ status: 'succeeded' });
    expect(executor.calls).toEqual(['other']);
  });

  it('gives the places of an execution that was stopped to others, each of them once', async () => {
    const fail = new StoreError('the disk is full', { code: 'STORE_UNAVAILABLE' });
    const store = faultyStore(memoryStore(), [{ method: 'append', call: 1, when: 'before', fail }]);
    const executor = new ScriptedExecutor({ slow: 'hold', each: 'hold' });
    const { start } = setUp({ executor, store, attemptsMax: 2 });
    const stopped = await start(`tasks: { slow: { action: work }, quick: { action: work } }`);
    await expect(stopped.outcome()).rejects.toBe(fail);
    await start(`tasks: { each: { with: { items: [1, 2, 3, 4], concurrency: 4 }, action: work } }`, { id: 'y' });
    await executor.inFlight('each[1]');
    await executor.answer('slow', ok('too late'));
    await nothingMore(1);
    expect(executor.held).toEqual(['each[0]', 'each[1]']);
  });
});

function raise(error: unknown): never {
  throw error;
}

function unreadable(): Error {
  return Object.defineProperty(new Error('x'), 'message', { get: () => raise(new Error('no message')) });
}
