import { StoreError } from '@weftline/persistence';
import type { StoreErrorCode } from '@weftline/persistence';
import { expect, it } from 'vitest';
import { withUnknownOutcome } from './unknown-outcome.ts';

it.each<[StoreErrorCode, StoreErrorCode]>([
  ['STORE_UNAVAILABLE', 'STORE_UNKNOWN_OUTCOME'],
  ['STORE_CORRUPT', 'STORE_UNKNOWN_OUTCOME'],
  ['STORE_CONFLICT', 'STORE_CONFLICT'],
  ['STORE_HELD', 'STORE_HELD'],
  ['STORE_UNKNOWN_OUTCOME', 'STORE_UNKNOWN_OUTCOME'],
])('%s becomes %s', (code, expected) => {
  const error = new StoreError('why', { code, retryable: true });
  const told = withUnknownOutcome(error) as StoreError;
  expect(told).toMatchObject({ code: expected, message: expect.stringContaining('why') as string });
  expect(told.retryable).toBe(code === expected);
});

it('leaves defects as they are', () => {
  const defect = new TypeError('x');
  expect(withUnknownOutcome(defect)).toBe(defect);
});
