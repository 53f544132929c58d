import type { Append, SummaryChange } from '@weftline/persistence';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packAppends, unpackAppends } from './packed-appends.ts';
import { unpackRecords } from './packed-records.ts';

const time = fc.maxSafeInteger();
const anySummary: fc.Arbitrary<SummaryChange> = fc.record(
  { status: fc.string(), updatedAtMs: time, finishedAtMs: time },
  { requiredKeys: [] },
);
const anyAppend: fc.Arbitrary<Append> = fc.record(
  {
    execution: fc.oneof(fc.constant('x'), fc.string()),
    epoch: fc.maxSafeNat(),
    sequence: fc.maxSafeNat(),
    records: fc.array(fc.uint8Array({ maxLength: 10 }), { maxLength: 5 }),
    summary: anySummary,
  },
  { requiredKeys: ['execution', 'epoch', 'sequence', 'records'] },
);

it('a packed batch unpacks to the appends that went in', () => {
  fc.assert(
    fc.property(fc.array(anyAppend, { maxLength: 20 }), (appends) => {
      const unpacked = [...unpackAppends(packAppends(appends))].map((append) => ({
        ...append,
        records: [...unpackRecords(append.records)].map((record) => [...record]),
      }));
      const expected = appends.map(({ summary, ...append }) => ({
        ...append,
        records: append.records.map((record) => [...record]),
        summary: { ...summary },
      }));
      expect(unpacked).toEqual(expected);
    }),
  );
});
