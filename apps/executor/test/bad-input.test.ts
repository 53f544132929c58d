import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, runCli } from './run-cli.ts';
import type { CliResult } from './run-cli.ts';
import { actions, doubling } from './workflows.ts';

const faulty = `weftline: 1
name: faulty
tasks:
  fetch:
    acton: core.noop
    next: [{ when: "{{ 1 + }}", do: proccess }]
  process:
    action: core.noop
`;

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder({
    'doubling.yaml': doubling,
    'actions.mjs': actions,
    'faulty.yaml': faulty,
    'empty.yaml': '',
    'broken.yaml': 'weftline: 1\ntasks: [a\nname: }',
    'throws.mjs': 'throw new Error("not today");',
    'useless.mjs': 'export const nothing = 1;',
    'config-typo.json': '{ "actoins": [] }',
  });
  await writeFile(join(folder.path, 'binary.yaml'), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0xff]));
  await mkdir(join(folder.path, 'directory.yaml'));
});
afterAll(() => folder.remove());

function cli(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd: folder.path });
}

/** Every refusal: what it exits with, what it says, and that it is no stack trace. */
async function refusal(args: readonly string[]): Promise<readonly [code: number | null, stderr: string]> {
  const { code, stderr, stdout } = await cli(...args);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  return [code, stderr];
}

describe('bad usage exits with 2', () => {
  it.each([
    [['rnu', 'x'], 'Did you mean run?'],
    [['run', 'x', '--jsno'], 'Did you mean --json?'],
    [['run'], "missing required argument 'file'"],
    [['run', 'a', 'b'], 'too many arguments'],
    [['run', 'x', '-i', 'novalue'], 'Expected name=value'],
    [['run', 'x', '--timeout', 'soon'], 'Expected a duration'],
    [['list', '--limit', '0'], 'from 1 to 1000'],
    [['list', '-o', 'xml'], 'Allowed choices are text, json, jsonl, none'],
    [['list', '--store', 'sqlit:x'], 'did you mean "sqlite:"?'],
    [['run', 'doubling.yaml', '--config', 'config-typo.json'], 'did you mean "actions"?'],
    [['run', 'doubling.yaml', '--id', 'a b', '--actions', './actions.mjs', '-i', 'numbers=[]'], 'EXECUTION_ID_INVALID'],
  ])('%j', async (args, said) => {
    expect(await refusal(args)).toEqual([2, expect.stringContaining(said)]);
  });

  it('no command at all shows the help', async () => {
    expect(await refusal([])).toEqual([2, expect.stringMatching(/Usage: weftline[\s\S]*expected a command/)]);
  });
});

describe('a workflow that is not valid exits with 3', () => {
  it('and all that is wrong is told at once, each with its place and a suggestion', async () => {
    const [code, stderr] = await refusal(['run', 'faulty.yaml']);
    expect(code).toBe(3);
    expect(stderr).toContain('faulty.yaml:5:5');
    expect(stderr).toContain('did you mean "action"?');
    expect(stderr).toContain('did you mean "process"?');
    expect(stderr).toContain('EXPRESSION_SYNTAX');
  });

  it.each([
    ['empty.yaml', 'EMPTY_DOCUMENT'],
    ['broken.yaml', 'YAML_SYNTAX'],
    ['binary.yaml', 'FILE_NOT_TEXT'],
  ])('%s', async (file, said) => {
    expect(await refusal(['run', file])).toEqual([3, expect.stringContaining(said)]);
  });
});

describe('what does not fit the workflow exits with 3', () => {
  const actionsFlag = ['--actions', './actions.mjs', '--store', 'memory:'];

  it.each([
    [[], 'numbers'],
    [['-i', 'numbers=3'], 'numbers'],
    [['-i', 'numbers=[1]', '-i', 'nubmers=[2]'], 'nubmers'],
  ])('inputs %j', async (args, said) => {
    const [code, stderr] = await refusal(['run', 'doubling.yaml', ...actionsFlag, ...args]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error\[INPUT_INVALID\]/);
    expect(stderr).toContain(said);
  });

  it('an action that is not there, with its task', async () => {
    const [code, stderr] = await refusal(['run', 'doubling.yaml', '-i', 'numbers=[]', '--store', 'memory:']);
    expect(code).toBe(3);
    expect(stderr).toContain('tasks.double.action: unknown action "test.double"');
    expect(stderr).toContain('tasks.add.action');
  });

  it.each([
    ['./throws.mjs', 'not today'],
    ['./useless.mjs', 'expected it to export "actions"'],
  ])('the actions module %s', async (module, said) => {
    const [code, stderr] = await refusal(['run', 'doubling.yaml', '--actions', module]);
    expect([code, stderr]).toEqual([3, expect.stringContaining(said)]);
    expect(stderr).toMatch(/^error\[ACTION_MODULE_INVALID\]: .*mjs/);
  });
});

describe('what is not there exits with 5', () => {
  it.each([
    [['run', 'none.yaml'], 'none.yaml: there is no such file'],
    [['run', 'directory.yaml'], 'expected a file, got a directory'],
    [['run', 'doubling.yaml', '--input-file', 'none.json'], 'none.json: there is no such file'],
    [['run', 'doubling.yaml', '--actions', './none.js'], 'ACTION_MODULE_NOT_FOUND'],
    [['run', 'doubling.yaml', '--actions', 'no-such-package'], 'nor an installed package'],
    [['run', 'doubling.yaml', '--config', 'none.json'], 'FILE_NOT_FOUND'],
    [['graph', 'none.yaml'], 'FILE_NOT_FOUND'],
    [['show', 'none'], 'EXECUTION_NOT_FOUND'],
    [['resume', '@latest'], 'EXECUTION_NOT_FOUND'],
    [['cancel', '@latest'], 'EXECUTION_NOT_FOUND'],
  ])('%j', async (args, said) => {
    expect(await refusal(args)).toEqual([5, expect.stringContaining(said)]);
  });
});

describe('a store that cannot be used exits with 6', () => {
  it.each([
    ['sqlite:doubling.yaml/below/x.db', 'STORE_UNAVAILABLE'],
    ['sqlite:doubling.yaml', 'STORE_CORRUPT'],
    ['sqlite:directory.yaml', 'STORE_UNAVAILABLE'],
    ['file:doubling.yaml', 'STORE_UNAVAILABLE'],
  ])('%s', async (store, said) => {
    const args = ['run', 'doubling.yaml', '--actions', './actions.mjs', '-i', 'numbers=[]', '--store', store];
    expect(await refusal(args)).toEqual([6, expect.stringContaining(said)]);
  });
});

describe('in the JSON modes a problem is one object on stdout as well', () => {
  it.each([
    [['--json', 'run', 'none.yaml'], { code: 'FILE_NOT_FOUND', exitCode: 5 }],
    [['run', 'x', '--nonsense', '-o', 'jsonl'], { code: 'USAGE_INVALID', exitCode: 2 }],
    [['run', 'faulty.yaml', '-ojson'], { code: 'DEFINITION_INVALID', exitCode: 3 }],
  ])('%j', async (args, problem) => {
    const { code, stdout } = await cli(...args);
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, type: 'problem', ...problem });
    expect(code).toBe(problem.exitCode);
  });

  it('with every issue and its place', async () => {
    const { stdout } = await cli('run', 'faulty.yaml', '--json');
    const { issues } = JSON.parse(stdout) as { issues: { code: string; line?: number }[] };
    expect(issues.length).toBeGreaterThanOrEqual(3);
    expect(issues.every(({ line }) => line !== undefined)).toBe(true);
  });
});
