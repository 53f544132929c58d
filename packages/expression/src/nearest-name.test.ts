import { describe, expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

describe('nearestName', () => {
  const cases: [string, string[], string | undefined][] = [
    ['frist', ['last', 'first'], 'first'],
    ['Upper', ['lower', 'upper'], 'upper'],
    ['len', ['list', 'length'], 'length'],
    ['sep', ['separator', 'value'], 'separator'],
    ['xyz', ['abc'], undefined],
    ['a', ['b'], undefined],
    ['A', ['a'], 'a'],
    ['ab', [], undefined],
    ['same', ['same'], undefined],
    ['other', ['other', 'others'], 'others'],
    ['', ['a'], undefined],
    ['x'.repeat(65), ['x'.repeat(64)], undefined],
  ];

  it.each(cases)('%s among %j is %s', (name, candidates, expected) => {
    expect(nearestName(name, candidates)).toBe(expected);
  });

  it('takes the nearest, and the first of those that are equally near', () => {
    expect(nearestName('cat', ['dog', 'cut', 'cart', 'bat'])).toBe('cut');
  });

  it('looks at a bounded number of candidates', () => {
    const candidates = [...Array.from({ length: 1_000 }, (_, index) => `other${index}`), 'wanted'];
    expect(nearestName('wantd', candidates)).toBe(undefined);
  });
});
