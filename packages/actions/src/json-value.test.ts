import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ActionError } from './action.ts';
import { jsonValue } from './json-value.ts';

function refusal(value: unknown): string {
  try {
    jsonValue(value, 'result');
  } catch (error) {
    if (error instanceof ActionError && error.code === 'RESULT_NOT_JSON' && !error.retryable) return error.message;
    throw error;
  }
  throw new Error('expected the value to be refused');
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

describe('jsonValue', () => {
  it('answers JSON itself, never a copy', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => jsonValue(value, 'result') === value));
  });

  it('answers null for undefined', () => {
    expect(jsonValue(undefined, 'result')).toBeNull();
  });

  it('leaves out undefined members and makes undefined elements null, as a journal would', () => {
    const value = { a: undefined, b: [1, undefined, { c: undefined, d: 2 }], e: null };
    expect(jsonValue(value, 'result')).toStrictEqual({ b: [1, null, { d: 2 }], e: null });
    expect(value).toHaveProperty('a');
    const sparse: unknown[] = [];
    sparse[1] = 1;
    expect(jsonValue(sparse, 'result')).toStrictEqual([null, 1]);
  });

  it('gives back exactly what a journal gives back', () => {
    const value = fc.object({
      values: [
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constant(undefined),
        fc.constant(null),
      ],
    });
    fc.assert(
      fc.property(value, (each) => {
        expect(JSON.stringify(jsonValue(each, 'result'))).toBe(JSON.stringify(each));
      }),
    );
  });

  it.each([
    ['a BigInt', { n: [1n] }, 'result.n[0]'],
    ['a function', { run: () => 1 }, 'result.run'],
    ['a symbol', [Symbol('s')], 'result[0]'],
    ['the number NaN', { mean: Number.NaN }, 'result.mean'],
    ['the number Infinity', { max: Infinity }, 'result.max'],
    ['an instance of Date', { at: new Date(0) }, 'result.at'],
    ['an instance of Map', { by: new Map() }, 'result.by'],
    ['an instance of Set', new Set(), 'result'],
    ['an instance of Uint8Array', { bytes: new Uint8Array(2) }, 'result.bytes'],
    ['an instance of Error', { error: new Error('x') }, 'result.error'],
    ['an instance of a class', { user: new (class User {})() }, 'result.user'],
    ['an instance of String', [Object('boxed')], 'result[0]'],
    ['a function', { 'a b': { toJSON: () => 1 } }, 'result["a b"].toJSON'],
  ])('refuses %s and names its place', (got, value, place) => {
    expect(refusal(value)).toBe(`expected JSON, got ${got} at ${place}`);
  });

  it('refuses a value that contains itself', () => {
    const map: Record<string, unknown> = { list: [] };
    (map['list'] as unknown[]).push({ parent: map });
    expect(refusal(map)).toBe('expected JSON, got a value that contains itself at result.list[0].parent');
  });

  it('takes the same value in several places', () => {
    const shared = { a: 1, gone: undefined };
    expect(jsonValue([shared, shared], 'result')).toEqual([{ a: 1 }, { a: 1 }]);
  });

  it('takes 500 levels and no more', () => {
    expect(JSON.stringify(jsonValue(nested(500), 'result'))).toBe(JSON.stringify(nested(500)));
    expect(refusal(nested(501))).toMatch(
      /^expected JSON, got a value nested more than 500 levels deep at result(\[0\]){8}…$/,
    );
    expect(refusal(nested(100_000))).toContain('nested more than 500 levels deep');
  });

  it('takes maps without a prototype and those of another realm', () => {
    const bare = Object.assign(Object.create(null) as object, { a: 1 });
    expect(jsonValue(bare, 'result')).toBe(bare);
    const foreign: unknown = runInNewContext('({ a: [1, { b: 2 }] })');
    expect(jsonValue(foreign, 'result')).toBe(foreign);
    expect(refusal(runInNewContext('new Date(0)'))).toContain('an instance of Date');
  });

  it('keeps hostile keys as the data they are', () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":1},"constructor":2}');
    expect(jsonValue(value, 'result')).toBe(value);
    const copy = jsonValue({ gone: undefined, inner: value }, 'result');
    expect(JSON.stringify(copy)).toBe('{"inner":{"__proto__":{"polluted":1},"constructor":2}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
