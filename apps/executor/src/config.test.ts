import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weftline-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const invalid = { code: 'CONFIG_INVALID' };

it.each([
  ['weftline.config.json', '{"actions": ["./a.js"], "grace": "5s"}'],
  ['weftline.config.yaml', 'actions: [./a.js]\ngrace: 5s\n'],
  ['weftline.config.mjs', 'export default { actions: ["./a.js"], grace: 5 };'],
])('reads %s', async (name, text) => {
  const file = await put(name, text);
  expect(await loadConfig(undefined, [folder])).toEqual({
    actions: ['./a.js'],
    graceMs: 5_000,
    file,
    directory: folder,
  });
});

it('finds nothing where nothing is', async () => {
  expect(await loadConfig(undefined, [folder, join(folder, 'missing')])).toBeUndefined();
});

it('takes the first folder that has one', async () => {
  const file = await put('weftline.config.json', '{}');
  expect(await loadConfig(undefined, [join(folder, 'missing'), folder])).toMatchObject({ file });
});

it('refuses two in one folder', async () => {
  await put('weftline.config.json', '{}');
  await put('weftline.config.yaml', '{}');
  await expect(loadConfig(undefined, [folder])).rejects.toMatchObject({ code: 'CONFIG_AMBIGUOUS' });
});

it('tells all that is wrong, with a suggestion', async () => {
  await put('weftline.config.json', '{"actoins": [], "store": 1, "env": ["A", 2], "grace": "soon", "__proto__": 1}');
  await expect(loadConfig(undefined, [folder])).rejects.toMatchObject(invalid);
  await expect(loadConfig(undefined, [folder])).rejects.toThrow(
    /unknown key "actoins", did you mean "actions"\?; store: .* got number 1; env: .*; grace: .*"soon"; unknown key "__proto__"/,
  );
});

it.each([
  ['weftline.config.json', '{'],
  ['weftline.config.json', '[]'],
  ['weftline.config.json', 'null'],
  ['weftline.config.yaml', 'a: [1'],
  ['weftline.config.yaml', ''],
  ['weftline.config.mjs', 'throw new Error("no")'],
  ['weftline.config.mjs', 'export const actions = [];'],
  ['weftline.config.mjs', 'export default () => ({});'],
])('refuses %s with %j', async (name, text) => {
  await put(name, text);
  await expect(loadConfig(undefined, [folder])).rejects.toMatchObject(invalid);
});

it('refuses a file that was named and is not there', async () => {
  await expect(loadConfig(join(folder, 'x.json'), [])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
