import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searcherFor } from './text-search.ts';

/** Texts over few letters, which repeated nearly fit at many places. */
const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 12 });

describe('searcherFor', () => {
  it('finds what JavaScript finds, in texts that are too large for its own search too', () => {
    fc.assert(
      fc.property(letters, letters, fc.nat({ max: 20 }), (block, other, repeats) => {
        const part = block.repeat(20) + other;
        const unit = `${block.repeat(40 + repeats)}${other}`;
        const text = unit.repeat(Math.ceil(11_000_000 / part.length / unit.length));
        const search = searcherFor(text, part);
        for (const from of [0, 1, 100, text.length]) expect(search(from)).toBe(text.indexOf(part, from));
      }),
      { numRuns: 30 },
    );
  });

  it('finds every short text, and the empty one everywhere', () => {
    expect(searcherFor('abcabc', 'c')(3)).toBe(5);
    expect(searcherFor('abc', 'd')(0)).toBe(-1);
    expect(searcherFor('abc', '')(2)).toBe(2);
  });

  it('takes linear time where the lengths would multiply', () => {
    const half = 'a'.repeat(250_000);
    const text = `${half}c`.repeat(4);
    expect(searcherFor(text, `${half}b${half}`)(0)).toBe(-1);
    expect(searcherFor(`${text}${half}b${half}`, `${half}b${half}`)(0)).toBe(text.length);
  });
});
