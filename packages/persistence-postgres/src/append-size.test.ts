import type { Append } from '@weftline/persistence';
import { describe, expect, it } from 'vitest';
import { assertSize, slicesOf } from './append-size.ts';

const mebibyte = new Uint8Array(1024 * 1024);

function append(mebibytes: number): Append {
  return { execution: 'x', epoch: 1, sequence: 1, records: Array<Uint8Array>(mebibytes).fill(mebibyte) };
}

describe('a call with many bytes', () => {
  it('is cut between appends, into statements of up to 64 MiB', () => {
    const slices = slicesOf([10, 54, 1, 100, 63, 1, 1].map(append));
    expect(slices.map((slice) => slice.map(({ records }) => records.length))).toEqual([
      [10, 54],
      [1],
      [100],
      [63, 1],
      [1],
    ]);
  });

  it('counts snapshots', () => {
    const snapshot = new Uint8Array(40 * 1024 * 1024);
    expect(slicesOf([append(1), { ...append(30), snapshot }])).toHaveLength(2);
  });

  it('without appends is no statement', () => {
    expect(slicesOf([])).toEqual([]);
  });

  it('is refused when one append has more than 512 MiB', () => {
    expect(() => assertSize('append', append(512).records)).not.toThrow();
    expect(() => assertSize('append', append(513).records)).toThrow(
      expect.objectContaining({ code: 'STORE_INVALID_ARGUMENT' }),
    );
  });
});
