import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share, unshare, type SharedJson } from './shared-json.ts';

function throughText(value: object): unknown {
  const shared = share(value);
  if (shared === undefined) throw new Error('expected no bound');
  return unshare(JSON.parse(JSON.stringify(shared)) as SharedJson);
}

function textLength(value: object): number {
  return JSON.stringify(share(value)).length;
}

/** One object below another, `depth` times. */
function chain(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? { below: value } : [value];
  return value;
}

function depthOf(value: unknown): number {
  let depth = 0;
  for (let at = value; typeof at === 'object' && at !== null; at = (Object.values(at) as unknown[])[0]) depth += 1;
  return depth;
}

describe('share and unshare', () => {
  it('give back any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(throughText([value])).toEqual(JSON.parse(JSON.stringify([value])));
      }),
    );
  });

  it('give back any JSON whose parts are shared, and share them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ depthSize: 'small' }), { minLength: 1 }),
        fc.array(fc.nat()),
        (parts, picks) => {
          const pool: unknown[] = [...parts];
          for (const pick of picks) {
            const [one, two] = [pool[pick % pool.length], pool[(pick * 31 + 7) % pool.length]];
            pool.push(pick % 2 === 0 ? { one, two } : [one, [two], one]);
            if (pool.length > 12) break;
          }
          const back = throughText(pool) as unknown[];
          expect(back).toEqual(JSON.parse(JSON.stringify(pool)));
          for (const [left, value] of pool.entries()) {
            for (const [right, other] of pool.entries()) {
              if (typeof value === 'object') expect(back[left] === back[right]).toBe(value === other);
            }
          }
        },
      ),
    );
  });

  it('keep a value without shared parts as it is', () => {
    const value = { a: [1, { b: null }], c: 'text' };
    const shared = share(value);
    expect(shared).toEqual({ rows: [value], links: [] });
    expect(shared?.rows[0]).toBe(value);
  });

  it('write a part once, and leave the values that go in alone', () => {
    const part = Object.freeze({ text: 'x'.repeat(10_000) });
    const value = Object.freeze({ first: part, list: Object.freeze(Array.from({ length: 100 }, () => part)) });
    expect(textLength(value)).toBeLessThan(12_000);
    const back = throughText(value) as typeof value;
    expect(back).toEqual(value);
    expect(new Set([back.first, ...back.list]).size).toBe(1);
  });

  it('take linear space where a tree would double with every level', () => {
    let value: unknown = ['leaf'];
    for (let level = 0; level < 60; level += 1) value = [value, value];
    expect(textLength([value])).toBeLessThan(4000);
    let back = (throughText([value]) as unknown[])[0];
    for (let level = 0; level < 60; level += 1) {
      const [left, right] = back as [unknown, unknown];
      expect(left).toBe(right);
      back = left;
    }
    expect(back).toEqual(['leaf']);
  });

  it('stand values of any depth, in linear space', () => {
    expect(depthOf(throughText([chain(200_000)]))).toBe(200_001);
    const [half, whole] = [textLength([chain(20_000)]), textLength([chain(40_000)])];
    expect(whole / half).toBeLessThan(2.2);
  });

  it('stand a value that contains itself', () => {
    const value: { self?: unknown; list: unknown[] } = { list: [] };
    value.self = value;
    value.list.push(value.list, value);
    const back = throughText([value]) as [typeof value];
    expect(back[0].self).toBe(back[0]);
    expect(back[0].list[0]).toBe(back[0].list);
    expect(back[0].list[1]).toBe(back[0]);
  });

  it('take every key as data', () => {
    const part = { polluted: true };
    const text =
      '{"__proto__":{"x":1},"constructor":2,"toString":3,"":4,"0":5,"length":6,"toJSON":7,"hasOwnProperty":8}';
    const hostile = JSON.parse(text) as Record<string, unknown>;
    const linked = JSON.parse('{"__proto__":0,"constructor":0,"a":0}') as Record<string, unknown>;
    for (const key of Object.keys(linked)) linked[key] = part;
    const back = throughText([hostile, linked, part, { linked, inner: { linked } }]) as (typeof hostile)[];
    expect(JSON.stringify(back[0])).toBe(JSON.stringify(hostile));
    expect(Object.getPrototypeOf(back[1])).toBe(Object.prototype);
    expect(Object.entries(back[1] ?? {}).map(([key, value]) => [key, value === back[2]])).toEqual([
      ...[
        ['__proto__', true],
        ['constructor', true],
      ],
      ['a', true],
    ]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('answer nothing where the text would be too long for certain', () => {
    expect(share(['x'.repeat(1000)], { lengthMax: 999 })).toBeUndefined();
    expect(
      share(
        Array.from({ length: 1000 }, () => 1),
        { lengthMax: 999 },
      ),
    ).toBeUndefined();
    expect(share(['x'.repeat(900)], { lengthMax: 999 })).toBeDefined();
    const part = ['x'.repeat(900)];
    expect(share([part, part, part], { lengthMax: 999 })).toBeDefined();
  });
});

describe('unshare', () => {
  it.each([
    ['a row that is not there', { rows: [[null]], links: [[0, [], [0, 1]]] }],
    ['a key that is not there', { rows: [[null]], links: [[0, [], [1, 0]]] }],
    ['an inherited key', { rows: [{}], links: [[0, [], ['__proto__', 0]]] }],
    ['a path that is not there', { rows: [[null]], links: [[0, [0], [0, 0]]] }],
    ['a path through what is inherited', { rows: [{}], links: [[0, ['constructor', 'prototype'], ['x', 0]]] }],
    ['no row', { rows: [[null]], links: [[3, [], [0, 0]]] }],
    ['a target that is no number', { rows: [[null]], links: [[0, [], [0, 'length']]] }],
    ['no link', { rows: [[null]], links: [7] }],
  ])('refuses a link with %s', (_what, shared) => {
    expect(() => unshare(shared as unknown as SharedJson)).toThrow(TypeError);
  });
});
