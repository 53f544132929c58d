import { describe, expect, it } from 'vitest';
import { failureOf, perform, resultOf } from '../../test/perform.ts';

describe('core.noop', () => {
  it.each([undefined, null, {}, { any: 'thing' }, [1], 'text'])('answers null at once, given %j', (input) => {
    expect(perform('core.noop', input)).toEqual({ ok: true, result: null });
  });
});

describe('core.echo', () => {
  it.each([
    [{ message: 'hello' }, 'hello'],
    [{ message: { deep: [1] } }, { deep: [1] }],
    [{ message: null }, null],
    [
      { message: 'hello', more: 1 },
      { message: 'hello', more: 1 },
    ],
    [{ other: 1 }, { other: 1 }],
    [{}, {}],
    [[1], [1]],
    ['text', 'text'],
    [null, null],
  ])('given %j answers %j at once', (input, result) => {
    expect(perform('core.echo', input)).toEqual({ ok: true, result });
  });
});

describe('core.fail', () => {
  it('fails as it is told', async () => {
    const input = { message: 'no luck', code: 'NO_LUCK', retryable: false, details: { a: [1] } };
    expect(await failureOf('core.fail', input)).toEqual({ kind: 'application', ...input });
  });

  it('fails with little said', async () => {
    expect(await failureOf('core.fail', {})).toEqual({
      kind: 'application',
      message: 'failed on purpose',
      retryable: true,
    });
  });

  it('fails otherwise when its own input is wrong', async () => {
    expect(await failureOf('core.fail', { mesage: 'x' })).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'expected only message, code, details, retryable in input, got "mesage"; did you mean "message"?',
      retryable: false,
    });
  });
});

describe('core.sleep', () => {
  it('answers null once the duration is over, after timers that were due before', async () => {
    const order: string[] = [];
    setTimeout(() => order.push('timer'), 10);
    expect(await resultOf('core.sleep', { duration: '50ms' })).toBeNull();
    expect(order).toEqual(['timer']);
  });

  it('answers null for no time at all', async () => {
    expect(await resultOf('core.sleep', { duration: 0 })).toBeNull();
  });

  it.each([
    ['timeout', new DOMException('too late', 'TimeoutError')],
    ['canceled', new DOMException('stop', 'AbortError')],
  ])('ends at once with %s, however long it was to sleep', async (kind, reason) => {
    const controller = new AbortController();
    const outcome = failureOf('core.sleep', { duration: '365d' }, { signal: controller.signal });
    controller.abort(reason);
    expect(await outcome).toMatchObject({ kind, message: reason.message });
    for (const duration of [0, '3d']) {
      expect(await failureOf('core.sleep', { duration }, { signal: controller.signal })).toMatchObject({ kind });
    }
  });

  it('refuses what is no duration', async () => {
    expect(await failureOf('core.sleep', { duration: 'soon' })).toMatchObject({ code: 'INPUT_INVALID' });
    expect(await failureOf('core.sleep', {})).toMatchObject({ code: 'INPUT_INVALID' });
  });
});
