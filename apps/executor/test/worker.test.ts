import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, makeFolder, runCli, startCli } from './run-cli.ts';
import type { CliResult, RunningCli } from './run-cli.ts';
import { actions, slow } from './workflows.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder({
    'slow.yaml': slow,
    'actions.mjs': actions,
    'weftline.config.yaml': 'actions: [./actions.mjs]\n',
  });
});
afterAll(() => folder.remove());

function cli(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd: folder.path });
}

function startWorker(store: string, ...more: string[]): RunningCli {
  return startCli(['worker', '--interval', '100ms', '--store', store, ...more], { cwd: folder.path });
}

/** Hands an execution in; its record of calls has its name. */
async function submit(id: string, store: string, ...more: string[]): Promise<void> {
  const flags = ['--id', id, '-i', `calls=${id}.calls`, '--store', store, ...more];
  const { code, stdout, stderr } = await cli('run', 'slow.yaml', '--detach', ...flags);
  expect([code, stdout]).toEqual([0, `${id}\n`]);
  expect(stderr).toContain(`weftline show ${id} --store ${store}`);
}

async function calls(id: string): Promise<number[]> {
  const text = await readFile(join(folder.path, `${id}.calls`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((call) => Number(call.split(':')[0]));
}

async function ended(id: string, store: string): Promise<Record<string, unknown>> {
  for (let wait = 0; wait < 200; wait += 1) {
    const { stdout } = await cli('show', id, '--json', '--store', store);
    const shown = JSON.parse(stdout) as Record<string, unknown>;
    if (shown['status'] !== 'running') return shown;
    await delay(100);
  }
  throw new Error(`${id} did not end`);
}

const everyIndex = Array.from({ length: 200 }, (_, index) => index);

describe('a worker', () => {
  it('runs what was handed in, and exits with 0 when it is stopped', async () => {
    const store = 'sqlite:handed-in.db';
    await submit('one', store, '-i', 'count=20');
    const worker = startWorker(store, '-o', 'jsonl');
    await worker.saw((text) => text.includes('"type":"ended"'), 'stdout');
    await submit('two', store, '-i', 'count=5');
    await worker.saw((text) => text.split('"type":"ended"').length === 3, 'stdout');
    worker.child.kill('SIGTERM');
    const { code, stdout } = await worker.exited;
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toEqual([
      { v: 1, type: 'taken-up', id: 'one', workflow: 'slow' },
      { v: 1, type: 'ended', id: 'one', workflow: 'slow', status: 'succeeded' },
      { v: 1, type: 'taken-up', id: 'two', workflow: 'slow' },
      { v: 1, type: 'ended', id: 'two', workflow: 'slow', status: 'succeeded' },
      { v: 1, type: 'worked', takenUp: 2, succeeded: 2, failed: 0, canceled: 0, letGo: 0 },
    ]);
    expect(await ended('one', store)).toMatchObject({ status: 'succeeded' });
  });

  it('goes on with what another one left behind when it was killed', async () => {
    const store = 'sqlite:killed.db';
    await submit('left', store);
    const first = startWorker(store);
    await first.saw(/left slow taken up/);
    const second = startWorker(store);
    await delay(600);
    first.child.kill('SIGKILL');
    await first.exited;
    expect(await ended('left', store)).toMatchObject({ status: 'succeeded', output: everyIndex });
    second.child.kill('SIGTERM');
    expect((await second.exited).code).toBe(0);
    const all = await calls('left');
    expect(new Set(all).size).toBe(200);
    // Ten were in flight; completions that were on their way to the disk may add a few.
    expect(all.length).toBeLessThan(230);
  });

  it('that is stopped lets attempts in flight finish, and nothing runs twice', async () => {
    const store = 'sqlite:stopped.db';
    await submit('halved', store);
    const first = startWorker(store);
    await first.saw(/halved slow taken up/);
    await delay(300);
    first.child.kill('SIGTERM');
    const { code, stderr } = await first.exited;
    expect([code, stderr]).toEqual([0, expect.stringContaining('terminated: letting attempts in flight finish')]);
    const before = await calls('halved');
    expect(before.length).toBeLessThan(200);
    const second = startWorker(store);
    expect(await ended('halved', store)).toMatchObject({ status: 'succeeded', output: everyIndex });
    second.child.kill('SIGTERM');
    await second.exited;
    expect(await calls('halved')).toHaveLength(200);
  });

  it('says what it cannot run', async () => {
    const store = 'sqlite:unknown.db';
    await submit('odd', store, '-i', 'count=1');
    const elsewhere = await makeFolder();
    const worker = startCli(['worker', '--store', `sqlite:${folder.path}/unknown.db`], { cwd: elsewhere.path });
    await worker.saw(/not taken up: .*test\.work/);
    worker.child.kill('SIGINT');
    expect((await worker.exited).code).toBe(0);
    await elsewhere.remove();
    expect(JSON.parse((await cli('show', 'odd', '--json', '--store', store)).stdout)).toMatchObject({
      status: 'running',
    });
  });

  it('and --detach need a store that is kept', async () => {
    const worker = await cli('worker', '--store', 'memory:');
    expect([worker.code, worker.stderr]).toEqual([2, expect.stringMatching(/^error\[USAGE_INVALID\]: .*in memory/m)]);
    const run = await cli('run', 'slow.yaml', '-i', 'calls=x', '--detach', '--store', 'memory:');
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(/^error\[USAGE_INVALID\]: --detach/m)]);
    expect(await cli('worker', '--executions', '0')).toMatchObject({ code: 2 });
  });
});
