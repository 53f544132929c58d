import { nearestName } from '@weftline/expression';
import { describe, expect, it } from 'vitest';

describe('the nearest name', () => {
  it.each([
    ['proccess', ['fetch', 'process', 'aggregate'], 'process'],
    ['PROCESS', ['process'], 'process'],
    ['porcess', ['process'], 'process'],
    ['timout', ['timeout', 'output'], 'timeout'],
    ['ab', ['ba', 'abc'], 'ba'],
    ['A', ['a'], 'a'],
    ['same', ['sane', 'some'], 'sane'],
  ])('to %s in %j is %s', (name, candidates, nearest) => {
    expect(nearestName(name, candidates)).toBe(nearest);
  });

  it.each([
    ['a', ['b', 'c']],
    ['fetch', ['aggregate', 'apologize']],
    ['', ['a']],
    ['x', []],
    ['a'.repeat(200), ['a'.repeat(199)]],
    ['ab', ['a'.repeat(100_000)]],
  ])('to %s in %j does not exist', (name, candidates) => {
    expect(nearestName(name, candidates)).toBeUndefined();
  });

  it('is not looked for beyond a bound', () => {
    let asked = 0;
    const endless = {
      *[Symbol.iterator]() {
        for (;;) yield `candidate-${(asked += 1)}`;
      },
    };
    expect(nearestName('something', endless)).toBeUndefined();
    expect(asked).toBeLessThan(100_000);
  });
});
