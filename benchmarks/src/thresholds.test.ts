import { describe, expect, it } from 'vitest';
import type { BenchResult } from './result.ts';
import { exceeded } from './thresholds.ts';

const result = {
  rows: [
    { scenario: 's', strategy: 'a', n: 1, c: 10, harness: 'mitata', ratioToFloor: 2 },
    { scenario: 's', strategy: 'a', n: 1, c: 100, harness: 'mitata', ratioToFloor: 5 },
    { scenario: 's', strategy: 'a', n: 1, c: 100, harness: 'benny', ratioToFloor: 50 },
  ],
  growth: [{ scenario: 's', strategy: 'a', exponentN: null, exponentC: 0.5, at: { n: 1 } }],
} as unknown as BenchResult;

const bound = { scenario: 's', strategy: 'a', of: 'ratioToFloor' as const };

describe('thresholds', () => {
  it('are kept by what is within them', () => {
    const exponent = { ...bound, of: 'exponentC' as const, most: 0.5 };
    expect(exceeded(result, [{ ...bound, most: 5 }, { ...bound, c: 10, most: 2 }, exponent])).toEqual([]);
  });

  it('are exceeded by the worst of the cells they mean', () => {
    expect(exceeded(result, [{ ...bound, most: 4 }])).toEqual(['s / a: ratioToFloor is 5.00, expected at most 4']);
  });

  it('guard nothing when their cells were not measured, and say so', () => {
    expect(exceeded(result, [{ ...bound, n: 7, most: 4 }])).toEqual(['s / a n=7: ratioToFloor was not measured']);
  });
});
