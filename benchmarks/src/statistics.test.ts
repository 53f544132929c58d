import { describe, expect, it } from 'vitest';
import { fitBoth, fitGrowth } from './growth.ts';
import { bootstrap, geometricMean, median, pairedRatio, quantile, seededRandom, verdictOf } from './statistics.ts';

describe('statistics', () => {
  it('tells medians and quantiles by interpolation', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), quantile([0, 10], 0.99)]).toEqual([2, 2.5, 9.9]);
    expect(() => median([])).toThrow(RangeError);
    expect(geometricMean([1, 100])).toBeCloseTo(10);
  });

  it('draws the same numbers for the same seed', () => {
    const [first, second] = [seededRandom(7), seededRandom(7)];
    const drawn = Array.from({ length: 1_000 }, first);
    expect(Array.from({ length: 1_000 }, second)).toEqual(drawn);
    expect(median(drawn)).toBeCloseTo(0.5, 1);
  });

  it('finds a ratio that drifts along with the machine', () => {
    const drift = [1, 5, 2, 9, 3, 7, 4];
    const {
      median: ratio,
      low,
      high,
    } = pairedRatio(
      drift.map((x) => 3 * x),
      drift,
      seededRandom(1),
    );
    expect([ratio, low, high]).toEqual([3, 3, 3]);
  });

  it('has an interval that holds the true value of noisy samples', () => {
    const random = seededRandom(3);
    const samples = Array.from({ length: 40 }, () => 10 + random());
    const { low, high } = bootstrap(samples, median, random);
    expect(low).toBeLessThan(10.5);
    expect(high).toBeGreaterThan(10.4);
    expect(high - low).toBeLessThan(0.8);
  });

  it('claims a difference only where the interval and the effect allow it', () => {
    expect(verdictOf({ median: 0.5, low: 0.4, high: 0.6 })).toBe('faster');
    expect(verdictOf({ median: 2, low: 1.5, high: 3 })).toBe('slower');
    expect(verdictOf({ median: 0.97, low: 0.96, high: 0.98 })).toBe('no difference shown');
    expect(verdictOf({ median: 0.5, low: 0.4, high: 1.1 })).toBe('no difference shown');
  });
});

describe('growth', () => {
  const points = (time: (size: number) => number) =>
    [10, 100, 1_000, 10_000, 100_000].map((size) => ({
      size,
      samples: [0.99, 1, 1.01].map((noise) => noise * time(size)),
    }));

  it.each([0, 0.5, 1, 2])('finds the exponent %s', (exponent) => {
    const growth = fitGrowth(
      points((size) => 3 * size ** exponent),
      seededRandom(1),
    );
    expect(growth?.exponent).toBeCloseTo(exponent, 2);
    expect(growth?.ci.low).toBeLessThanOrEqual(exponent);
    expect(growth?.ci.high).toBeGreaterThanOrEqual(exponent);
  });

  it('finds the exponent past a fixed cost', () => {
    const growth = fitGrowth(
      points((size) => 10_000 + 2 * size),
      seededRandom(1),
    );
    expect(growth?.exponent).toBeLessThan(0.5);
    expect(growth?.exponentPastFixedCost).toBeGreaterThan(0.75);
  });

  it('says nothing of fewer than three sizes', () => {
    expect(fitGrowth(points((size) => size).slice(0, 2), seededRandom(1))).toBeUndefined();
  });

  it('finds both exponents of a product', () => {
    const cells = [10, 100, 1_000].flatMap((n) => [1, 10, 100].map((c) => ({ n, c, value: 5 * n * c ** 0.5 })));
    const fit = fitBoth(cells);
    expect(fit?.alpha).toBeCloseTo(1);
    expect(fit?.beta).toBeCloseTo(0.5);
  });
});
