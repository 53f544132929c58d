import { describe, expect, it } from 'vitest';
import { failureOf, perform, request, resultOf, type LogLine } from '../test/perform.ts';
import { createActionExecutor } from './action-executor.ts';
import { ActionError, defineAction, type Action, type ActionSupport } from './action.ts';

function failureOfThrown(thrown: unknown): ReturnType<typeof failureOf> {
  const actions = {
    go: (): never => {
      throw thrown; // What is thrown is the point of these tests.
    },
  };
  return failureOf('go', {}, { actions });
}

describe('the registry', () => {
  const executor = createActionExecutor({ 'orders.total': () => 1, greet: () => 2 });

  it('knows the actions it was given and nothing that objects inherit', () => {
    expect(executor.knows('orders.total')).toBe(true);
    for (const name of ['absent', 'constructor', '__proto__', 'toString', '']) expect(executor.knows(name)).toBe(false);
  });

  it('suggests the nearest action', () => {
    expect(executor.suggest('order.total')).toBe('orders.total');
    expect(executor.suggest('Greet')).toBe('greet');
    expect(executor.suggest('something.else.entirely')).toBeUndefined();
    expect(executor.suggest('x'.repeat(100_000))).toBeUndefined();
  });

  it('fails an unknown action with a suggestion', async () => {
    const actions = { greet: () => 2 };
    expect(await failureOf('gret', {}, { actions })).toEqual({
      kind: 'definition',
      code: 'ACTION_UNKNOWN',
      message: 'there is no action "gret"; did you mean "greet"?',
      retryable: false,
    });
    expect(await failureOf('constructor', {}, { actions })).toMatchObject({ code: 'ACTION_UNKNOWN' });
  });

  it('is not changed by what happens to the record later', () => {
    const actions: Record<string, Action> = { a: () => 1 };
    const taken = createActionExecutor(actions);
    delete actions['a'];
    actions['b'] = () => 2;
    expect([taken.knows('a'), taken.knows('b')]).toEqual([true, false]);
  });

  it('refuses members that are no functions', () => {
    const actions = JSON.parse('{"greet": "hello"}') as Record<string, Action>;
    expect(() => createActionExecutor(actions)).toThrow(
      expect.objectContaining({
        code: 'ACTION_INVALID',
        message: 'expected the action "greet" to be a function, got the text "hello"',
      }),
    );
  });
});

describe('results', () => {
  it('come at once from an action that answers at once', () => {
    expect(perform('a', {}, { actions: { a: () => [1] } })).toEqual({ ok: true, result: [1] });
    expect(perform('a', {}, { actions: { a: () => undefined } })).toEqual({ ok: true, result: null });
  });

  it('come at once also when the action throws at once', () => {
    const actions = { a: () => JSON.parse('{') as unknown };
    expect(perform('a', {}, { actions })).toMatchObject({ ok: false, failure: { kind: 'application' } });
  });

  it('come as a promise from an action that answers later, whatever kind of promise it answers', async () => {
    const lazy = { then: (resolve: (value: number) => void) => resolve(2) };
    const actions: Record<string, Action> = { native: async () => 1, lazy: () => lazy };
    expect(perform('native', {}, { actions })).toBeInstanceOf(Promise);
    expect(perform('lazy', {}, { actions })).toBeInstanceOf(Promise);
    expect(await resultOf('native', {}, { actions })).toBe(1);
    expect(await resultOf('lazy', {}, { actions })).toBe(2);
  });

  it('that are no JSON fail the attempt and name the place, at once and later', async () => {
    const actions: Record<string, Action> = { now: () => ({ a: [new Date(0)] }), later: async () => ({ n: 1n }) };
    const common = { kind: 'application', code: 'RESULT_NOT_JSON', retryable: false };
    expect(await failureOf('now', {}, { actions })).toEqual({
      ...common,
      message: 'expected JSON, got an instance of Date at result.a[0]',
    });
    expect(await failureOf('later', {}, { actions })).toEqual({
      ...common,
      message: 'expected JSON, got a BigInt at result.n',
    });
  });

  it('that throw when they are read fail the attempt', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const hostile = {
      get then(): never {
        throw new Error('no then');
      },
    };
    const member = {
      get value(): never {
        throw new Error('no value');
      },
    };
    const actions: Record<string, Action> = { proxy: () => proxy, hostile: () => hostile, member: () => member };
    expect(await failureOf('proxy', {}, { actions })).toMatchObject({ kind: 'application' });
    expect(await failureOf('hostile', {}, { actions })).toMatchObject({ message: 'no then' });
    expect(await failureOf('member', {}, { actions })).toMatchObject({ message: 'no value' });
  });
});

describe('what an action is told', () => {
  it('is its input, the attempt and the key', async () => {
    const actions = {
      go: (input: object, { attempt, idempotencyKey }: ActionSupport) => ({ input, attempt, idempotencyKey }),
    };
    expect(await resultOf('go', { a: 1 }, { actions, request: { attempt: 3 } })).toEqual({
      input: { a: 1 },
      attempt: 3,
      idempotencyKey: request.idempotencyKey,
    });
  });

  it('is the item and its index for items only', async () => {
    const actions = {
      go: (_: object, support: ActionSupport) => ['item' in support, support.item ?? null, support.index ?? null],
    };
    expect(await resultOf('go', {}, { actions })).toEqual([false, null, null]);
    expect(await resultOf('go', {}, { actions, request: { item: null, index: 0 } })).toEqual([true, null, 0]);
    expect(await resultOf('go', {}, { actions, request: { item: 'a', index: 7 } })).toEqual([true, 'a', 7]);
  });

  it('makes signal and log only when they are read, and once', async () => {
    let signals = 0;
    const { signal } = new AbortController();
    const support = {
      get signal(): AbortSignal {
        signals += 1;
        return signal;
      },
      log: () => undefined,
    };
    const executor = createActionExecutor({
      silent: () => 1,
      asking: (_input, told) => told.signal === told.signal && told.log === told.log,
    });
    await executor.execute({ ...request, action: 'silent' }, support);
    expect(signals).toBe(0);
    expect(await executor.execute({ ...request, action: 'asking' }, support)).toEqual({ ok: true, result: true });
    expect(signals).toBe(1);
  });

  it('lets it log, also with functions taken off the log', async () => {
    const lines: LogLine[] = [];
    const actions: Record<string, Action> = {
      go: (_input, { log }) => {
        const { warn } = log;
        log.debug('d');
        log.info('i', { n: 1 });
        warn('w');
        log.error('e');
      },
    };
    await resultOf('go', {}, { actions, lines });
    expect(lines).toEqual([
      { level: 'debug', message: 'd', fields: undefined },
      { level: 'info', message: 'i', fields: { n: 1 } },
      { level: 'warn', message: 'w', fields: undefined },
      { level: 'error', message: 'e', fields: undefined },
    ]);
  });
});

describe('failures', () => {
  it('carry what an ActionError says', async () => {
    const thrown = new ActionError('out of stock', { code: 'STOCK', retryable: false, details: { sku: 7 } });
    expect(await failureOfThrown(thrown)).toEqual({
      kind: 'application',
      code: 'STOCK',
      message: 'out of stock',
      retryable: false,
      details: { sku: 7 },
    });
  });

  it('carry the same of any error that has it in the right form', async () => {
    const thrown = Object.assign(new Error('foreign'), { code: 'EBUSY', retryable: false, details: [1] });
    expect(await failureOfThrown(thrown)).toMatchObject({ code: 'EBUSY', retryable: false, details: [1] });
    const odd = Object.assign(new Error('odd'), { code: 11, retryable: 'no' });
    expect(await failureOfThrown(odd)).toEqual({ kind: 'application', message: 'odd', retryable: true });
    expect(await failureOfThrown(Object.assign(new Error('odd'), { code: 'x'.repeat(101) }))).not.toHaveProperty(
      'code',
    );
  });

  it('are the same when a promise rejects', async () => {
    const actions = { go: () => Promise.reject(new ActionError('later', { code: 'LATE' })) };
    expect(await failureOf('go', {}, { actions })).toEqual({
      kind: 'application',
      code: 'LATE',
      message: 'later',
      retryable: true,
    });
  });

  it('tell the causes that add something', async () => {
    const inner = new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:1')], '');
    expect(await failureOfThrown(new TypeError('fetch failed', { cause: inner }))).toMatchObject({
      message: 'fetch failed: connect ECONNREFUSED 127.0.0.1:1',
    });
    expect(await failureOfThrown(new Error('a: b', { cause: new Error('b') }))).toMatchObject({ message: 'a: b' });
    const circular = new Error('round');
    circular.cause = circular;
    expect(await failureOfThrown(circular)).toMatchObject({ message: 'round' });
  });

  it.each([
    ['a text', 'plain words', 'plain words'],
    ['an empty text', '', 'the action threw an empty text'],
    ['undefined', undefined, 'expected the action to throw an Error, got nothing'],
    ['null', null, 'expected the action to throw an Error, got null'],
    ['a number', 42, 'expected the action to throw an Error, got the number 42'],
    ['a map', { a: 1 }, 'expected the action to throw an Error, got a map'],
    ['a map with a message', { message: 'from afar' }, 'from afar'],
    ['a symbol', Symbol('s'), 'expected the action to throw an Error, got a symbol'],
    ['an error without a message', new RangeError(''), 'RangeError'],
  ])('come of throwing %s', async (_, thrown, message) => {
    expect(await failureOfThrown(thrown)).toEqual({ kind: 'application', message, retryable: true });
  });

  it('come of errors that cannot be read', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const error = new Error('x');
    Object.defineProperty(error, 'message', {
      get: () => {
        throw new Error('never');
      },
    });
    for (const thrown of [proxy, error]) {
      expect(await failureOfThrown(thrown)).toMatchObject({
        kind: 'application',
        message: 'the action threw something that cannot be read',
      });
    }
  });

  it('describe details that are no JSON', async () => {
    const thrown = new ActionError('odd', { details: { at: new Date(0) } });
    expect(await failureOfThrown(thrown)).toMatchObject({
      details: { not_json: 'expected JSON, got an instance of Date at details.at' },
    });
  });

  it('cut messages that are too long', async () => {
    expect((await failureOfThrown(new Error('x'.repeat(1_000_000)))).message).toHaveLength(4_001);
  });

  it('keep stacks in the debug log and out of the data', async () => {
    const lines: LogLine[] = [];
    const actions: Record<string, Action> = {
      go: () => {
        throw new Error('deep');
      },
    };
    const failure = await failureOf('go', {}, { actions, lines });
    expect(JSON.stringify(failure)).not.toContain('action-executor');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'debug',
      fields: { stack: expect.stringContaining('Error: deep') as string },
    });
  });
});

describe('aborted attempts', () => {
  const actions = {
    wait: defineAction(
      (_: object, { signal }) =>
        new Promise((_resolve, reject) => {
          const stop = (): void => reject(new Error('stopped'));
          if (signal.aborted) stop();
          else signal.addEventListener('abort', stop);
        }),
    ),
    deaf: async () => 'done',
  };

  it.each([
    ['timeout', new DOMException('no answer within 5 ms', 'TimeoutError'), true],
    ['canceled', new DOMException('the execution was canceled', 'AbortError'), false],
    ['canceled', new Error('stop it'), false],
  ])('fail with the kind %s that the reason tells', async (kind, reason, retryable) => {
    const controller = new AbortController();
    const outcome = failureOf('wait', {}, { actions, signal: controller.signal });
    controller.abort(reason);
    expect(await outcome).toEqual({ kind, message: reason.message, retryable });
    expect(await failureOf('wait', {}, { actions, signal: AbortSignal.abort(reason) })).toMatchObject({ kind });
  });

  it('keep a result that comes nevertheless', async () => {
    expect(await resultOf('deaf', {}, { actions, signal: AbortSignal.abort() })).toBe('done');
  });
});
