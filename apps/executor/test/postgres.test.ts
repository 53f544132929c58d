import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, makeFolder, runCli, startCli } from './run-cli.ts';
import type { CliOptions, CliResult, RunningCli } from './run-cli.ts';
import { actions, doubling, slow, stuck } from './workflows.ts';

/** The server that DATABASE_URL names, which must be there, else one on the standard local port. */
const serverUrl = process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

const schema = `weftline_test_${randomBytes(8).toString('hex')}`;

const reason = await execute('SELECT 1').then(
  () => undefined,
  (error: Error) => error.message,
);
if (reason !== undefined && process.env.DATABASE_URL !== undefined) {
  throw new Error(`DATABASE_URL names a server that cannot be used: ${reason}`);
}
if (reason !== undefined) console.warn(`\n*** SKIPPED: the command line over PostgreSQL: ${reason} ***\n`);

async function execute(sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  await client.query(`SET client_min_messages = warning; ${sql}`);
  await client.end();
}

/** The store of this test, with a password that a server which trusts everybody does not look at. */
function storeUrl(change: (url: URL) => void = () => undefined): string {
  const url = new URL(serverUrl);
  url.searchParams.set('schema', schema);
  if (url.password === '') url.password = 'geheim';
  change(url);
  return url.href;
}

const { password } = new URL(storeUrl());

describe.skipIf(reason !== undefined)(`a store in PostgreSQL${reason === undefined ? '' : ` (${reason})`}`, () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  beforeAll(async () => {
    folder = await makeFolder({
      ...{ 'doubling.yaml': doubling, 'slow.yaml': slow, 'stuck.yaml': stuck, 'actions.mjs': actions },
      'weftline.config.yaml': 'actions: [./actions.mjs]\n',
    });
  });
  afterAll(async () => {
    await folder.remove();
    await execute(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  });

  const env = { WEFTLINE_STORE: storeUrl() };

  function cli(args: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> {
    return runCli(args, { cwd: folder.path, env, ...options });
  }

  function start(...args: string[]): RunningCli {
    return startCli(args, { cwd: folder.path, env });
  }

  it('is not created by looking at it', async () => {
    const listed = await cli(['list']);
    expect(listed).toMatchObject({ code: 0, stdout: '' });
    expect(listed.stderr).toContain('no executions in postgres');
    expect(listed.stderr).not.toContain(`:${password}@`);
    expect(await cli(['show', '@latest'])).toMatchObject({ code: 5 });
    await expect(execute(`SELECT 1 FROM ${schema}.executions`)).rejects.toThrow('does not exist');
  });

  it('runs, lists and shows as any other', async () => {
    const run = await cli(['run', 'doubling.yaml', '-i', 'numbers=[1,2,3]', '--id', 'one', '--json']);
    expect(run).toMatchObject({ code: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({ id: 'one', output: { total: 12 } });
    expect(jsonLines((await cli(['list', '-o', 'jsonl'])).stdout)).toMatchObject([{ id: 'one', status: 'succeeded' }]);
    expect(JSON.parse((await cli(['show', '@latest', '--json'])).stdout)).toMatchObject({ id: 'one' });
  });

  it('gives back what a killed process left, to a process anywhere', async () => {
    const calls = `${folder.path}/calls`;
    const run = start('run', 'slow.yaml', '-i', `calls=${calls}`, '--id', 'killed', '-o', 'jsonl');
    await run.saw((text) => text.split('attempt-succeeded').length > 30, 'stdout');
    run.child.kill('SIGKILL');
    await run.exited;
    const elsewhere = await makeFolder();
    const resumed = await cli(['resume', 'killed'], { cwd: elsewhere.path }).finally(elsewhere.remove);
    expect(resumed).toMatchObject({ code: 0 });
    expect(JSON.parse(resumed.stdout)).toEqual(Array.from({ length: 200 }, (_, index) => index));
  });

  it('passes a cancellation on to the process that runs the execution', async () => {
    const run = start('run', 'stuck.yaml', '--id', 'asked');
    await run.saw(/^wait: started/m);
    expect(await cli(['resume', 'asked'])).toMatchObject({ code: 6 });
    expect(await cli(['cancel', 'asked', '--now'])).toMatchObject({ code: 0, stderr: 'execution asked canceled\n' });
    expect((await run.exited).code).toBe(4);
  });

  it('is named in what to type next without its password', async () => {
    const run = startCli(['run', 'stuck.yaml', '--id', 'paused', '--grace', '0s', '--store', storeUrl()], {
      cwd: folder.path,
    });
    await run.saw(/^wait: started/m);
    run.child.kill('SIGINT');
    const { code, stderr } = await run.exited;
    expect(code).toBe(130);
    expect(stderr).toContain(`weftline resume paused --store '${storeUrl((url) => (url.password = ''))}'`);
    expect(stderr).not.toContain(`:${password}@`);
  });

  it.each([
    ['a database that is not there', (url: URL) => (url.pathname = '/weftline_none'), 'there is no such database'],
    ['a server that is not there', (url: URL) => (url.port = '1'), 'cannot be reached'],
  ])('that is %s ends every command with 6, and says which', async (_, change, text) => {
    for (const args of [['run', 'doubling.yaml', '-i', 'numbers=[]'], ['list'], ['resume', '@latest']]) {
      const { code, stdout, stderr } = await cli([...args, '--store', storeUrl(change)]);
      expect([code, stdout]).toEqual([6, '']);
      expect(stderr).toMatch(/^error\[STORE_UNAVAILABLE\]: PostgreSQL at .*, database "/m);
      expect(stderr).toContain(text);
      expect(stderr).not.toContain(`:${password}@`);
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });

  it('with a name that the server keeps for itself is bad usage', async () => {
    const store = storeUrl((url) => url.searchParams.set('schema', 'pg_mine'));
    const { code, stderr } = await cli(['list', '--store', store]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error\[STORE_URL_INVALID\]: .*pg_mine/m);
  });
});
