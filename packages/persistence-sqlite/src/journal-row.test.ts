import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRow, encodeRow } from './journal-row.ts';
import type { JournalRow } from './journal-row.ts';
import { packRecords, unpackRecords } from './packed-records.ts';

const row: JournalRow = {
  ...{ execution: 3, sequence: 17, epoch: 5 },
  records: packRecords(['first', '', 'third'].map((text) => new TextEncoder().encode(text))),
};

function bytesOf(value: JournalRow): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encodeRow(value));
}

describe('a journal row', () => {
  it('decodes to what was encoded', () => {
    const anyRecords = fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1 }),
        fc.maxSafeNat(),
        fc.nat(),
        anyRecords,
        (...[execution, sequence, epoch, all]) => {
          const decoded = decodeRow(
            { execution, sequence },
            bytesOf({ execution, sequence, epoch, records: packRecords(all) }),
          );
          if (typeof decoded === 'string') expect.fail(decoded);
          expect(decoded).toMatchObject({ execution, sequence, epoch });
          expect([...unpackRecords(decoded.records)].map((record) => [...record])).toEqual(
            all.map((record) => [...record]),
          );
        },
      ),
    );
  });

  it('keeps the layout that is written down', () => {
    const blob = Buffer.from(bytesOf(row));
    expect([0, 8, 12, 16, 20, 24].map((offset) => blob.readUInt32LE(offset))).toEqual([1, 5, 3, 5, 0, 5]);
    expect(blob.subarray(28).toString()).toBe('firstthird');
    // As another implementation of CRC-32 computes it.
    expect(blob.readUInt32LE(4)).toBe(0xf30e275f);
  });

  it('is refused after any change of any byte', () => {
    const whole = bytesOf(row);
    for (let place = 0; place < whole.length; place++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const changed = Uint8Array.from(whole);
        changed[place] = (whole[place] ?? 0) ^ flip;
        expect(decodeRow(row, changed)).toBeTypeOf('string');
      }
    }
  });

  it('is refused when it is cut, prolonged or all zeros', () => {
    const whole = bytesOf(row);
    for (let length = 0; length < whole.length; length++) {
      expect(decodeRow(row, whole.slice(0, length))).toBeTypeOf('string');
      expect(decodeRow(row, new Uint8Array(length))).toBeTypeOf('string');
    }
    expect(decodeRow(row, Uint8Array.from([...whole, 0]))).toBeTypeOf('string');
  });

  it('is refused at another place', () => {
    expect(decodeRow({ execution: 4, sequence: 17 }, bytesOf(row))).toBe('does not match its checksum');
    expect(decodeRow({ execution: 3, sequence: 18 }, bytesOf(row))).toBe('does not match its checksum');
  });

  it('names a format that it does not know', () => {
    const changed = bytesOf(row);
    changed[0] = 2;
    expect(decodeRow(row, changed)).toBe('has format 2 instead of 1');
  });
});
