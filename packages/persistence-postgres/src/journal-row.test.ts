import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRow, encodeRow, splitRecords } from './journal-row.ts';
import { journalRows } from './journal-rows.ts';

const key = { id: 'execution', sequence: 17 };
const records = ['first', '', 'third'].map((text) => new TextEncoder().encode(text));
const row = encodeRow(key, 5, records);

const anyRecords = fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 20 });

function plain(all: Iterable<Uint8Array>): number[][] {
  return [...all].map((record) => [...record]);
}

function expectRecords(decoded: Uint8Array[] | string): Uint8Array[] {
  return typeof decoded === 'string' ? expect.fail(decoded) : decoded;
}

describe('a journal row', () => {
  it('decodes to what was encoded', () => {
    const place = fc.record({ id: fc.string({ unit: 'grapheme' }), sequence: fc.maxSafeNat() });
    fc.assert(
      fc.property(place, fc.nat(), anyRecords, (at, epoch, all) => {
        expect(plain(expectRecords(decodeRow(at, encodeRow(at, epoch, all))))).toEqual(plain(all));
      }),
    );
  });

  it('keeps the layout that is written down', () => {
    expect([0, 8, 12, 16, 20, 24].map((offset) => row.readUInt32LE(offset))).toEqual([1, 5, 3, 5, 0, 5]);
    expect(row.subarray(28).toString()).toBe('firstthird');
    // As another implementation of CRC-32 computes it.
    expect(row.readUInt32LE(4)).toBe(0x3679d534);
  });

  it('is refused after any change of any byte', () => {
    for (let place = 0; place < row.length; place++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(row);
        changed[place] = (row[place] ?? 0) ^ flip;
        expect(decodeRow(key, changed)).toBeTypeOf('string');
      }
    }
  });

  it('is refused when it is cut, prolonged or all zeros', () => {
    for (let length = 0; length < row.length; length++) {
      expect(decodeRow(key, row.subarray(0, length))).toBeTypeOf('string');
      expect(decodeRow(key, Buffer.alloc(length))).toBeTypeOf('string');
    }
    expect(decodeRow(key, Buffer.concat([row, Buffer.alloc(1)]))).toBeTypeOf('string');
  });

  it('is refused at another place', () => {
    expect(decodeRow({ ...key, id: 'other' }, row)).toBe('does not match its checksum');
    expect(decodeRow({ ...key, sequence: 18 }, row)).toBe('does not match its checksum');
  });

  it('names a format that it does not know', () => {
    const changed = Buffer.from(row);
    changed[0] = 2;
    expect(decodeRow(key, changed)).toBe('has format 2 instead of 1');
  });
});

describe('records', () => {
  it('split into runs that are as long as the bound allows', () => {
    fc.assert(
      fc.property(anyRecords, fc.integer({ min: 1, max: 100 }), (all, bytesMax) => {
        const runs = [...splitRecords(all, bytesMax)];
        expect(plain(runs.flat())).toEqual(plain(all));
        for (const [index, run] of runs.entries()) {
          const bytes = run.reduce((sum, record) => sum + record.byteLength, 0);
          expect(run.length).toBeGreaterThan(0);
          if (run.length > 1) expect(bytes).toBeLessThanOrEqual(bytesMax);
          const next = runs[index + 1]?.[0];
          if (next !== undefined) expect(bytes + next.byteLength).toBeGreaterThan(bytesMax);
        }
      }),
    );
  });

  it('become rows that follow one another', () => {
    const large = Array.from({ length: 5 }, (_, place) => new Uint8Array(400_000).fill(place));
    const rows = journalRows(key, 5, large);
    expect(rows.map(({ sequence, last }) => [sequence, last])).toEqual([
      [17, 18],
      [19, 20],
      [21, 21],
    ]);
    const decoded = rows.flatMap(({ sequence, bytes }) => expectRecords(decodeRow({ ...key, sequence }, bytes)));
    expect(decoded.map((record) => record[0])).toEqual([0, 1, 2, 3, 4]);
    expect(journalRows(key, 5, [])).toEqual([]);
  });
});
