import { expect, it } from 'vitest';
import type { Context, ContextStrategy } from '../context.ts';
import { namesOf, root, sample, succeeded } from './sample.ts';

/** Everything that can be seen of a context without an item. */
function view(context: Context): unknown {
  const whole = ['vars', 'task', 'input', 'execution', 'env'].map((name) => structuredClone(context.resolve(name)));
  return structuredClone([context.entries(), whole]);
}

export function snapshotLaws(strategy: ContextStrategy): void {
  it('leaves the receiver as it was when publishing, recording a task, taking an item and merging', () => {
    const context = sample(strategy);
    const before = view(context);
    context.publish(
      [
        ['currency', 'USD'],
        ['more', 1],
      ],
      4,
    );
    context.withTask('fetch', succeeded('other'), 5).withTask('next', succeeded(1), 6);
    context.forItem('a', 0, 'row').publish([['rows', []]], 7);
    context.merge([context.publish([['late', true]], 8)], 3);
    expect(view(context)).toEqual(before);
  });

  it('leaves the arrivals of a merge as they were', () => {
    const base = sample(strategy);
    const [left, right] = [base.publish([['l', 1]], 4), base.publish([['r', 1]], 5)];
    const before = [view(left), view(right)];
    left.merge([right], 3);
    expect([view(left), view(right)]).toEqual(before);
  });

  it('keeps branches apart', () => {
    const base = sample(strategy);
    const left = base.publish([['side', 'left']], 4);
    const right = base.publish([['side', 'right']], 5);
    expect([base.resolve('side'), left.resolve('side'), right.resolve('side')]).toEqual([undefined, 'left', 'right']);
  });

  it('is unchanged when the entries being published end in an error', () => {
    const context = sample(strategy);
    const before = view(context);
    function* failing(): Generator<readonly [string, unknown]> {
      yield ['currency', 'USD'];
      throw new Error('no more');
    }
    expect(() => context.publish(failing(), 4)).toThrow('no more');
    expect(view(context)).toEqual(before);
  });

  it('publishes nothing where there is nothing to publish', () => {
    const context = sample(strategy);
    expect(context.publish([], 4).entries()).toEqual(context.entries());
  });

  it('lists entries by version, and in order of writing within one', () => {
    const context = strategy
      .create(root)
      .withTask('t', succeeded(1), 5)
      .publish(
        [
          ['z', 1],
          ['a', 2],
        ],
        9,
      )
      .publish([['m', 3]], 7);
    expect(context.entries().map(({ kind, name, version }) => [kind, name, version])).toEqual([
      ['task', 't', 5],
      ['variable', 'm', 7],
      ['variable', 'z', 9],
      ['variable', 'a', 9],
    ]);
  });

  it('restores from its entries, also once they went through JSON', () => {
    const context = sample(strategy).publish(
      [
        ['currency', 'USD'],
        ['b', [1, { c: null }]],
      ],
      4,
    );
    for (const entries of [
      context.entries(),
      JSON.parse(JSON.stringify(context.entries())) as ReturnType<Context['entries']>,
    ]) {
      const restored = strategy.restore(root, entries);
      expect(view(restored)).toEqual(view(context));
      for (const namespace of ['vars', 'task'])
        expect(namesOf(restored, namespace)).toEqual(namesOf(context, namespace));
    }
  });

  it('goes on after being restored as if it had not been', () => {
    const context = sample(strategy);
    const restored = strategy.restore(root, context.entries());
    const more = (from: Context): Context =>
      from
        .publish(
          [
            ['x', 1],
            ['currency', 'USD'],
          ],
          4,
        )
        .withTask('next', succeeded(2), 5);
    expect(view(more(restored))).toEqual(view(more(context)));
  });
}
