import { hash, Map as PersistentMap } from 'immutable';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf } from './key-of.ts';

const hazard = 'propertyIsEnumerable';
const fillers = Array.from({ length: 9 }, (_, position) => [`k${position}`, position] as const);

describe('keyOf', () => {
  it('is needed: as plain keys, two names break a persistent map', () => {
    expect(hash('f5a5a608')).toBe(0);
    expect(() => PersistentMap<string, unknown>(fillers).set('f5a5a608', 1).set(hazard, 2)).toThrow(RangeError);
  });

  it('gives every name that objects inherit a key with a number for its hash', () => {
    for (const name of Object.getOwnPropertyNames(Object.prototype)) expect(typeof hash(keyOf(name))).toBe('number');
  });

  it('leaves ordinary names as they are', () => {
    for (const name of ['', 'a', 'constructor', '__proto__', 'a-name-of-more-than-sixteen-characters'])
      expect(keyOf(name)).toBe(name);
  });

  it('never gives two names one key', () => {
    const anyName = fc.oneof(
      fc.string({ unit: fc.constantFrom('\0', 'p', 'x'), maxLength: 24 }),
      fc.nat(3).map((count) => '\0'.repeat(count) + hazard),
    );
    fc.assert(fc.property(anyName, anyName, (left, right) => (keyOf(left) === keyOf(right)) === (left === right)));
    const escapes = [0, 1, 2, 3].map((count) => keyOf('\0'.repeat(count) + hazard));
    expect(new Set(escapes).size).toBe(4);
  });
});
