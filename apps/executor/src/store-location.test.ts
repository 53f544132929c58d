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
    'postgres://host/db',
    'a.db',
    'sqlite://host/x',
    'file:a\0b',
  ])('refuses %j', (url) => {
    expect(() => parseStoreUrl(url, '/base')).toThrow(expect.objectContaining({ code: 'STORE_URL_INVALID' }));
  });

  it('suggests the scheme that was meant', () => {
    expect(() => parseStoreUrl('sqlit:x', '/base')).toThrow(
      expect.objectContaining({ hint: 'did you mean "sqlite:"?' }),
    );
  });

  it('gives a location that its own URL leads back to', () => {
    const location = parseStoreUrl('sqlite:x.db', '/base');
    expect(parseStoreUrl(storeUrl(location), '/elsewhere')).toEqual(location);
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
