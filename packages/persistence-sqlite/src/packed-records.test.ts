import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropRecords, joinRecords, packRecords, splitRecords, unpackRecords } from './packed-records.ts';

const anyRecords = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });

function plain(records: Iterable<Uint8Array>): number[][] {
  return [...records].map((record) => [...record]);
}

describe('packed records', () => {
  it('unpack to what was packed', () => {
    fc.assert(
      fc.property(anyRecords, (records) => {
        expect(plain(unpackRecords(packRecords(records)))).toEqual(plain(records));
      }),
    );
  });

  it('are a copy', () => {
    const record = new Uint8Array([1, 2, 3]);
    const packed = packRecords([record]);
    record.fill(0);
    expect(plain(unpackRecords(packed))).toEqual([[1, 2, 3]]);
  });

  it('split into runs that are as long as the bound allows, and join again', () => {
    fc.assert(
      fc.property(anyRecords, fc.integer({ min: 1, max: 100 }), (records, bytesMax) => {
        const runs = [...splitRecords(packRecords(records), bytesMax)];
        expect(plain(unpackRecords(joinRecords(runs)))).toEqual(plain(records));
        for (const [index, { lengths, bytes }] of runs.entries()) {
          expect(lengths.length).toBeGreaterThan(0);
          if (lengths.length > 1) expect(bytes.byteLength).toBeLessThanOrEqual(bytesMax);
          const next = runs[index + 1]?.lengths[0];
          if (next !== undefined) expect(bytes.byteLength + next).toBeGreaterThan(bytesMax);
        }
      }),
    );
  });

  it('drop from the front', () => {
    fc.assert(
      fc.property(anyRecords, fc.nat(40), (records, count) => {
        expect(plain(unpackRecords(dropRecords(packRecords(records), count)))).toEqual(plain(records.slice(count)));
      }),
    );
  });
});
