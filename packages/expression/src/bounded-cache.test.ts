import { describe, expect, it } from 'vitest';
import { BoundedCache } from './bounded-cache.ts';
import { limits } from './limits.ts';

describe('BoundedCache', () => {
  it('makes a value once for a key that stays in use', () => {
    let made = 0;
    const cache = new BoundedCache((key) => ({ key, number: (made += 1) }));
    const first = cache.get('used');
    for (let index = 0; index < limits.cachedEntriesMax * 3; index += 1) {
      cache.get(`other${index}`);
      expect(cache.get('used')).toBe(first);
    }
    expect(made).toBe(limits.cachedEntriesMax * 3 + 1);
  });

  it('forgets what was not used for as many keys as it holds', () => {
    let made = 0;
    const cache = new BoundedCache((key) => `${key}${(made += 1)}`);
    cache.get('once');
    for (let index = 0; index <= limits.cachedEntriesMax; index += 1) cache.get(`other${index}`);
    const before = made;
    cache.get('once');
    expect(made).toBe(before + 1);
  });

  it('does not remember a failure', () => {
    let attempts = 0;
    const cache = new BoundedCache((): string => {
      attempts += 1;
      if (attempts === 1) throw new RangeError('not yet');
      return 'made';
    });
    expect(() => cache.get('x')).toThrow(RangeError);
    expect(cache.get('x')).toBe('made');
  });
});
