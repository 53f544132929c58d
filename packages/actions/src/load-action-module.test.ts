import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { resultOf } from '../test/perform.ts';
import { temporaryDirectory } from '../test/temporary-directory.ts';
import { ActionSetupError } from './errors.ts';
import { loadActionModule } from './load-action-module.ts';

async function moduleFile(text: string, name = 'actions.mjs'): Promise<string> {
  const path = join(await temporaryDirectory(), name);
  await writeFile(path, text);
  return path;
}

async function refusal(pathOrUrl: string | URL): Promise<{ code: string; message: string }> {
  try {
    await loadActionModule(pathOrUrl);
  } catch (error) {
    if (error instanceof ActionSetupError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('expected the module to be refused');
}

const text = `
export const actions = {
  'orders.total': ({ prices }) => prices.reduce((sum, price) => sum + price, 0),
  async later() { return 'done'; },
};
export const version = 7;
export function ignored() {}
export default { actions: { other() {} } };
`;

describe('loadActionModule', () => {
  it('takes the exported actions and nothing else', async () => {
    const actions = await loadActionModule(await moduleFile(text));
    expect(Object.keys(actions)).toEqual(['orders.total', 'later']);
    expect(await resultOf('orders.total', { prices: [1, 2] }, { actions })).toBe(3);
    expect(await resultOf('later', {}, { actions })).toBe('done');
  });

  it('takes a path, a path relative to the working directory, a file: URL and its text', async () => {
    const path = await moduleFile(text, 'with blank ü.mjs');
    const url = pathToFileURL(path);
    for (const each of [path, relative(process.cwd(), path), url, url.href]) {
      expect(Object.keys(await loadActionModule(each))).toEqual(['orders.total', 'later']);
    }
  });

  it('takes CommonJS, however it exports', async () => {
    const forms = [
      'exports.actions = { a: () => 1 };',
      'module.exports = { actions: { a: () => 1 } };',
      'const make = () => ({ actions: { a: () => 1 } }); module.exports = make();',
    ];
    for (const form of forms) {
      const actions = await loadActionModule(await moduleFile(form, 'actions.cjs'));
      expect(await resultOf('a', {}, { actions })).toBe(1);
    }
  });

  it('takes actions without a prototype, and none at all', async () => {
    const bare = 'export const actions = Object.assign(Object.create(null), { a() {} });';
    expect(Object.keys(await loadActionModule(await moduleFile(bare)))).toEqual(['a']);
    expect(await loadActionModule(await moduleFile('export const actions = {};'))).toEqual({});
  });

  it('tells a module that is not there', async () => {
    const path = join(await temporaryDirectory(), 'gone.mjs');
    for (const each of [path, pathToFileURL(path)]) {
      expect(await refusal(each)).toEqual({ code: 'ACTION_MODULE_NOT_FOUND', message: `there is no module ${path}` });
    }
    expect(await refusal('some-package')).toMatchObject({ code: 'ACTION_MODULE_NOT_FOUND' });
    expect(await refusal('')).toMatchObject({ code: 'ACTION_MODULE_INVALID' });
  });

  it.each([
    ['export const a = 1;', 'expected it to export "actions", a map of functions, got nothing'],
    ['export const actions = [];', 'expected it to export "actions", a map of functions, got a list'],
    ['export const actions = () => ({});', 'expected it to export "actions", a map of functions, got a function'],
    ['export const actions = new Map();', 'got an instance of Map'],
    ['export const actions = { a: 1 };', 'expected the action "a" to be a function, got the number 1'],
    ['export default null;', 'expected it to export "actions"'],
    ['export const = 1;', 'cannot load it: '],
    ['import "./gone.mjs";', 'cannot load it: '],
    ['throw new Error("not today");', 'cannot load it: not today'],
    ['throw undefined;', 'cannot load it: '],
  ])('tells what is wrong with %j', async (source, message) => {
    const path = await moduleFile(source);
    const { code, message: told } = await refusal(path);
    expect(code).toBe('ACTION_MODULE_INVALID');
    expect(told).toContain(`${path}: `);
    expect(told).toContain(message);
  });

  it('takes nothing from elsewhere than files', async () => {
    for (const url of ['https://example.org/a.mjs', 'data:text/javascript,export const actions = {}', 'node:fs']) {
      expect(await refusal(new URL(url))).toMatchObject({ code: 'ACTION_MODULE_INVALID' });
    }
    expect(await refusal('file://host/a.mjs')).toMatchObject({ code: 'ACTION_MODULE_INVALID' });
  });

  it('tells a directory', async () => {
    const path = join(await temporaryDirectory(), 'folder');
    await mkdir(path);
    expect(await refusal(path)).toMatchObject({ code: 'ACTION_MODULE_INVALID' });
  });
});
