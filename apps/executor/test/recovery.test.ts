import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, makeFolder, runCli, startCli } from './run-cli.ts';
import type { CliOptions, CliResult, RunningCli } from './run-cli.ts';
import { actions, slow, stuck } from './workflows.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder({
    'slow.yaml': slow,
    'stuck.yaml': stuck,
    'actions.mjs': actions,
    'weftline.config.yaml': 'actions: [./actions.mjs]\n',
  });
});
afterAll(() => folder.remove());

function cli(args: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> {
  return runCli(args, { cwd: folder.path, ...options });
}

function start(...args: string[]): RunningCli {
  return startCli(args, { cwd: folder.path });
}

describe.each(['sqlite:x.db', 'file:journal'])('an execution in %s whose process was killed', (store) => {
  it('is resumed by @latest without flags for its actions, and runs only what has no durable completion', async () => {
    const record = join(folder.path, `${store.replace(/\W/g, '-')}.calls`);
    const run = start('run', 'slow.yaml', '-i', `calls=${record}`, '-o', 'jsonl', '--store', store);
    await run.saw((text) => text.split('attempt-succeeded').length > 50, 'stdout');
    run.child.kill('SIGKILL');
    const killed = await run.exited;
    expect(killed.code).toBeNull();
    const done = jsonLines(killed.stdout.slice(0, killed.stdout.lastIndexOf('\n'))).flatMap(({ type, item }) =>
      type === 'attempt-succeeded' ? [item as number] : [],
    );
    const before = (await readFile(record, 'utf8')).trimEnd().split('\n');

    const elsewhere = await makeFolder();
    const flag = store.replace(':', `:${folder.path}/`);
    const resumed = await cli(['resume', '@latest', '--store', flag], { cwd: elsewhere.path }).finally(
      elsewhere.remove,
    );
    expect(resumed).toMatchObject({ code: 0 });
    expect(JSON.parse(resumed.stdout)).toEqual(Array.from({ length: 200 }, (_, index) => index));

    const all = (await readFile(record, 'utf8')).trimEnd().split('\n');
    const twice = all.filter((call, index) => all.indexOf(call) !== index).map((call) => Number(call.split(':')[0]));
    expect(done.length).toBeGreaterThanOrEqual(50);
    expect(twice.filter((index) => done.includes(index))).toEqual([]);
    // Ten were in flight; completions that were on their way to the disk may add a few.
    expect(all).toHaveLength(200 + twice.length);
    expect(before.length - twice.length).toBeGreaterThanOrEqual(done.length);
  });
});

it('an execution that a live process runs is not taken from it', async () => {
  const run = start('run', 'stuck.yaml', '--id', 'held');
  await run.saw(/^wait: started/m);
  try {
    const { code, stderr } = await cli(['resume', 'held']);
    expect(code).toBe(6);
    expect(stderr).toMatch(/^error\[EXECUTION_HELD\]/);
    expect(stderr).toContain(`process ${run.child.pid} `);
  } finally {
    run.child.kill('SIGKILL');
    await run.exited;
  }
});

describe.skipIf(process.platform === 'win32')('a disk that takes no more (limits need a POSIX shell)', () => {
  it('ends the command with 6, and what was acknowledged is there when there is room again', async () => {
    const through = ['sh', '-c', 'ulimit -f 600; exec "$@"', 'sh'];
    const run = ['run', 'slow.yaml', '-i', 'calls=full.calls', '-i', 'pause_ms=0', '-i', 'count=10000', '--id', 'full'];
    const { code, stdout, stderr } = await cli([...run, '--store', 'sqlite:full.db'], { through });
    expect([code, stdout]).toEqual([6, '']);
    expect(stderr).toMatch(/^error\[STORE_\w+\]: .*full\.db/m);
    expect(stderr).toContain('resume with: weftline resume full --store sqlite:full.db');
    expect(stderr).not.toMatch(/^\s+at /m);

    const resumed = await cli(['resume', 'full', '--store', 'sqlite:full.db', '-q']);
    expect(resumed.code).toBe(0);
    expect(JSON.parse(resumed.stdout)).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
  });
});

it.skipIf(process.platform !== 'linux')(
  'an output that cannot be written is an error (/dev/full is of Linux)',
  async () => {
    const through = ['sh', '-c', 'exec "$@" > /dev/full', 'sh'];
    const { code, stderr } = await cli(['version'], { through });
    expect(code).toBe(6);
    expect(stderr).toMatch(/^error\[OUTPUT_UNWRITABLE\]: cannot write to stdout: .*ENOSPC/);
  },
);

describe('resume', () => {
  it('of an execution that has ended tells its outcome again, and exits by it', async () => {
    await cli(['run', 'slow.yaml', '-q', '-i', 'count=2', '-i', 'calls=ended.calls', '--id', 'ended']);
    const again = await cli(['resume', 'ended']);
    expect(again).toMatchObject({ code: 0, stdout: '[\n  0,\n  1\n]\n' });
    expect(again.stderr).toContain('has ended already');
    const calls = await readFile(join(folder.path, 'ended.calls'), 'utf8');
    expect(calls.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('set', () => {
  it('changes the concurrency of a list in the process that runs it', async () => {
    const run = start('run', 'slow.yaml', '--id', 'wider', '-i', 'calls=wider.calls', '-i', 'pause_ms=200');
    await run.saw(/^work: started/m);
    const set = await cli(['set', 'wider', '--concurrency', 'work=50', '--json']);
    expect(set).toMatchObject({ code: 0 });
    expect(JSON.parse(set.stdout)).toEqual({ v: 1, id: 'wider', concurrency: { work: 50 } });
    expect((await run.exited).code).toBe(0);
    expect(await cli(['set', 'wider', '--concurrency', 'work=5'])).not.toMatchObject({ code: 0 });
  });

  it('refuses tasks without a list and counts that are none', async () => {
    const run = start('run', 'stuck.yaml', '--id', 'refusing');
    await run.saw(/^wait: started/m);
    expect(await cli(['set', 'refusing', '--concurrency', 'wait=5'])).toMatchObject({ code: 5 });
    expect(await cli(['set', 'refusing', '--concurrency', 'wait=0'])).toMatchObject({ code: 2 });
    expect(await cli(['set', 'refusing'])).toMatchObject({ code: 2 });
    await cli(['cancel', 'refusing', '--now']);
    await run.exited;
  });
});

describe('cancel', () => {
  it('asks the process that runs the execution, which ends with 4', async () => {
    const run = start('run', 'stuck.yaml', '--id', 'asked', '--json');
    await run.saw(/^wait: started/m);
    const canceled = await cli(['cancel', 'asked', '--now', '--json', '--reason', 'enough']);
    expect(canceled).toMatchObject({ code: 0 });
    expect(JSON.parse(canceled.stdout)).toEqual({ v: 1, id: 'asked', status: 'canceled' });
    const { code, stdout } = await run.exited;
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ id: 'asked', status: 'canceled' });
  });

  it('ends an execution that nobody runs any more, without running its work', async () => {
    const run = start('run', 'slow.yaml', '--id', 'left', '-i', 'calls=left.calls');
    await run.saw(/^work: \d+\/200/m);
    run.child.kill('SIGKILL');
    await run.exited;
    const before = await readFile(join(folder.path, 'left.calls'), 'utf8');
    expect(await cli(['cancel', 'left'])).toMatchObject({ code: 0, stderr: 'execution left canceled\n' });
    expect(await readFile(join(folder.path, 'left.calls'), 'utf8')).toBe(before);
    expect(await cli(['resume', 'left', '-q'])).toMatchObject({ code: 4 });
    expect(await cli(['cancel', 'left'])).toMatchObject({
      ...{ code: 0, stderr: 'execution left has canceled already; there is nothing to cancel\n' },
    });
  });

  it('gives up waiting when the time is over', async () => {
    const run = start('run', 'stuck.yaml', '--id', 'long');
    await run.saw(/^wait: started/m);
    try {
      const { code, stderr } = await cli(['cancel', 'long', '--timeout', '100ms']);
      expect([code, stderr]).toEqual([124, expect.stringContaining('use --now')]);
    } finally {
      run.child.kill('SIGKILL');
      await run.exited;
    }
  });
});
