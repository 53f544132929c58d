import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, makeFolder, runCli } from './run-cli.ts';
import type { CliResult } from './run-cli.ts';
import { actions, doubling } from './workflows.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder({
    'doubling.yaml': doubling,
    'actions.mjs': actions,
    'weftline.config.yaml': 'actions: [./actions.mjs]\n',
    'good.yaml': 'weftline: 1\nname: good\ntasks: { a: { action: core.noop } }\n',
    'warned.yaml':
      'weftline: 1\nname: warned\ntasks: { a: {}, b: { next: { do: c } }, c: { next: { when: "{{ failed() }}", do: b } } }\n',
    'bad.yaml': 'weftline: 1\nname: bad\ntasks: { a: { acton: x }, b: { next: { do: aa } } }\n',
  });
  await cli('run', 'doubling.yaml', '-i', 'numbers=[1,2]', '--id', 'one', '-q');
  await cli('run', 'doubling.yaml', '-i', 'numbers=["x"]', '--id', 'two', '-q');
});
afterAll(() => folder.remove());

function cli(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd: folder.path });
}

describe('list', () => {
  it('is a table, newest first', async () => {
    const { code, stdout } = await cli('list');
    const [header = '', ...rows] = stdout.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(header.split(/\s+/)).toEqual(['ID', 'WORKFLOW', 'STATUS', 'STARTED', 'DURATION']);
    expect(rows.map((row) => row.split(/\s+/).slice(0, 3))).toEqual([
      ['two', 'doubling', expect.any(String)],
      ['one', 'doubling', 'succeeded'],
    ]);
  });

  it('can be narrowed and paged', async () => {
    const narrowed = await cli('list', '--status', 'succeeded', '-o', 'jsonl', '--limit', '1');
    expect(jsonLines(narrowed.stdout)).toMatchObject([{ v: 1, status: 'succeeded' }]);
    const first = JSON.parse((await cli('list', '--limit', '1', '--json')).stdout) as {
      executions: { id: string }[];
      cursor: string;
    };
    expect(first.executions.map(({ id }) => id)).toEqual(['two']);
    const second = await cli('list', '--cursor', first.cursor, '--json');
    expect(JSON.parse(second.stdout)).toMatchObject({ v: 1, executions: [{ id: 'one' }] });
  });

  it('of a store that does not exist is empty, and does not create it', async () => {
    const listed = await cli('list', '--store', 'sqlite:none/x.db');
    expect(listed).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('no executions in sqlite:') as string,
    });
    expect(await cli('show', '@latest', '--store', 'sqlite:none/x.db')).toMatchObject({ code: 5 });
    expect(JSON.parse((await cli('list', '--store', 'sqlite:none/x.db', '--json')).stdout)).toEqual({
      v: 1,
      executions: [],
    });
  });
});

describe('show', () => {
  it('tells tasks, counts and output', async () => {
    const { code, stdout } = await cli('show', 'one');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^id +one\nworkflow +doubling\nstatus +✓ succeeded\n/);
    expect(stdout).toMatch(/ {2}✓ double +succeeded +\d+ms +2 items\n {2}✓ add +succeeded +\d+ms\n/);
    expect(stdout).toContain('output\n{\n  "total": 6\n}\n');
  });

  it('is an object for programs, with inputs, labels and tasks', async () => {
    const { stdout } = await cli('show', 'one', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ v: 1, id: 'one', status: 'succeeded', input: { numbers: [1, 2] }, output: { total: 6 }, errors: [] },
      tasks: expect.arrayContaining([expect.objectContaining({ task: 'double', status: 'succeeded' })]) as unknown,
      labels: { file: expect.stringContaining('doubling.yaml') as unknown },
    });
  });

  it('takes the newest for @latest', async () => {
    expect((await cli('show', '@latest')).stdout).toMatch(/^id +two\n/);
  });
});

describe('validate', () => {
  it('is content with what is valid', async () => {
    expect(await cli('validate', 'good.yaml', 'doubling.yaml')).toEqual({
      code: 0,
      stdout: '',
      stderr: '2 files, 0 errors\n',
    });
  });

  it('tells all errors of all files, and goes on after one that is missing', async () => {
    const { code, stdout, stderr } = await cli('validate', 'bad.yaml', 'none.yaml', 'good.yaml');
    expect(code).toBe(3);
    expect(stdout).toContain('bad.yaml:3:');
    expect(stdout).toContain('UNKNOWN_KEY');
    expect(stdout).toContain('UNKNOWN_TASK');
    expect(stdout).toContain('none.yaml');
    expect(stderr).toMatch(/^3 files, \d+ errors/);
    expect(await cli('validate', 'none.yaml')).toMatchObject({ code: 5 });
  });

  it('takes warnings for errors when it is strict', async () => {
    const lenient = await cli('validate', 'warned.yaml');
    expect(lenient).toMatchObject({ code: 0, stdout: expect.stringContaining('warning[UNREACHABLE_TASK]') as string });
    const strict = await cli('validate', '--strict', 'warned.yaml');
    expect(strict).toMatchObject({ code: 3, stdout: expect.stringContaining('error[UNREACHABLE_TASK]') as string });
  });

  it('speaks JSON and the language of GitHub', async () => {
    const json = await cli('validate', 'bad.yaml', '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ v: 1, valid: false, files: ['bad.yaml'] });
    const github = await cli('validate', 'bad.yaml', '--format', 'github');
    expect(github.stdout).toMatch(/^::error file=bad\.yaml,line=3,col=\d+,.*title=UNKNOWN_KEY::/m);
  });
});

describe('graph', () => {
  it('draws as Mermaid, DOT or JSON', async () => {
    expect((await cli('graph', 'doubling.yaml')).stdout).toMatch(/^(flowchart|graph) /);
    expect((await cli('graph', 'doubling.yaml', '--format', 'dot')).stdout).toMatch(/^digraph /);
    expect(JSON.parse((await cli('graph', 'doubling.yaml', '--json')).stdout)).toMatchObject({
      ...{ v: 1, name: 'doubling', entryTasks: ['double'] },
      edges: [{ from: 'double', to: 'add', transition: 0 }],
    });
    expect(await cli('graph', 'bad.yaml')).toMatchObject({ code: 3, stdout: '' });
  });
});

describe('version', () => {
  it('names weftline, Node and the platform', async () => {
    expect((await cli('version')).stdout).toMatch(/^weftline \d+\.\d+\.\d+ \(node v\d+.*, \w+ \w+\)\n$/);
    expect(JSON.parse((await cli('version', '--json')).stdout)).toMatchObject({ v: 1, node: process.version });
    expect((await cli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
