import { expect, it } from 'vitest';
import type { Context, ContextStrategy } from '../context.ts';
import { namesOf, root, sample, succeeded } from './sample.ts';

/** One write of variable `x` per number: its version, which is its value too. */
interface Case {
  readonly title: string;
  readonly since: number;
  /** Versions at which the branches wrote x, the receiver first; the branches part after 3. */
  readonly branches: readonly (number | undefined)[];
  readonly inherited?: number;
  readonly expected: number | undefined;
}

const cases: readonly Case[] = [
  { title: 'nobody wrote it', since: 3, branches: [undefined, undefined], expected: undefined },
  { title: 'only the receiver wrote it', since: 3, branches: [4, undefined], expected: 4 },
  { title: 'only an arrival wrote it', since: 3, branches: [undefined, 4], expected: 4 },
  {
    title: 'an arrival that wrote it earlier than the receiver still wins, for it arrived later',
    since: 3,
    branches: [5, 4],
    expected: 4,
  },
  { title: 'the last arrival wins, whatever the versions', since: 3, branches: [4, 6, 5], expected: 5 },
  {
    title: 'an arrival that did not write it does not bring the inherited value back',
    since: 3,
    inherited: 2,
    branches: [4, undefined],
    expected: 4,
  },
  {
    title: 'nor does a later arrival bring it back over an earlier one',
    since: 3,
    inherited: 2,
    branches: [undefined, 4, undefined],
    expected: 4,
  },
  { title: 'what all inherited stays', since: 3, inherited: 2, branches: [undefined, undefined], expected: 2 },
  { title: 'an older entry is taken where it is newer', since: 9, branches: [4, 5], expected: 5 },
  { title: 'an older entry is not taken where it is older', since: 9, branches: [5, 4], expected: 5 },
  { title: 'an older entry is taken where there is none', since: 9, branches: [undefined, 4], expected: 4 },
  {
    title: 'an entry of the very version at which they parted is not an own write',
    since: 4,
    branches: [5, 4],
    expected: 5,
  },
  { title: 'without end to `since`, the newest of all wins', since: Infinity, branches: [4, 6, 5], expected: 6 },
];

function branches({ branches: writes, inherited }: Case, start: Context, write: Write): readonly Context[] {
  const parted = inherited === undefined ? start : write(start, inherited);
  return writes.map((version) => (version === undefined ? parted : write(parted, version)));
}

type Write = (context: Context, version: number) => Context;

const asVariable: Write = (context, version) => context.publish([['x', version]], version);
const asTask: Write = (context, version) => context.withTask('x', succeeded(version), version);

export function mergeLaws(strategy: ContextStrategy): void {
  it.each(cases)('$title', (each) => {
    const start = strategy.create(root);
    const [receiver = start, ...arrivals] = branches(each, start, asVariable);
    expect(receiver.merge(arrivals, each.since).resolve('x')).toBe(each.expected);
    const [taskReceiver = start, ...taskArrivals] = branches(each, start, asTask);
    const merged = taskReceiver.merge(taskArrivals, each.since).lookup('task', 'x');
    expect(merged).toEqual(each.expected === undefined ? undefined : succeeded(each.expected));
  });

  it('is the receiver where there is no arrival, or only the receiver itself', () => {
    const context = sample(strategy);
    for (const arrivals of [[], [context], [context, context]]) {
      expect(context.merge(arrivals, 0).entries()).toEqual(context.entries());
      expect(context.merge(arrivals, Infinity).entries()).toEqual(context.entries());
    }
  });

  it('knows what every branch wrote under different names, whatever the order of arrival', () => {
    const base = sample(strategy);
    const first = base.publish(
      [
        ['a', 1],
        ['b', 2],
      ],
      4,
    );
    const second = base.withTask('t', succeeded(3), 5);
    const third = base.publish([['c', 4]], 6);
    const merged = first.merge([second, third], 3);
    expect(merged.entries()).toEqual(third.merge([first, second], 3).entries());
    expect(merged.entries()).toEqual(second.merge([third, first], 3).entries());
    expect(namesOf(merged, 'vars')).toEqual(['currency', 'rows', 'a', 'b', 'c']);
    expect(namesOf(merged, 'task')).toEqual(['fetch', 't']);
  });

  it('keeps the version of what it takes, so that a later join can tell it apart', () => {
    const base = sample(strategy);
    const merged = base.merge([base.publish([['a', 1]], 7)], 3);
    expect(merged.entries().find(({ name }) => name === 'a')?.version).toBe(7);
  });

  it('orders what is written after the merge behind what came with it', () => {
    const base = strategy.create(root);
    const long = base.publish(
      [
        ['l1', 1],
        ['l2', 1],
        ['l3', 1],
      ],
      4,
    );
    const merged = base
      .publish([['s', 1]], 5)
      .merge([long], 0)
      .publish(
        [
          ['z', 1],
          ['y', 1],
        ],
        6,
      );
    expect(namesOf(merged, 'vars')).toEqual(['l1', 'l2', 'l3', 's', 'z', 'y']);
  });

  it('takes arrivals that were restored from a snapshot', () => {
    const base = sample(strategy);
    const restored = strategy.restore(root, base.publish([['a', 1]], 4).entries());
    expect(base.merge([restored], 3).resolve('a')).toBe(1);
  });
}
