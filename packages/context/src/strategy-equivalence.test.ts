import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { root, succeeded } from './conformance/sample.ts';
import type { Context, ContextStrategy } from './context.ts';
import { deepCloneContext } from './deep-clone-context.ts';
import { itemContext } from './item-context.ts';
import { sharedContext } from './shared-context.ts';

const strategies: readonly ContextStrategy[] = [
  itemContext(),
  sharedContext(),
  deepCloneContext({ method: 'structured-clone' }),
  deepCloneContext({ method: 'json' }),
];

const names = ['a', 'b', 'constructor', '__proto__', 'propertyIsEnumerable', 'f5a5a608', 'item', 'vars', ''];
const anyName = fc.constantFrom(...names);
// JSON has no negative zero.
const anyValue = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

type Step =
  | { readonly kind: 'publish'; readonly from: number; readonly entries: readonly (readonly [string, unknown])[] }
  | { readonly kind: 'task'; readonly from: number; readonly name: string; readonly value: unknown }
  | { readonly kind: 'item'; readonly from: number; readonly value: unknown; readonly as: string | undefined }
  | { readonly kind: 'merge'; readonly from: number; readonly arrivals: readonly number[]; readonly since: number }
  | { readonly kind: 'restore'; readonly from: number };

const place = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    from: place,
    entries: fc.array(fc.tuple(anyName, anyValue), { maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant('task' as const), from: place, name: anyName, value: anyValue }),
  fc.record({
    kind: fc.constant('item' as const),
    from: place,
    value: anyValue,
    as: fc.option(anyName, { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('merge' as const),
    from: place,
    arrivals: fc.array(place, { maxLength: 4 }),
    since: fc.nat(30),
  }),
  fc.record({ kind: fc.constant('restore' as const), from: place }),
);

/** Every context that the steps bring about, each made from one before it. */
function run(strategy: ContextStrategy, steps: readonly Step[]): readonly Context[] {
  const made = [strategy.create(root)];
  const at = (position: number): Context => made[position % made.length] ?? strategy.create(root);
  for (const [position, each] of steps.entries()) {
    const from = at(each.from);
    const version = position + 1;
    if (each.kind === 'publish') made.push(from.publish(each.entries, version));
    else if (each.kind === 'task') made.push(from.withTask(each.name, succeeded(each.value), version));
    else if (each.kind === 'item') made.push(from.forItem(each.value, position, each.as));
    else if (each.kind === 'merge') made.push(from.merge(each.arrivals.map(at), each.since));
    else made.push(strategy.restore(root, from.entries()));
  }
  return made;
}

function view(context: Context): unknown {
  const bare = [...names, 'index', 'input', 'task', 'absent'].map((name) => [name, context.resolve(name)]);
  const members = ['vars', 'task', 'input', 'item', 'a', ''].map((name) =>
    names.map((key) => context.lookup(name, key)),
  );
  // An item may be called `vars` and be null.
  const order = ['vars', 'task'].map((name) => Object.keys(context.resolve(name) ?? {}));
  return JSON.parse(JSON.stringify([context.entries(), bare, members, order], (_, value: unknown) => value ?? null));
}

describe('strategies', { timeout: 60_000 }, () => {
  it('tell the same story, whatever is done to them in whatever order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const [first, ...others] = strategies.map((strategy) => run(strategy, steps).map(view));
        for (const other of others) expect(other).toEqual(first);
      }),
      { numRuns: 150 },
    );
  });

  it.each(strategies)(
    '$name: joins branches that wrote different names to one result, whatever the order of arrival',
    (strategy) => {
      const branch = fc.array(fc.tuple(fc.boolean(), anyValue), { minLength: 1, maxLength: 4 });
      const branches = fc.array(branch, { minLength: 2, maxLength: 5 });
      const shuffled = branches.chain((written) =>
        fc.tuple(fc.constant(written), fc.shuffledSubarray([...written.keys()], { minLength: written.length })),
      );
      fc.assert(
        fc.property(shuffled, ([written, order]) => {
          const base = strategy
            .create(root)
            .publish([['base', 0]], 1)
            .withTask('base', succeeded(0), 2);
          let version = 2;
          const contexts = written.map((writes, branchPosition) =>
            writes.reduce((context, [isTask, value], position) => {
              version += 1;
              const name = `${branchPosition}-${position}`;
              return isTask
                ? context.withTask(name, succeeded(value), version)
                : context.publish([[name, value]], version);
            }, base),
          );
          const join = (positions: readonly number[]): unknown => {
            const [receiver = base, ...arrivals] = positions.map((position) => contexts[position] ?? base);
            return receiver.merge(arrivals, 2).entries();
          };
          const inOrder = join([...written.keys()]);
          expect(join(order)).toEqual(inOrder);
          expect(inOrder).toHaveLength(2 + written.flat().length);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('join with contexts of another strategy', () => {
    for (const strategy of strategies) {
      for (const other of strategies) {
        const context = strategy.create(root).publish([['mine', 1]], 1);
        const arrival = other
          .create(root)
          .publish([['theirs', 2]], 2)
          .withTask('t', succeeded(3), 3)
          .forItem(0, 0);
        const merged = context.merge([arrival], 1);
        expect([merged.resolve('mine'), merged.resolve('theirs'), merged.lookup('task', 't')]).toEqual([
          1,
          2,
          succeeded(3),
        ]);
      }
    }
  });

  it('have names of their own', () => {
    expect(strategies.map(({ name }) => name)).toEqual([
      'item-context',
      'shared-context',
      'deep-clone-context/structured-clone',
      'deep-clone-context/json',
    ]);
    expect(deepCloneContext().name).toBe('deep-clone-context/structured-clone');
  });

  it('declare whether they share values', () => {
    expect(strategies.map(({ sharesValues }) => sharesValues)).toEqual([true, true, false, false]);
  });
});

describe('identity', () => {
  it.each([itemContext(), sharedContext()])('$name answers the receiver itself when nothing changes', (strategy) => {
    const context = strategy.create(root).publish([['a', 1]], 1);
    expect(context.publish([], 2)).toBe(context);
    expect(context.merge([], 0)).toBe(context);
    expect(context.merge([strategy.restore(root, []), context], 0)).toBe(context);
  });

  it('the item strategy takes no copy of the maps for an item', () => {
    const context = itemContext()
      .create(root)
      .publish([['a', 1]], 1);
    const [first, second] = [context.forItem(1, 0), context.forItem(2, 1)];
    expect(first.resolve('vars')).toBe(context.resolve('vars'));
    expect(first.resolve('vars')).toBe(second.resolve('vars'));
  });
});
