import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundsWithin } from './rounds-within.ts';

describe('roundsWithin', () => {
  it('gives the dear cells what the cheap ones leave', () => {
    expect(roundsWithin([3_000, 100, 100], { leftMs: 4_000, most: 5 })).toEqual([1, 5, 5]);
  });

  it('leaves out what no share is enough for', () => {
    expect(roundsWithin([3_000, 100], { leftMs: 2_000, most: 5 })).toEqual([0, 5]);
    expect(roundsWithin([1, 1], { leftMs: -10, most: 5 })).toEqual([0, 0]);
  });

  it('never takes more than there is', () => {
    const costs = fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 50 });
    fc.assert(
      fc.property(
        costs,
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 1, max: 20 }),
        (list, leftMs, most) => {
          const rounds = roundsWithin(list, { leftMs, most });
          expect(list.reduce((sum, cost, place) => sum + cost * (rounds[place] ?? 0), 0)).toBeLessThanOrEqual(leftMs);
        },
      ),
    );
  });
});
