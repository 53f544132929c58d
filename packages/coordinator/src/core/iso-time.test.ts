import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTime } from './iso-time.ts';

const firstMs = Date.parse('0000-01-01T00:00:00.000Z');
const lastMs = Date.parse('9999-12-31T23:59:59.999Z');

describe('isoTime', () => {
  it('writes every moment of the years 0 to 9999 as Date does', () => {
    fc.assert(
      fc.property(fc.integer({ min: firstMs, max: lastMs }), (atMs) => {
        expect(isoTime(atMs)).toBe(new Date(atMs).toISOString());
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    '0000-01-01T00:00:00.000Z',
    '0000-02-29T23:59:59.999Z',
    '1599-12-31T23:59:59.999Z',
    '1600-02-29T12:00:00.000Z',
    '1899-12-31T23:59:59.999Z',
    '1900-02-28T23:59:59.999Z',
    '1900-03-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00.000Z',
    '2000-02-29T00:00:00.001Z',
    '2024-02-29T23:59:59.999Z',
    '2100-02-28T23:59:59.999Z',
    '2100-03-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ])('writes %s', (text) => {
    expect(isoTime(Date.parse(text))).toBe(text);
  });

  it('knows every day of 400 years', () => {
    const startMs = Date.parse('1999-12-31T00:00:00.000Z');
    for (let day = 0; day < 146_098; day += 1) {
      const atMs = startMs + day * 86_400_000;
      const text = isoTime(atMs);
      if (Date.parse(text) !== atMs) expect(text).toBe(new Date(atMs).toISOString());
    }
  });

  it('cuts parts of milliseconds off', () => {
    expect(isoTime(1_700_000_000_123.9)).toBe(new Date(1_700_000_000_123).toISOString());
  });
});
