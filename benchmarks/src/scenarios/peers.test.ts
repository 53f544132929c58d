import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { peers } from './peers.ts';
import { checkAnswer } from './peers-workload.ts';

const size = { n: 60, c: 3 };
const own = ['p-limit', 'Weftline in memory', 'Weftline on SQLite'];

function strategyNamed(name: string): (typeof peers.strategies)[number] {
  const found = peers.strategies.find((strategy) => strategy.name === name);
  if (found === undefined) throw new Error(`expected a strategy ${name}`);
  return found;
}

describe('peers', () => {
  it.each(own)('runs %s, which nothing has to be installed for, and accepts its answer twice', async (name) => {
    const strategy = strategyNamed(name);
    expect(strategy.unavailable).toBeUndefined();
    const prepared = await strategy.prepare(size);
    try {
      for (let round = 0; round < 2; round += 1) {
        const run = await prepared.run();
        prepared.check(run);
        expect(prepared.durationNs?.(run)).toBeGreaterThan(0);
        expect(prepared.figures?.(run)).toEqual({ callsPerItem: 1 });
      }
    } finally {
      await prepared.close?.();
    }
  });

  it('names a floor and a baseline that are among its strategies', () => {
    expect(strategyNamed(peers.floor).name).toBe(peers.floor);
    expect(strategyNamed(peers.baseline).name).toBe(peers.baseline);
  });

  it('measures every strategy at one size at least', () => {
    for (const strategy of peers.strategies)
      expect(peers.sizes.filter((at) => strategy.skip?.(at) === undefined)).not.toEqual([]);
  });

  it.each(['install.mjs', 'place.mjs', 'postgres-database.mjs', 'redis-server.mjs', 'pnpm-lock.yaml'])(
    'finds %s, which is loaded by its place only',
    (path) => {
      expect(existsSync(fileURLToPath(new URL(`../../peers/${path}`, import.meta.url)))).toBe(true);
    },
  );
});

describe('the answer of a peer', () => {
  const values = [0, 3, 6];
  const right = { known: [0, 1], results: [1, 7, 13] };

  it('is right when the results are in order and the earlier ones are known', () => {
    expect(() => checkAnswer(right, values, 2)).not.toThrow();
  });

  it.each([
    ['a result is missing', { ...right, results: [1, 7] }],
    ['the results are in another order', { ...right, results: [7, 1, 13] }],
    ['an earlier result is forgotten', { ...right, known: [0] }],
    ['an earlier result is taken for another', { ...right, known: [1, 0] }],
  ])('is wrong when %s', (_, answer) => {
    expect(() => checkAnswer(answer, values, 2)).toThrow(/expected/);
  });
});
