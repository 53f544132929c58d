import { expect, it } from 'vitest';
import type { Context, ContextStrategy } from '../context.ts';
import { root, succeeded } from './sample.ts';

interface Handed {
  readonly value: { n: number };
  readonly result: { n: number };
  readonly item: { n: number };
  readonly input: { box: { n: number } };
}

function hand(strategy: ContextStrategy): { handed: Handed; context: Context } {
  const handed = { value: { n: 1 }, result: { n: 1 }, item: { n: 1 }, input: { box: { n: 1 } } };
  const context = strategy
    .create({ ...root, input: handed.input })
    .publish([['v', handed.value]], 1)
    .withTask('t', succeeded(handed.result), 2)
    .forItem(handed.item, 0, 'row');
  return { handed, context };
}

function seen(context: Context): readonly unknown[] {
  return [
    context.resolve('v'),
    (context.lookup('task', 't') as { result: unknown }).result,
    context.resolve('item'),
    context.lookup('input', 'box'),
  ];
}

export function sharingLaws(strategy: ContextStrategy): void {
  if (strategy.sharesValues) sharingLawsPresent(strategy);
  else sharingLawsAbsent(strategy);

  it('calls the item the same thing under its own name', () => {
    const { context } = hand(strategy);
    expect(context.resolve('row')).toBe(context.resolve('item'));
  });

  it('answers the same value each time it is asked', () => {
    const { context } = hand(strategy);
    for (const [position, value] of seen(context).entries()) expect(seen(context)[position]).toBe(value);
    expect(context.resolve('vars')).toBe(context.resolve('vars'));
    expect(context.resolve('task')).toBe(context.resolve('task'));
  });
}

function sharingLawsPresent(strategy: ContextStrategy): void {
  it('holds the very values that were handed in', () => {
    const { handed, context } = hand(strategy);
    const expected = [handed.value, handed.result, handed.item, handed.input.box];
    for (const [position, value] of seen(context).entries()) expect(value).toBe(expected[position]);
    expect(context.resolve('input')).toBe(handed.input);
  });

  it('holds them through every derivation', () => {
    const { handed, context } = hand(strategy);
    const far = context
      .publish([['w', 1]], 3)
      .withTask('u', succeeded(1), 4)
      .merge([context], 0)
      .forItem(1, 1);
    expect(far.resolve('v')).toBe(handed.value);
    expect(strategy.restore(root, far.entries()).resolve('v')).toBe(handed.value);
  });

  it('shows a later change of a handed-in value to every holder, which is the price of sharing', () => {
    const { handed, context } = hand(strategy);
    handed.value.n = 2;
    expect(context.resolve('v')).toEqual({ n: 2 });
  });
}

function sharingLawsAbsent(strategy: ContextStrategy): void {
  it('holds copies of what was handed in', () => {
    const { handed, context } = hand(strategy);
    const originals = [handed.value, handed.result, handed.item, handed.input.box];
    for (const [position, value] of seen(context).entries()) {
      expect(value).toEqual({ n: 1 });
      expect(value).not.toBe(originals[position]);
    }
  });

  it('never shows a later change of a handed-in value', () => {
    const { handed, context } = hand(strategy);
    for (const box of [handed.value, handed.result, handed.item, handed.input.box]) box.n = 2;
    expect(seen(context)).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }, { n: 1 }]);
  });

  it('copies everything for each item, publish, task, merge and restore', () => {
    const { context } = hand(strategy);
    const derived = [
      context.forItem(1, 1),
      context.publish([['w', 1]], 3),
      context.withTask('u', succeeded(1), 4),
      context.merge([], 0),
      strategy.restore({ ...root, input: context.resolve('input') as Record<string, unknown> }, context.entries()),
    ];
    const read = (from: Context): readonly unknown[] => [
      from.resolve('v'),
      from.lookup('task', 't'),
      from.lookup('input', 'box'),
    ];
    for (const copy of derived) {
      expect(read(copy)).toEqual(read(context));
      for (const [position, value] of read(copy).entries()) expect(value).not.toBe(read(context)[position]);
    }
  });
}
