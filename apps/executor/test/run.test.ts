import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, makeFolder, runCli } from './run-cli.ts';
import type { CliOptions, CliResult } from './run-cli.ts';
import { actions, doubling } from './workflows.ts';

const failing = `weftline: 1
name: failing
tasks: { break: { action: test.fail } }
`;

const printing = `weftline: 1
name: printing
tasks: { print: { action: test.print } }
`;

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder({
    'doubling.yaml': doubling,
    'failing.yaml': failing,
    'printing.yaml': printing,
    'actions.js': actions,
    'weftline.config.json': '{ "actions": ["./actions.js"] }',
    'package.json': '{ "type": "module" }',
    'input.yaml': 'numbers: [5, 6]\n',
  });
});
afterAll(() => folder.remove());

function run(args: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> {
  return runCli(['run', ...args], { cwd: folder.path, ...options });
}

const memory = ['--store', 'memory:'];

it('gives the output to stdout and everything else to stderr', async () => {
  const { code, stdout, stderr } = await run(['doubling.yaml', '-i', 'numbers=[1,2,3]', '--id', 'first']);
  expect(stdout).toBe('{\n  "total": 12\n}\n');
  expect(stderr.split('\n')).toEqual([
    'execution first',
    expect.stringMatching(/^✓ double succeeded in \d+ms, 3 items$/),
    expect.stringMatching(/^✓ add succeeded in \d+ms$/),
    expect.stringMatching(/^✓ doubling succeeded in .+s$/),
    'see it again with: weftline show first',
    '',
  ]);
  expect(code).toBe(0);
});

it('says how to find a store again that is not the usual one', async () => {
  const { stderr } = await run(['doubling.yaml', '-i', 'numbers=[]', '--id', 'x', '--store', 'file:my journal']);
  expect(stderr).toContain("see it again with: weftline show x --store 'file:my journal'\n");
  const again = await runCli(['show', 'x', '--store', 'file:my journal'], { cwd: folder.path });
  expect(again.code).toBe(0);
});

it('does not offer to show what was only in memory', async () => {
  const { stderr } = await run(['doubling.yaml', '-i', 'numbers=[]', ...memory]);
  expect(stderr).not.toContain('weftline show');
});

it('takes inputs from a file, from stdin and from flags, which win', async () => {
  const total = async (args: string[], stdin = ''): Promise<unknown> => {
    const result = await run(['doubling.yaml', '-q', ...memory, ...args], { stdin });
    return JSON.parse(result.stdout);
  };
  expect(await total(['--input-file', 'input.yaml'])).toEqual({ total: 22 });
  expect(await total(['--input-file', '-'], '{"numbers": [1]}')).toEqual({ total: 2 });
  expect(await total(['--input-file', 'input.yaml', '-i', 'numbers=[2]'])).toEqual({ total: 4 });
});

describe('-o', () => {
  it('json gives one object', async () => {
    const { stdout } = await run(['doubling.yaml', '-i', 'numbers=[1]', '--json', '--id', 'one', ...memory]);
    expect(JSON.parse(stdout)).toEqual({
      ...{ v: 1, id: 'one', workflow: 'doubling', status: 'succeeded', output: { total: 2 }, errors: [] },
    });
    expect(stdout.trimEnd()).not.toContain('\n');
  });

  it('jsonl gives every event from the start to the end, then the outcome', async () => {
    const { stdout } = await run(['doubling.yaml', '-i', 'numbers=[1,2]', '-o', 'jsonl', ...memory]);
    const lines = jsonLines(stdout);
    expect(lines.every(({ v }) => v === 1)).toBe(true);
    const types = lines.map(({ type }) => type);
    expect(types[0]).toBe('execution-started');
    expect(types.filter((type) => type === 'attempt-succeeded')).toHaveLength(3);
    expect(types.slice(-2)).toEqual(['execution-finished', 'outcome']);
  });

  it('none gives nothing', async () => {
    const { stdout, code } = await run(['doubling.yaml', '-i', 'numbers=[1]', '-o', 'none', ...memory]);
    expect([code, stdout]).toEqual([0, '']);
  });

  it('may come from the environment, and is checked there too', async () => {
    const env = { WEFTLINE_OUTPUT: 'json', WEFTLINE_STORE: 'memory:' };
    const { stdout } = await run(['doubling.yaml', '-i', 'numbers=[1]', '-q'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ v: 1 });
    expect(await run(['doubling.yaml'], { env: { WEFTLINE_OUTPUT: 'xml' } })).toMatchObject({ code: 2 });
  });
});

it('a failed execution exits with 1 and tells why, without obeying the message', async () => {
  const { code, stderr, stdout } = await run(['failing.yaml', ...memory]);
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toContain(String.raw`error break NOPE: it \x1b[31mcannot work`);
  expect(stderr).toContain('✗ failing failed in ');
  expect(stderr).not.toContain('    at ');
});

it('quiet leaves one line', async () => {
  const { stderr } = await run(['failing.yaml', '-q', ...memory]);
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^✗ failing failed in .*: break NOPE: .*$/)]);
});

it('keeps stdout clean of what actions print', async () => {
  const { stdout, stderr } = await run(['printing.yaml', ...memory]);
  expect(stdout).toBe('null\n');
  expect(stderr).toContain('printed\ncomplained\n');
});

it('takes no more than 50 lines for 10,000 items', async () => {
  const numbers = JSON.stringify(Array.from({ length: 10_000 }, (_, index) => index));
  const { stdout, stderr } = await run(['doubling.yaml', '--input-file', '-', ...memory], {
    stdin: `{"numbers": ${numbers}}`,
  });
  expect(JSON.parse(stdout)).toEqual({ total: 99_990_000 });
  expect(stderr.split('\n').length).toBeLessThan(50);
});

it('color and symbols are used when asked for', async () => {
  const colored = await run(['doubling.yaml', '-i', 'numbers=[1]', '--color', ...memory]);
  expect(colored.stderr).toContain('\u001B[32m✓\u001B[39m');
  const plain = await run(['doubling.yaml', '-i', 'numbers=[1]', ...memory], { env: { LANG: 'C' } });
  expect(plain.stderr).toMatch(/^add succeeded in/m);
});

it('lets flags win over variables, and variables over the configuration', async () => {
  const config = ['--config', 'other.json'];
  const other = await makeFolder({
    'doubling.yaml': doubling,
    'actions.js': actions,
    'package.json': '{"type":"module"}',
  });
  try {
    const again = await run(['doubling.yaml', '-i', 'numbers=[1]', ...memory], { cwd: other.path });
    expect(again).toMatchObject({ code: 3 });
    expect(again.stderr).toContain('error[ACTION_UNKNOWN]');
    const env = { WEFTLINE_ACTIONS: './actions.js', WEFTLINE_STORE: 'nonsense' };
    expect(await run(['doubling.yaml', '-i', 'numbers=[1]', ...memory], { cwd: other.path, env })).toMatchObject({
      code: 0,
    });
    expect(await run(['doubling.yaml', ...config], { cwd: other.path })).toMatchObject({ code: 5 });
  } finally {
    await other.remove();
  }
});
