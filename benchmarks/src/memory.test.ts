import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { allocatedBytes, retainedBytes } from './memory.ts';

beforeAll(() => {
  setFlagsFromString('--expose-gc');
  globalThis.gc ??= runInNewContext('gc') as typeof globalThis.gc;
});

describe('memory', () => {
  it('tells what an object of three fields keeps alive', () => {
    const parent = {};
    const bytes = retainedBytes(() => ({ parent, item: parent, index: 1 }), 20_000);
    expect(bytes).toBeGreaterThan(30);
    expect(bytes).toBeLessThan(70);
  });

  it('tells what a list of known length keeps alive and allocates', () => {
    const make = (): unknown => new Array<number>(10_000).fill(1.5);
    expect(retainedBytes(make, 50) / 80_000).toBeCloseTo(1, 0);
    const allocated = allocatedBytes(make, 5);
    if (allocated !== null) expect(allocated).toBeGreaterThan(80_000);
  });

  it('tells that nothing is kept by a number', () => {
    expect(retainedBytes(() => 1, 20_000)).toBeLessThan(10);
  });
});
