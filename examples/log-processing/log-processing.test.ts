import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder, runCli, startCli } from '../../apps/executor/test/run-cli.ts';

const workflow = fileURLToPath(new URL('log-processing.yaml', import.meta.url));
let folder: Awaited<ReturnType<typeof makeFolder>>;

beforeEach(async () => {
  folder = await makeFolder({
    'holding-actions.mjs': holdingActions,
    'small.log': [
      '192.0.2.1 - - [17/May/2026:10:05:03 +0000] "GET / HTTP/1.1" 200 120 "-" "Firefox"',
      'no request at all',
      '192.0.2.2 - - [17/May/2026:10:05:04 +0000] "GET /feed HTTP/1.1" 304 - "-" "Reader"',
    ].join('\n'),
  });
});
afterEach(() => folder.remove());

const holdingActions = `
import { actions as real } from '${new URL('actions.js', import.meta.url).href}';
const holdAfter = Number(process.env.HOLD_AFTER ?? Infinity);
let calls = 0;
export const actions = {
  ...real,
  'logs.parse': (input, support) => {
    const result = real['logs.parse'](input, support);
    calls += 1;
    return calls > holdAfter ? new Promise(() => undefined) : result;
  },
};
`;

interface Output {
  readonly lines: number;
  readonly parsed: number;
  readonly requests_per_status: Readonly<Record<string, number>>;
  readonly unparsable: readonly { readonly line: number }[];
}

interface Result {
  readonly status: string;
  readonly output: Output;
}

async function callsIn(file: string): Promise<readonly number[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => Number(line.split(' ')[0]));
}

test('accounts for each of the 10,000 lines', async () => {
  const { code, stdout, stderr } = await runCli(['run', workflow], { cwd: folder.path });
  const output = JSON.parse(stdout) as Output;
  expect(code).toBe(0);
  expect(output.lines).toBe(10_000);
  expect(output.parsed + output.unparsable.length).toBe(10_000);
  expect(Object.values(output.requests_per_status).reduce((sum, count) => sum + count, 0)).toBe(output.parsed);
  expect(output.unparsable.map(({ line }) => line)).toEqual([42, 1778, 2897, 4405, 6101, 8900, 10_000]);
  expect(stderr).toMatch(/see it again with: weftline show \S+/);
});

test("reads a log of one's own", async () => {
  const { stdout } = await runCli(['run', workflow, '-i', 'file=small.log'], { cwd: folder.path });
  expect(JSON.parse(stdout)).toEqual({
    lines: 3,
    parsed: 2,
    bytes: 120,
    requests_per_status: { 200: 1, 304: 1 },
    top_paths: [
      { path: '/', requests: 1 },
      { path: '/feed', requests: 1 },
    ],
    visitors: 2,
    unparsable: [{ line: 2, text: 'no request at all' }],
  });
});

test('a log that is not there fails the execution with a coded error', async () => {
  const { code, stdout } = await runCli(['run', workflow, '-i', 'file=absent.log', '-o', 'json'], { cwd: folder.path });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', errors: [{ code: 'FILE_UNREADABLE', task: 'read' }] });
});

describe('killed in the middle', () => {
  test('goes on with the lines whose completion was not durable, to the same output', async () => {
    const calls = join(folder.path, 'calls');
    const env = { LOG_PROCESSING_CALLS: calls };
    const undisturbed = await runCli(['run', workflow, '-o', 'json', '--store', 'memory:'], { cwd: folder.path });

    // Calls beyond the first 3,000 do not come back, so that the kill finds the list half done however fast the machine is.
    const args = ['run', workflow, '--actions', 'holding-actions.mjs'];
    const { child, exited } = startCli(args, { cwd: folder.path, env: { ...env, HOLD_AFTER: '3000' } });
    while ((await callsIn(calls)).length < 3050) await delay(20);
    child.kill('SIGKILL');
    expect((await exited).code).toBeNull();
    const before = await callsIn(calls);
    expect(before).toHaveLength(3050);

    const shown = await runCli(['show', '@latest', '-o', 'json'], { cwd: folder.path });
    const { tasks } = JSON.parse(shown.stdout) as {
      readonly tasks: readonly { readonly task: string; readonly items?: { readonly succeeded: number } }[];
    };
    const durable = tasks.find(({ task }) => task === 'parse')?.items?.succeeded ?? 0;

    // `resume` takes the actions from what was kept with the execution; nothing is held back any more.
    const resumed = await runCli(['resume', '@latest', '-o', 'json'], { cwd: folder.path, env });
    expect(resumed.code).toBe(0);
    expect((JSON.parse(resumed.stdout) as Result).output).toEqual((JSON.parse(undisturbed.stdout) as Result).output);

    const after = (await callsIn(calls)).slice(before.length);
    expect(durable).toBeGreaterThan(0);
    expect(after).toHaveLength(10_000 - durable);
    expect(new Set(after).size).toBe(after.length);
    expect(new Set([...before, ...after]).size).toBe(10_000);
  });
});
