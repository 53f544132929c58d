import { describe, expect, it } from 'vitest';
import { asStoreError, primaryResultCode } from './sqlite-failure.ts';

function nodeError(errcode: number): Error {
  return Object.assign(new Error('words of SQLite'), { code: 'ERR_SQLITE_ERROR', errcode });
}

describe('an error of SQLite', () => {
  it('is known by its code in either client, and in what libsql says when it cannot open', () => {
    expect(primaryResultCode(nodeError(1_034))).toBe(10);
    expect(primaryResultCode(Object.assign(new Error(), { code: 'SQLITE_BUSY_RECOVERY', rawCode: 261 }))).toBe(5);
    const opening = 'ConnectionFailed("Unable to open connection to local database /a/b: 14")';
    expect(primaryResultCode(new Error(opening))).toBe(14);
    for (const other of [
      new Error('no'),
      Object.assign(new Error(), { errcode: '5' }),
      'text',
      undefined,
      { errcode: 5 },
    ]) {
      expect(primaryResultCode(other)).toBeUndefined();
    }
  });

  it('becomes a StoreError that names the file, says what is the matter and keeps its cause', () => {
    const table = [
      [5, 'STORE_UNAVAILABLE', true, /locked/],
      [261, 'STORE_UNAVAILABLE', true, /locked/],
      [8, 'STORE_UNAVAILABLE', false, /read-only/],
      [1_034, 'STORE_UNAVAILABLE', false, /error while reading or writing/],
      [13, 'STORE_UNAVAILABLE', true, /the disk is full/],
      [14, 'STORE_UNAVAILABLE', false, /cannot be opened/],
      [18, 'STORE_UNAVAILABLE', false, /words of SQLite/],
      [11, 'STORE_CORRUPT', false, /is damaged/],
      [26, 'STORE_CORRUPT', false, /is not an SQLite database/],
      [1, 'STORE_CORRUPT', false, /does not have the tables/],
      [2_067, 'STORE_CORRUPT', false, /contradict/],
    ] as const;
    for (const [code, expected, retryable, text] of table) {
      const cause = nodeError(code);
      const message = expect.stringMatching(text) as string;
      expect(asStoreError(cause, '/a/store.db')).toMatchObject({ code: expected, retryable, message, cause });
      expect(asStoreError(cause, '/a/store.db')).toMatchObject({
        message: expect.stringContaining('/a/store.db') as string,
      });
    }
  });

  it('is told from an error of ours, which stays as it is', () => {
    const bug = new TypeError('x is undefined');
    expect(asStoreError(bug, '/a/store.db')).toBe(bug);
  });
});
