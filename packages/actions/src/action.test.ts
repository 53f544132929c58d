import { describe, expect, expectTypeOf, it } from 'vitest';
import { ActionError, defineAction, type Action, type ActionInput, type ActionSupport } from './action.ts';

interface GreetInput {
  readonly name: string;
}

describe('Action', () => {
  it('types the input and the support of a function that declares neither', () => {
    const actions: Readonly<Record<string, Action>> = {
      greet: (input, support) => {
        expectTypeOf(input).toEqualTypeOf<ActionInput>();
        expectTypeOf(input['name']).toEqualTypeOf<unknown>();
        expectTypeOf(support).toEqualTypeOf<ActionSupport>();
        return `hello ${String(input['name'])}`;
      },
      destructured: ({ name }, { attempt }) => `hello ${String(name)}, ${attempt}`,
      nothing: () => undefined,
      later: async () => Promise.resolve(1),
    };
    expect(Object.keys(actions)).toHaveLength(4);
  });

  it('takes functions that declare the input they need', () => {
    const actions: Readonly<Record<string, Action>> = {
      closer: (input: { name: string }, { signal }) => {
        expectTypeOf(input.name).toEqualTypeOf<string>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        return input.name;
      },
      optional: async (input: { readonly count?: number }) => input.count ?? 0,
      interface: defineAction((input: GreetInput, { index }) => [input.name, index]),
      list: defineAction((input: readonly string[]) => input.length),
    };
    expect(Object.keys(actions)).toHaveLength(4);
  });

  it('takes a record of functions that was declared elsewhere', () => {
    const declared = { greet: (input: { name: string }): string => input.name, count: (): number => 1 };
    expectTypeOf(declared).toExtend<Readonly<Record<string, Action>>>();
  });

  it('takes nothing else', () => {
    expectTypeOf({ greet: 'hello' }).not.toExtend<Readonly<Record<string, Action>>>();
    const needsMore = (input: { name: string }, support: number): string => input.name + support;
    expectTypeOf({ needsMore }).not.toExtend<Readonly<Record<string, Action>>>();
    const three = (input: ActionInput, support: ActionSupport, more: string): unknown => [input, support, more];
    expectTypeOf({ three }).not.toExtend<Readonly<Record<string, Action>>>();
  });

  it('is the very function that was defined', () => {
    const run = (input: GreetInput): string => input.name;
    expect(defineAction(run)).toBe(run);
  });
});

describe('ActionError', () => {
  it('may be retried unless it says otherwise', () => {
    const error = new ActionError('no luck');
    expect([error.message, error.code, error.retryable, error.details]).toEqual([
      'no luck',
      undefined,
      true,
      undefined,
    ]);
    expect('cause' in error).toBe(false);
  });

  it('keeps what it is told', () => {
    const cause = new Error('first');
    const error = new ActionError('no luck', { code: 'NO_LUCK', retryable: false, details: { a: 1 }, cause });
    expect([error.code, error.retryable, error.details, error.cause]).toEqual(['NO_LUCK', false, { a: 1 }, cause]);
  });
});
