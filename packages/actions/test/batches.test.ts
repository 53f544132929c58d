import { describe, expect, it } from 'vitest';
import { ActionError, type Action } from '../src/action.ts';
import { createActionExecutor } from '../src/action-executor.ts';
import { request } from './perform.ts';

const items = [0, 1, 2].map((index) => ({
  ...{ input: { n: index }, item: index * 10, index, attempt: index + 1, idempotencyKey: `x1/work/1/${index}` },
}));

async function callOf(action: Action): Promise<unknown> {
  const batch = { ...request, action: 'work', items, attempt: 3, idempotencyKey: 'x1/work/1/0-2' };
  const support = { signal: new AbortController().signal, log: () => undefined };
  return createActionExecutor({ work: action }).executeBatch?.(batch, support);
}

describe('an action that is called for several items', () => {
  it('gets their inputs, is told what they are, and answers a result for each', async () => {
    const work: Action = (input, support) => {
      expect(input).toEqual({ items: [{ n: 0 }, { n: 1 }, { n: 2 }] });
      expect(support).toMatchObject({ attempt: 3, idempotencyKey: 'x1/work/1/0-2' });
      return support.items?.map(({ item, index, attempt, idempotencyKey }) => [item, index, attempt, idempotencyKey]);
    };
    expect(await callOf(work)).toEqual({
      ok: true,
      outcomes: items.map(({ item, index, attempt, idempotencyKey }) => ({
        ...{ ok: true, result: [item, index, attempt, idempotencyKey] },
      })),
    });
  });

  it('may fail for single items', async () => {
    const work: Action = () => [
      { error: 'no' },
      { error: { message: 'later', code: 'BUSY', retryable: false, details: { after: 5 } } },
      new ActionError('gone', { code: 'GONE' }),
    ];
    expect(await callOf(work)).toEqual({
      ok: true,
      outcomes: [
        { ok: false, failure: { kind: 'application', message: 'no', retryable: true } },
        {
          ok: false,
          failure: { kind: 'application', code: 'BUSY', message: 'later', retryable: false, details: { after: 5 } },
        },
        { ok: false, failure: { kind: 'application', code: 'GONE', message: 'gone', retryable: true } },
      ],
    });
  });

  it('may have results with an error among other members, and one that is no JSON fails alone', async () => {
    const work: Action = () => Promise.resolve([{ error: 'no', code: 5 }, { error: null }, new Date(0)]);
    expect(await callOf(work)).toMatchObject({
      outcomes: [{ ok: true }, { ok: true }, { ok: false, failure: { code: 'RESULT_NOT_JSON' } }],
    });
  });

  it.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['a map', { items: [] }],
    ['a list that is too short', [1, 2]],
    ['a list that is too long', [1, 2, 3, 4]],
  ])('fails for all of them with BATCH_ANSWER when it answers %s', async (_what, answer) => {
    expect(await callOf(() => answer)).toMatchObject({
      ok: false,
      failure: { code: 'BATCH_ANSWER', retryable: false },
    });
  });

  it('fails for all of them with what it throws', async () => {
    const failure = { ok: false, failure: { code: 'DOWN', message: 'down' } };
    const down = Object.assign(new Error('down'), { code: 'DOWN' });
    expect(await callOf(() => Promise.reject(down))).toMatchObject(failure);
    expect(
      await callOf(() => {
        throw down;
      }),
    ).toMatchObject(failure);
  });
});
