import { itemContext, type Context, type TaskView } from '@weftline/context';
import { compileExpression, type Scope } from '@weftline/expression';
import { CONTEXT_FUNCTIONS } from '@weftline/graph';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { rulesOf } from './rules.ts';
import { AttemptScope, CompletionScope, ContextScope } from './scope.ts';

const context = itemContext()
  .create({ input: { n: 1 }, execution: { id: 'x' }, env: { HOME: '/home' } })
  .publish([['v', [1, 2]]], 1);

const view: TaskView = { status: 'timed-out', result: { a: 1 }, error: { code: 'LATE' }, attempts: 3 };

const atMs = 1_700_000_000_000;
const now = '2023-11-14T22:13:20.000Z';

function evaluate(text: string, scope: Scope): unknown {
  return compileExpression(text, { contextFunctions: CONTEXT_FUNCTIONS }).render(scope);
}

describe('a context', () => {
  it('is a scope as it stands', () => {
    expectTypeOf<Context>().toExtend<Scope>();
    expect(evaluate('v[1] + input.n', context)).toBe(3);
  });
});

describe('the scope of a context', () => {
  const scope = new ContextScope(context, atMs);

  it('knows what the context knows, and the time of the event at hand', () => {
    expect(evaluate('[v, vars.v, input.n, execution.id, env.HOME, now()]', scope)).toEqual([
      ...[[1, 2], [1, 2], 1, 'x', '/home'],
      now,
    ]);
  });

  it.each(['attempt', 'secret.password', 'item', 'index', 'result()', 'failed()', 'env.constructor', 'vars.__proto__'])(
    'does not know %s',
    (text) => {
      expect(() => evaluate(text, scope)).toThrow(expect.objectContaining({ name: 'ExpressionError' }));
    },
  );
});

describe('the scope of an attempt', () => {
  const secrets = { password: 'hunter2', empty: '' };
  const scope = new AttemptScope(context.forItem('a', 0, 'row'), atMs, { attempt: 2, secrets });

  it('knows also the attempt, the item and secrets by their name', () => {
    expect(evaluate('[attempt, item, index, row, secret.password, secret.empty]', scope)).toEqual([
      ...[2, 'a', 0, 'a'],
      ...['hunter2', ''],
    ]);
  });

  it.each(['secret.constructor', 'secret.__proto__', 'secret.toString', 'secret.none', 'secret'])(
    'does not know %s',
    (text) => {
      expect(() => evaluate(text, scope)).toThrow(expect.objectContaining({ name: 'ExpressionError' }));
    },
  );
});

describe('the scope of a completion', () => {
  it('knows how the task came out', () => {
    const scope = new CompletionScope(context, atMs, { view, rules: rulesOf() });
    const text =
      '[attempt, result().a, error().code, succeeded(), failed(), timed_out(), canceled(), completed(), now()]';
    expect(evaluate(text, scope)).toEqual([3, 1, 'LATE', false, true, true, false, true, now]);
  });

  it('knows no secrets', () => {
    expect(() => evaluate('secret.password', new CompletionScope(context, atMs, { view, rules: rulesOf() }))).toThrow();
  });
});
