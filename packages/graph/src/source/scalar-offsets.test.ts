import fc from 'fast-check';
import { Scalar, parseDocument, stringify, isScalar } from 'yaml';
import { describe, expect, it } from 'vitest';
import { mapScalar } from './scalar-offsets.ts';

const styles = [
  Scalar.PLAIN,
  Scalar.QUOTE_SINGLE,
  Scalar.QUOTE_DOUBLE,
  Scalar.BLOCK_FOLDED,
  Scalar.BLOCK_LITERAL,
] as const;

const words = fc.array(
  fc.constantFrom(
    '{{ x }}',
    'word',
    "it's",
    '"',
    '\\',
    '#',
    ': ',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\n  ',
    '\t',
    'é',
    '😀',
    '\u0085',
    '\u00a0',
    '\u0001',
  ),
  { maxLength: 30 },
);

describe('the places of a scalar', { timeout: 60_000 }, () => {
  it('are found in every style that YAML can write it in', () => {
    const property = fc.property(
      words,
      fc.constantFrom(...styles),
      fc.integer({ min: 20, max: 60 }),
      (parts, style, lineWidth) => {
        const written = new Scalar(parts.join(''));
        written.type = style;
        const text = stringify({ outer: { key: written, after: 1 } }, { lineWidth });
        const node = parseDocument(text).getIn(['outer', 'key'], true);
        if (!isScalar(node) || typeof node.value !== 'string') throw new Error('expected a text scalar');
        const [start, end] = node.range ?? [0, 0];
        const offsets = mapScalar(text, { start, end }, node.value);
        if (offsets === undefined) throw new Error(`no places for ${JSON.stringify(text)}`);
        for (const [at, character] of [...node.value.split('').entries()]) {
          const source = text.slice(offsets.start(at), offsets.end(at + 1));
          expect(offsets.start(at)).toBeLessThanOrEqual(offsets.start(at + 1));
          if (/[\w{}#é:]/.test(character))
            expect([character, '\\x', '\\u']).toContain(source.slice(0, character === source ? 1 : 2));
        }
      },
    );
    fc.assert(property, { numRuns: 1_000 });
  });

  it('are not guessed where the value is not what the source says', () => {
    expect(mapScalar('"abc"', { start: 0, end: 5 }, 'abd')).toBeUndefined();
    expect(mapScalar('"abc"', { start: 0, end: 5 }, 'ab')).toBeUndefined();
    expect(mapScalar('"ab"', { start: 0, end: 4 }, 'abc')).toBeUndefined();
  });

  it('of an escape is all of the escape', () => {
    const text = '"a\\u0062c"';
    const offsets = mapScalar(text, { start: 0, end: text.length }, 'abc');
    expect([offsets?.start(1), offsets?.end(2)]).toEqual([2, 8]);
  });
});
