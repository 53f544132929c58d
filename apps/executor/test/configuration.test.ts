import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder, runCli } from './run-cli.ts';
import type { CliOptions, CliResult } from './run-cli.ts';

const files = {
  'secretive.yaml': `weftline: 1
name: secretive
tasks:
  call: { action: test.call, input: { key: "{{ secret.API_KEY }}", region: "{{ env.REGION }}" } }
output: "{{ task.call.result }}"
`,
  'floating.yaml': 'weftline: 1\nname: floating\ntasks: { a: { action: test.float } }\n',
  'actions.mjs': `export const actions = {
    'test.call': ({ key, region }, { log }) => {
      log.warn('using ' + key);
      return { told: 'key ' + key + ' in ' + region, length: key.length };
    },
    'test.float': () => {
      void Promise.reject(new Error('nobody waits for me'));
      return new Promise(() => setInterval(() => undefined, 1000));
    },
  };`,
  'weftline.config.js':
    'module.exports = { actions: ["./actions.mjs"], env: ["REGION"], secrets: ["API_KEY"], grace: "1s" };',
};

let folder: Awaited<ReturnType<typeof makeFolder>>;
let elsewhere: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder(files);
  elsewhere = await makeFolder();
});
afterAll(async () => {
  await folder.remove();
  await elsewhere.remove();
});

const env = { API_KEY: 'hush-hush-1234', REGION: 'north', PRIVATE: 'not listed' };

/** Runs away from the workflow, so that its configuration is found beside it. */
function cli(args: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> {
  return runCli(args, { cwd: elsewhere.path, env, ...options });
}

it('lets expressions see what is listed, and masks secrets wherever they come out', async () => {
  const run = await cli(['run', `${folder.path}/secretive.yaml`, '--id', 'masked', '-o', 'jsonl']);
  expect(run.code).toBe(0);
  const shown = await cli(['show', 'masked']);
  expect(shown.stdout).toMatch(/"told": "key \S+ in north"/);
  expect(shown.stdout).toContain(`"length": ${env.API_KEY.length}`);
  for (const text of [run.stdout, run.stderr, shown.stdout]) expect(text).not.toContain(env.API_KEY);
  expect(run.stderr).toContain('warn call: using ');
});

it('fails a task that needs what is not set', async () => {
  const run = await cli(['run', `${folder.path}/secretive.yaml`, '--json', '--store', 'memory:'], {
    env: { REGION: 'north' },
  });
  expect(run.code).toBe(1);
  expect(JSON.parse(run.stdout)).toMatchObject({ status: 'failed', errors: [{ task: 'call' }] });
});

it('an error that escapes from an action ends the process with 70, and the execution can be resumed', async () => {
  const { code, stderr } = await cli(['run', `${folder.path}/floating.yaml`, '--id', 'floating']);
  expect(code).toBe(70);
  expect(stderr).toContain('error[INTERNAL]: unexpected fault: nobody waits for me');
  expect(stderr).toContain('please report it');
  expect(stderr).not.toMatch(/^\s+at /m);
  const debugged = await cli(['run', `${folder.path}/floating.yaml`, '-vv', '--store', 'memory:']);
  expect(debugged.stderr).toMatch(/^\s+at .*actions\.mjs/m);
  expect((await cli(['cancel', 'floating'])).code).toBe(0);
});

it('resume says what is missing when the actions have gone', async () => {
  const gone = await makeFolder({ ...files, 'floating.yaml': files['floating.yaml'] });
  await cli(['run', `${gone.path}/floating.yaml`, '--id', 'gone']);
  await gone.remove();
  const { code, stderr } = await cli(['resume', 'gone']);
  expect(code).toBe(5);
  expect(stderr).toContain(gone.path);
  expect((await cli(['cancel', 'gone'])).code).toBe(0);
});
