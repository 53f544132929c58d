import { describe, expect, it } from 'vitest';
import type { SqliteBinding } from './binding.ts';
import { loadBinding } from './load-binding.ts';

const missing = (): never => {
  throw new Error('never to be opened');
};
const builtin: SqliteBinding = { name: 'node:sqlite', open: missing };
const installed: SqliteBinding = { name: 'libsql', open: missing };

describe('the SQLite client', () => {
  it('is the one of Node where Node has it', async () => {
    expect(await loadBinding(() => builtin, missing)).toBe(builtin);
  });

  it('is libsql where Node has none', async () => {
    expect(
      await loadBinding(
        () => undefined,
        async () => installed,
      ),
    ).toBe(installed);
  });

  it('that cannot be loaded is an error that names the way out', async () => {
    const cause = new Error('no such package');
    const loading = loadBinding(
      () => undefined,
      () => Promise.reject(cause),
    );
    await expect(loading).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringMatching(/Use Node 22\.13 or later, or install libsql/i) as string,
      cause,
    });
  });

  it('is there in this very process', async () => {
    const { name } = await loadBinding();
    expect(name).toBe(process.getBuiltinModule('node:sqlite') === undefined ? 'libsql' : 'node:sqlite');
  });
});
