import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, runCli } from './run-cli.ts';
import type { CliResult } from './run-cli.ts';

const order = `weftline: 1
name: order
input:
  id: { type: integer, required: true }
tasks:
  fetch:
    action: shop.fetch
    input: { id: "{{ input.id }}" }
    retry: { count: 1, delay: 1h }
    next:
      - { when: "{{ succeeded() }}", publish: { total: "{{ result().total }}" }, do: pay }
      - { when: "{{ timed_out() }}", do: fail }
  pay: { action: shop.pay, input: { total: "{{ total }}" } }
output: "{{ task.pay.result }}"
`;

const broken = `weftline: 1
name: broken
tasks:
  a: { action: x, input: { v: "{{ nowhere }}" }, next: { do: b } }
`;

const orquesta = `version: 1.0
input: [n]
tasks:
  one:
    action: core.echo
    input: { message: <% ctx(n) %> }
    next: [{ when: "<% succeeded() %>", publish: [{ got: "<% result() %>" }], do: two }]
  two: { action: core.noop }
output: [{ got: "<% ctx(got) %>" }]
`;

const paid = JSON.stringify({
  inputs: { id: 7 },
  mocks: [
    { task: 'fetch', occurrence: 1, status: 'failed' },
    { task: 'fetch', result: { total: 12 } },
    { task: 'pay', echo: 'total' },
  ],
});

const result = {
  status: 'succeeded',
  output: 12,
  errors: [],
  executed: ['fetch', 'pay'],
  actions: [
    { task: 'fetch', action: 'shop.fetch', input: { id: 7 }, attempt: 1 },
    { task: 'fetch', action: 'shop.fetch', input: { id: 7 }, attempt: 2 },
    { task: 'pay', action: 'shop.pay', input: { total: 12 }, attempt: 1 },
  ],
  publishes: [{ task: 'fetch', vars: { total: 12 } }],
  tasks: [
    { task: 'fetch', status: 'succeeded', prev: [] },
    { task: 'pay', status: 'succeeded', prev: [0] },
  ],
};

let folder: Awaited<ReturnType<typeof makeFolder>>;
beforeAll(async () => {
  folder = await makeFolder({
    'order.yaml': order,
    'broken.yaml': broken,
    'orquesta.yaml': orquesta,
    'paid.json': paid,
    'wrong.json': '{\n  "inputs": { "id": 1 },\n  "mocks": [\n    { "task": "fetsch" }\n  ]\n}\n',
    'text.json': '{\n  "inputs": { "id": "x" }\n}\n',
    'torn.json': '{\n  "inputs": {\n',
  });
});
afterAll(() => folder.remove());

function simulate(args: readonly string[], stdin = ''): Promise<CliResult> {
  return runCli(['simulate', ...args], { cwd: folder.path, stdin });
}

describe('weftline simulate', () => {
  it.each([
    { args: ['--case', 'paid.json'], stdin: '' },
    { args: ['--case', '-'], stdin: paid },
    { args: ['--case', 'paid.json', '-o', 'json'], stdin: '' },
  ])('prints what comes of a workflow: $args', async ({ args, stdin }) => {
    const { code, stdout, stderr } = await simulate(['order.yaml', ...args], stdin);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(result);
  });

  it('ends as the simulation does', async () => {
    const failing = JSON.stringify({ inputs: { id: 1 }, mocks: [{ task: 'fetch', status: 'timed-out' }] });
    const { code, stdout, stderr } = await simulate(['order.yaml', '--case', '-'], failing);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'failed', tasks: [{ task: 'fetch', status: 'timed-out' }] });
    expect(stderr).toContain('FAIL_COMMAND');
  });

  it('needs no case, and reads the languages of other engines', async () => {
    const given = JSON.stringify({ inputs: { n: 5 }, mocks: [{ task: 'one', echo: 'message' }] });
    const { code, stdout } = await simulate(['orquesta.yaml', '--case', '-'], given);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ output: { got: 5 }, executed: ['one', 'two'] });
    expect(await simulate(['orquesta.yaml', '-o', 'none'])).toMatchObject({ code: 0, stdout: '' });
  });

  it.each([[['-o', 'json']], [[]]])('tells what is wrong with a workflow that does not load: %j', async (more) => {
    const { code, stdout, stderr } = await simulate(['broken.yaml', '--case', 'paid.json', ...more]);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      status: 'invalid',
      issues: [
        {
          ...{ category: 'context', path: 'tasks.a.input.v', line: 4, column: 35 },
          message: expect.any(String) as string,
        },
        {
          ...{ category: 'semantics', path: 'tasks.a.next.do', line: 4, column: 62 },
          message: expect.any(String) as string,
        },
      ],
    });
    expect(stderr).toContain('broken.yaml:4:35');
  });

  it.each([
    { file: 'wrong.json', problem: 'CASE_INVALID', place: 'wrong.json:4:15: mocks[0].task: there is no task "fetsch"' },
    { file: 'text.json', problem: 'INPUT_INVALID', place: 'text.json:2:21: inputs.id:' },
    { file: 'torn.json', problem: 'CASE_INVALID', place: 'torn.json:3:1: ' },
  ])('tells where $file is wrong', async ({ file, problem, place }) => {
    const { code, stdout, stderr } = await simulate(['order.yaml', '--case', file]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`error[${problem}]`);
    expect(stderr).toContain(place);
    const json = await simulate(['order.yaml', '--case', file, '-o', 'json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ v: 1, type: 'problem', code: problem, exitCode: 3 });
  });

  it('tells of files that are not there', async () => {
    expect((await simulate(['nothing.yaml'])).code).toBe(5);
    expect((await simulate(['order.yaml', '--case', 'nothing.json'])).code).toBe(5);
  });
});

const expecting = (expectation: string, workflow = './order.yaml'): string =>
  `workflow: ${workflow}\ninputs: { id: 7 }\nmocks: [{ task: fetch, result: { total: 12 } }, { task: pay, echo: total }]\n${expectation}\n`;

describe('weftline test', () => {
  async function test(files: Readonly<Record<string, string>>, more: readonly string[] = []): Promise<CliResult> {
    const place = await makeFolder({ 'order.yaml': order, 'broken.yaml': broken, ...files });
    const outcome = await runCli(['test', '.', ...more], { cwd: place.path });
    await place.remove();
    return outcome;
  }
  const good = expecting(
    'name: is paid\nexpect: { status: succeeded, output: 12, executed: [fetch, pay], tasks: [{ task: fetch }, { prev: [0] }] }',
  );
  const bad = expecting('expect: { output: 13, executed: [fetch], actions: [{ input: { id: 8 } }, {}] }');

  it('passes where every case comes to what it expects', async () => {
    const invalid = expecting('expect: { status: invalid, issues: [{ category: context }, {}] }', './broken.yaml');
    expect(
      await test({
        'a.case.yaml': good,
        'b.case.json':
          '{"workflow":"order.yaml","inputs":{"id":1},"expect":{"status":"failed"},"mocks":[{"task":"pay","status":"failed"},{"task":"fetch","result":{"total":1}}]}',
        'c.case.yaml': invalid,
      }),
    ).toEqual({
      code: 0,
      stdout: 'passed a.case.yaml: is paid\npassed b.case.json\npassed c.case.yaml\n',
      stderr: '3 cases: 3 passed, 0 failed, 0 not valid\n',
    });
  });

  it('shows what differs, and exits with 1', async () => {
    const { code, stdout, stderr } = await test({ 'a.case.yaml': good, 'b.case.yaml': bad });
    expect([code, stderr]).toEqual([1, '2 cases: 1 passed, 1 failed, 0 not valid\n']);
    expect(stdout).toContain(
      [
        'failed b.case.yaml',
        '  output',
        '    - 13',
        '    + 12',
        '  executed',
        '    - ["fetch"]',
        '    + ["fetch","pay"]',
        '  actions[0].input.id',
        '    - 8',
        '    + 7',
        '',
      ].join('\n'),
    );
  });

  it('tells programs too', async () => {
    const { code, stdout } = await test({ 'a.case.yaml': good, 'b.case.yaml': bad }, ['-o', 'json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ v: 1, passed: 1, failed: 1, invalid: 0 },
      cases: [
        { file: 'a.case.yaml', name: 'is paid', status: 'passed' },
        { file: 'b.case.yaml', status: 'failed', differences: [{ path: 'output', expected: 13, got: 12 }, {}, {}] },
      ],
    });
  });

  it.each([
    ['inputs: { id: 1 }\nworkflow: order.yaml\n', 'a.case.yaml:1:1: expect: '],
    ['workflow: order.yaml\nexpect: {}\n', 'a.case.yaml:2:9: expect: '],
    ['expect: { output: 1 }\n', 'a.case.yaml:1:1: workflow: '],
    ['workflow: order.yaml\nexpect: { output: 1 }\n', '[INPUT_INVALID]'],
    ['workflow: no.yaml\nexpect: { output: 1 }\n', '[FILE_NOT_FOUND]'],
    ['workflow: [\n', '[CASE_INVALID]'],
  ])('tells what is wrong with the case %j', async (text, shown) => {
    const { code, stdout } = await test({ 'a.case.yaml': text });
    expect(code).toBe(3);
    expect(stdout).toContain('invalid a.case.yaml\n');
    expect(stdout).toContain(shown);
  });

  it('says when there is none', async () => {
    const { code, stderr } = await test({});
    expect(code).toBe(5);
    expect(stderr).toContain('[CASES_NOT_FOUND]');
    expect((await runCli(['test', 'nowhere'], { cwd: folder.path })).stderr).toContain('[FILE_NOT_FOUND]');
  });
});
