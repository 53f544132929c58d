import { describe, expect, it } from 'vitest';
import { byteArrays, columnsOf } from './array-parameters.ts';

describe('an array of bytes', () => {
  it('has the layout that the server reads', () => {
    const array = byteArrays([Buffer.from('ab'), undefined, Buffer.alloc(0)]);
    expect(array.toString('hex')).toBe(
      ['00000001', '00000001', '00000011', '00000003', '00000001', '00000002', '6162', 'ffffffff', '00000000'].join(''),
    );
  });

  it('may be empty', () => {
    expect(byteArrays([]).readInt32BE(12)).toBe(0);
  });
});

it('columns have null for what a row lacks', () => {
  const rows = [{ a: 1, b: 'x' }, { a: 2 }];
  expect(
    columnsOf(
      rows,
      (row) => row.a,
      (row) => row.b,
    ),
  ).toEqual([
    [1, 2],
    ['x', null],
  ]);
});
