import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonLines, makeFolder, runCli, startCli } from './run-cli.ts';
import type { CliResult, RunningCli } from './run-cli.ts';
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

function cli(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd: folder.path });
}

/** Starts the slow workflow; its record of calls has the name of the execution. */
function startSlow(id: string, ...more: string[]): RunningCli {
  const args = ['run', 'slow.yaml', '--id', id, '-i', `calls=${id}.calls`, ...more];
  return startCli(args, { cwd: folder.path });
}

async function calls(id: string): Promise<string[]> {
  return (await readFile(join(folder.path, `${id}.calls`), 'utf8')).trimEnd().split('\n');
}

const expected = Array.from({ length: 200 }, (_, index) => index);

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s pauses, exits with %d, and resume goes on without running anything twice', async (signal, exitCode) => {
  const id = `once-${signal}`;
  const run = startSlow(id);
  await run.saw(/^work: \d+\/200/m);
  run.child.kill(signal);
  const { code, stdout, stderr } = await run.exited;
  expect(code).toBe(exitCode);
  expect(stdout).toBe('');
  expect(stderr).toMatch(new RegExp(`\\npaused; resume with: weftline resume ${id}\\n$`));
  expect((await cli('show', id)).stdout).toMatch(/^status +paused$/m);

  const resumed = await cli('resume', id);
  expect(resumed.code).toBe(0);
  expect(JSON.parse(resumed.stdout)).toEqual(expected);
  expect(resumed.stderr).toMatch(/work: started, 200 items, \d+ done already/);
  const made = await calls(id);
  expect(new Set(made).size).toBe(200);
  expect(made).toHaveLength(200);
});

it('the second SIGINT aborts what does not end, and exits with 130', async () => {
  const run = startCli(['run', 'stuck.yaml', '-i', 'deaf=true', '--id', 'deaf'], { cwd: folder.path });
  await run.saw(/^wait: started/m);
  run.child.kill('SIGINT');
  await run.saw(/interrupt again/);
  await delay(600);
  run.child.kill('SIGINT');
  const { code, stderr } = await run.exited;
  expect(code).toBe(130);
  expect(stderr).toContain('aborted; they will run again\npaused; resume with: weftline resume deaf\n');
});

it('the grace bounds how long the first one waits', async () => {
  const run = startCli(['run', 'stuck.yaml', '--id', 'grace', '--grace', '50ms'], { cwd: folder.path });
  await run.saw(/^wait: started/m);
  run.child.kill('SIGINT');
  const { code, stderr } = await run.exited;
  expect(code).toBe(130);
  expect(stderr).toContain('interrupted: letting attempts in flight finish (at most 50ms)');
});

it('--timeout leaves the execution paused and exits with 124', async () => {
  const { code, stdout, stderr } = await startSlow('limit', '--timeout', '300ms', '--json').exited;
  expect(code).toBe(124);
  expect(JSON.parse(stdout)).toMatchObject({ v: 1, id: 'limit', status: 'paused' });
  expect(stderr).toContain('paused; resume with: weftline resume limit');
  const resumed = await cli('resume', '@latest', '-o', 'jsonl');
  expect(resumed.code).toBe(0);
  expect(jsonLines(resumed.stdout).at(-1)).toMatchObject({ type: 'outcome', status: 'succeeded', output: expected });
});

it('a reader that goes away pauses the execution quietly', async () => {
  const run = startSlow('pipe', '-o', 'jsonl');
  await run.saw(/attempt-succeeded/, 'stdout');
  run.child.stdout.destroy();
  const { code, stderr } = await run.exited;
  expect(code).toBe(7);
  expect(stderr).not.toContain('EPIPE');
  expect(await cli('resume', 'pipe', '-q', '-o', 'none')).toMatchObject({ code: 0 });
});
