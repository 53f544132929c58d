import { describe, expect, it } from 'vitest';
import { checkOptions } from './store-options.ts';
import type { PostgresStoreOptions } from './store-options.ts';

describe('the options', () => {
  it('have defaults', () => {
    expect(checkOptions({})).toEqual({
      ...{ applicationName: 'weftline', schema: 'weftline', create: true, leaseMs: 30_000 },
      ...{ connectMs: 5_000, statementMs: 30_000, reconnectMs: 30_000 },
    });
  });

  it('may name any schema that the server can tell apart from its own', () => {
    for (const schema of ['a', 'A b', '"', "'; DROP", '漢'.repeat(21), 'public', 'x'.repeat(63)]) {
      expect(checkOptions({ schema }).schema).toBe(schema);
    }
  });

  it('may name a server in any way that is a URL', () => {
    for (const rest of ['', 'host', 'host:5433/db', 'a:p%23w@[::1]/x?sslmode=require', '/db?host=/var/run']) {
      for (const scheme of ['postgres', 'postgresql']) {
        const connectionString = `${scheme}://${rest}`;
        expect(checkOptions({ connectionString })).toMatchObject({ connectionString });
      }
    }
  });

  it('do not show a connection string that is none, for it may hold a password', () => {
    for (const connectionString of [
      'a geheim',
      'http://u:geheim@h/d',
      'postgres://u:geheim#@h/d',
      'postgres://geheim:x/d',
    ]) {
      const message = expect.not.stringContaining('geheim') as string;
      expect(() => checkOptions({ connectionString })).toThrow(
        expect.objectContaining({ code: 'STORE_INVALID_ARGUMENT', message }),
      );
    }
  });

  it('are refused when they cannot be meant', () => {
    const wrong: unknown[] = [
      ...['', 'a\0', '\ud800', 'x'.repeat(64), '漢'.repeat(22), 'pg_x', 'PG_X', 'information_schema', 7].map(
        (schema) => ({
          schema,
        }),
      ),
      ...[-1, 0.5, Number.NaN, '30', 2 ** 31].map((leaseMs) => ({ leaseMs })),
      ...[0, -1, 1.5, 2 ** 31].flatMap((ms) => [{ connectMs: ms }, { statementMs: ms }]),
      ...[-1, 1.5].map((reconnectMs) => ({ reconnectMs })),
      ...[
        { nowMs: 5 },
        { connectionString: 5 },
        { host: [] },
        { user: null },
        { database: {} },
        { applicationName: 1 },
        { create: 1 },
      ],
    ];
    for (const options of wrong) {
      expect(() => checkOptions(options as PostgresStoreOptions)).toThrow(
        expect.objectContaining({ code: 'STORE_INVALID_ARGUMENT' }),
      );
    }
  });
});
