import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, printable, printableLine, truncate, withoutEscapes } from './plain-text.ts';

describe('printable', () => {
  it('shows control characters instead of obeying them', () => {
    expect(printable('a\u001B[2Jb\u0007c\u009Bd\u007F')).toBe(String.raw`a\x1b[2Jb\x07c\x9bd\x7f`);
  });

  it('keeps line breaks and tabs, and takes CRLF for a line break', () => {
    expect(printable('a\r\nb\tc')).toBe('a\nb\tc');
    expect(printable('a\rb')).toBe(String.raw`a\x0db`);
  });

  it('drops marks that reverse the direction of writing', () => {
    expect(printable('user\u202Etxt.exe')).toBe('usertxt.exe');
  });

  it('never lets an escape through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[^\P{Cc}\n\t]/u);
        expect(printableLine(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('displayWidth', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['🚀', 2],
    ['', 0],
  ])('of %j is %d', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe('truncate', () => {
  it('leaves alone what fits', () => {
    expect(truncate('abc', 3)).toBe('abc');
  });

  it('marks what was cut', () => {
    expect(truncate('abcdef', 4)).toBe('abc…');
    expect(truncate('日本語', 4)).toBe('日…');
    expect(truncate('abc', 0)).toBe('');
  });

  it('never takes more columns than there are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        expect(displayWidth(truncate(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

it('withoutEscapes leaves the text', () => {
  expect(withoutEscapes('\u001B[1mbold\u001B[22m \u001B[?25lx')).toBe('bold x');
});
