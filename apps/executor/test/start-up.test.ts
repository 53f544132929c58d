import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder, runCli } from './run-cli.ts';

// Notes every module that is loaded, in whatever way this version of Node lets a program see it.
const hooks = `
import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  appendFileSync(process.env.TRACE_FILE, url + '\\n');
  return next(url, context);
}
`;
const tracer = `
import { appendFileSync } from 'node:fs';
import * as module from 'node:module';
if (module.registerHooks === undefined) module.register('./hooks.mjs', import.meta.url);
else module.registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.TRACE_FILE, url + '\\n');
    return next(url, context);
  },
});
`;

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder({
    'hooks.mjs': hooks,
    'tracer.mjs': tracer,
    'a.yaml': 'weftline: 1\nname: a\ntasks: { a: {} }\n',
  });
});
afterAll(() => folder.remove());

/** The modules that a command line loads. */
async function trace(name: string, args: readonly string[]): Promise<string[]> {
  const file = join(folder.path, `${name}.trace`);
  const nodeFlags = ['--import', pathToFileURL(join(folder.path, 'tracer.mjs')).href];
  const { code, stderr } = await runCli(args, { cwd: folder.path, env: { TRACE_FILE: file }, nodeFlags });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return (await readFile(file, 'utf8')).trimEnd().split('\n');
}

const heavy = /\/node_modules\/(?!\.pnpm\/commander@|commander\/)|sqlite|postgres|worker_threads/;

it.each([
  ['help', ['--help']],
  ['help-run', ['run', '--help']],
  ['version-flag', ['--version']],
  ['version', ['version']],
])('%s loads neither parsers nor stores', async (name, args) => {
  const loaded = await trace(name, args);
  expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
  expect(loaded.some((url) => url.includes('commander'))).toBe(true);
});

it('drawing a workflow loads its parser and no store', async () => {
  const loaded = await trace('graph', ['graph', 'a.yaml']);
  expect(loaded.some((url) => url.includes('/yaml/'))).toBe(true);
  expect(loaded.filter((url) => /sqlite|\/pg\/|worker_threads/.test(url))).toEqual([]);
});
