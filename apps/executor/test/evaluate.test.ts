import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, runCli } from './run-cli.ts';
import type { CliResult } from './run-cli.ts';

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => folder.remove());

function evaluate(args: readonly string[], stdin = ''): Promise<CliResult> {
  return runCli(['eval', ...args], { cwd: folder.path, stdin });
}

describe('weftline eval', () => {
  it.each([
    [['{{ item.n * 2 }}', '--scope', '{"item":{"n":21}}'], '42\n'],
    [['{{ 1 + 1 }}'], '2\n'],
    [['plain'], '"plain"\n'],
    [['<% ctx(n) / 2 %>', '--scope', '{"n":7}'], '3\n'],
    [['{% for x in xs %}{{ x }};{% endfor %}', '--scope', '{"xs":[1,2]}'], '"1;2;"\n'],
    [['{{ parameters.n and true }}', '--language', 'attune', '--scope', '{"parameters":{"n":7}}'], 'true\n'],
    [['{{ [x] }}', '--scope', '{"x":null}'], '[\n  null\n]\n'],
    [['{{ x }}', '--json', '--scope', '{"x":[1]}'], '{"v":1,"value":[1]}\n'],
    [['{{ 1 }}', '-o', 'none'], ''],
  ])('%j', async (args, printed) => {
    expect(await evaluate(args)).toEqual({ code: 0, stdout: printed, stderr: '' });
  });

  it('reads the scope from stdin', async () => {
    expect(await evaluate(['{{ a ~ b }}', '--scope', '-'], '{"a":"x","b":1}')).toMatchObject({
      code: 0,
      stdout: '"x1"\n',
    });
  });

  it('tells where an expression is wrong, and exits with 3', async () => {
    const { code, stdout, stderr } = await evaluate(['first\n  <% ctx(nmae) %>', '--scope', '{"name":1}']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('[EXPRESSION_UNDEFINED]: 2:10:');
    expect(stderr).toContain('    <% ctx(nmae) %>\n           ^^^^\n');
    expect(stderr).toContain('did you mean name?');
  });

  it('tells programs of the error too', async () => {
    const { code, stdout } = await evaluate(['{{ 1 + }}', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, type: 'problem', code: 'EXPRESSION_SYNTAX', exitCode: 3 });
  });

  it.each([
    [['x', '--scope', '{'], '', 2],
    [['x', '--scope', '[]'], '', 2],
    [['x', '--language', 'perl'], '', 2],
    [['x', '--scope', '-'], 'null', 3],
    [['x', '--scope', '-'], 'no json', 3],
  ])('%j with %j exits with %i', async (args, stdin, code) => {
    const { stderr, ...result } = await evaluate(args, stdin);
    expect(result).toEqual({ code, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
