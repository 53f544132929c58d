import { describe, expect, it } from 'vitest';
import { loadScenario, scenarioNames } from './index.ts';

/** Other engines are installed on demand; they have a test of their own. */
const own = await Promise.all(scenarioNames.filter((name) => name !== 'peers').map(loadScenario));

describe.each(own)('$name', ({ strategies, quickSizes, sizes, floor, baseline }) => {
  it('has the floor and the baseline it names, and every name once', () => {
    const names = strategies.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([floor, baseline]));
    expect(new Set(names).size).toBe(names.length);
    expect(sizes.length).toBeGreaterThanOrEqual(quickSizes.length);
  });

  it.for(strategies)('$name answers right', async (strategy, { skip }) => {
    const reason = await strategy.unavailable?.();
    if (reason !== undefined) skip(reason);
    const size = quickSizes.find((each) => strategy.skip?.(each) === undefined);
    if (size === undefined) return expect.fail('no quick size is left');
    const prepared = await strategy.prepare(size);
    try {
      const answer = await prepared.run();
      prepared.check(answer);
      expect(prepared.operations).toBeGreaterThan(0);
      expect(prepared.durationNs?.(answer) ?? 1).toBeGreaterThan(0);
    } finally {
      await prepared.close?.();
    }
  });
});
