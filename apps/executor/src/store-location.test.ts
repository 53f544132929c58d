import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, parseStoreUrl, storeExists, storeUrl } from './store-location.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weftline-store-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('parseStoreUrl', () => {
  it.each([
    ['sqlite:a/b.db', { kind: 'sqlite', path: '/base/a/b.db' }],
    ['sqlite:/abs/b.db', { kind: 'sqlite', path: '/abs/b.db' }],
    ['sqlite:///abs/b.db', { kind: 'sqlite', path: '/abs/b.db' }],
    ['file:journal', { kind: 'file', path: '/base/journal' }],
    ['file:./a:b', { kind: 'file', path: '/base/a:b' }],
    ['memory:', { kind: 'memory' }],
    ['postgres://host/db', { kind: 'postgres', connectionString: 'postgres://host/db' }],
    ['postgresql://u:p%23w@h:5433/db', { kind: 'postgres', connectionString: 'postgresql://u:p%23w@h:5433/db' }],
    [
      'postgres:///db?host=/run&schema=my%20orders&sslmode=require',
      { kind: 'postgres', connectionString: 'postgres:///db?host=%2Frun&sslmode=require', schema: 'my orders' },
    ],
  ])('reads %s', (url, expected) => {
    expect(parseStoreUrl(url, '/base')).toEqual(expected);
  });

  it.each([
    '',
    'sqlite',
    'sqlite:',
    'file:',
    'memory',
    'memory:x',
    'postgres:host/db',
    'postgres://u:geheim#@host/db',
    'a.db',
    'sqlite://host/x',
    'file:a\0b',
  ])('refuses %j', (url) => {
    expect(() => parseStoreUrl(url, '/base')).toThrow(expect.objectContaining({ code: 'STORE_URL_INVALID' }));
  });

  it('suggests the scheme that was meant', () => {
    for (const [url, hint] of [
      ['sqlit:x', 'did you mean "sqlite:"?'],
      ['postgre://h/d', 'did you mean "postgres:"?'],
    ] as const) {
      expect(() => parseStoreUrl(url, '/base')).toThrow(expect.objectContaining({ hint }));
    }
  });

  it.each(['sqlite:x.db', 'postgres://u@h:5433/db', 'postgres:///db?host=/run&schema=my%20orders'])(
    'gives a location that its own URL leads back to: %s',
    (url) => {
      const location = parseStoreUrl(url, '/base');
      expect(parseStoreUrl(storeUrl(location), '/elsewhere')).toEqual(location);
    },
  );

  it.each(['postgres://u:geheim@h/db', 'postgres://u@h/db?password=geheim'])(
    'keeps the password of %s to itself',
    (url) => {
      const location = parseStoreUrl(url, '/base');
      expect(storeUrl(location)).toBe('postgres://u@h/db');
      expect(location).toMatchObject({ connectionString: expect.stringContaining('geheim') as string });
    },
  );

  it('does not show a URL that is none, for it may hold a password', () => {
    expect(() => parseStoreUrl('postgres://u:geheim#@h/db', '/base')).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining('geheim') as string,
        hint: expect.stringContaining('%2F') as string,
      }),
    );
  });
});

it('a store in memory exists only once it is opened', async () => {
  expect(await storeExists({ kind: 'memory' })).toBe(false);
});

it('a folder that cannot be made is a store that cannot be opened', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const location = { kind: 'sqlite', path: join(file, 'below', 'x.db') } as const;
  await expect(openStore(location)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
