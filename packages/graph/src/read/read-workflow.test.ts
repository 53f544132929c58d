import { describe, expect, it } from 'vitest';
import { foundIn, yaml } from '../../test/found-issues.ts';
import { DefinitionError } from '../errors.ts';
import { parseWorkflow, readWorkflow, validateDefinition } from './read-workflow.ts';

const report = yaml`
  weftline: 1
  name: order-report
  input:
    url: { type: string, required: true }
    limit: 100
  vars: { currency: EUR }
  tasks:
    fetch:
      action: core.http
      input: { url: "{{ input.url }}" }
      retry: { count: 3, delay: 1s, backoff: exponential, max_delay: 30s, jitter: 0.2, when: "{{ failed() }}" }
      timeout: 10s
      delay: "{{ vars.currency | length }}"
      next:
        - { when: "{{ succeeded() }}", publish: { rows: "{{ result().body }}" }, do: process }
        - { when: "{{ failed() }}", do: [apologize, fail] }
    process:
      with:
        items: "{{ vars.rows[:input.limit] }}"
        as: row
        concurrency: 50
      action: orders.total
      input: { user: "{{ row.id }}", currency: "{{ vars.currency }}" }
      next: { publish: [{ failed: "{{ task.process.failed_items }}" }, { failed: "{{ failed | length }}" }], do: aggregate }
    aggregate: { join: any, action: math.sum, input: { values: "{{ task.process.result }}" } }
    apologize: { action: core.echo, input: { message: "no rows: {{ task.fetch.error.message }}" } }
  output: { total: "{{ task.aggregate.result }}", failed: "{{ vars.failed }}" }
`;

const definition = {
  format: 1,
  name: 'order-report',
  input: { url: { required: true, schema: { type: 'string' } }, limit: { required: false, default: 100 } },
  vars: { currency: 'EUR' },
  tasks: {
    fetch: {
      name: 'fetch',
      action: 'core.http',
      input: { url: '{{ input.url }}' },
      retry: {
        count: 3,
        delayMs: 1_000,
        backoff: 'exponential',
        maxDelayMs: 30_000,
        jitter: 0.2,
        when: '{{ failed() }}',
      },
      timeoutMs: 10_000,
      delayMs: '{{ vars.currency | length }}',
      next: [
        { when: '{{ succeeded() }}', publish: [['rows', '{{ result().body }}']], do: ['process'] },
        { when: '{{ failed() }}', publish: [], do: ['apologize', 'fail'] },
      ],
    },
    process: {
      name: 'process',
      action: 'orders.total',
      input: { user: '{{ row.id }}', currency: '{{ vars.currency }}' },
      with: { items: '{{ vars.rows[:input.limit] }}', as: 'row', concurrency: 50 },
      next: [
        {
          publish: [
            ['failed', '{{ task.process.failed_items }}'],
            ['failed', '{{ failed | length }}'],
          ],
          do: ['aggregate'],
        },
      ],
    },
    aggregate: {
      name: 'aggregate',
      action: 'math.sum',
      input: { values: '{{ task.process.result }}' },
      join: 'any',
      next: [],
    },
    apologize: {
      name: 'apologize',
      action: 'core.echo',
      input: { message: 'no rows: {{ task.fetch.error.message }}' },
      next: [],
    },
  },
  output: { total: '{{ task.aggregate.result }}', failed: '{{ vars.failed }}' },
};

describe('a workflow in YAML', () => {
  it('is read into the normal form', () => {
    expect(parseWorkflow(report, { file: 'flow.yaml' })).toEqual(definition);
  });

  it('keeps the order in which inputs, variables, tasks and publications are written', () => {
    const { input, tasks } = parseWorkflow(report, { file: 'flow.yaml' });
    expect(Object.keys(input)).toEqual(['url', 'limit']);
    expect(Object.keys(tasks)).toEqual(['fetch', 'process', 'aggregate', 'apologize']);
  });

  it('is the same as JSON, however JSON is laid out', () => {
    const written = {
      weftline: 1,
      name: 'order-report',
      input: { url: { type: 'string', required: true }, limit: 100 },
      tasks: { only: { action: 'core.echo', input: { 'a "b"': ['\u2028\\', 'é😀', 1e3, null] }, next: 'fail' } },
    };
    const texts = [JSON.stringify(written), JSON.stringify(written, null, 2), JSON.stringify(written, null, '\t')];
    const read = texts.map((text) => parseWorkflow(text, { file: 'flow.json' }));
    expect(read[1]).toEqual(read[0]);
    expect(read[2]).toEqual(read[0]);
    expect(read[0]?.tasks['only']?.input).toEqual({ 'a "b"': ['\u2028\\', 'é😀', 1000, null] });
  });

  it('may begin with a byte order mark and end its lines as Windows does', () => {
    expect(parseWorkflow(`\uFEFF${report.replaceAll('\n', '\r\n')}`, { file: 'flow.yaml' })).toEqual(definition);
  });

  it('may repeat parts of itself with anchors and aliases', () => {
    const text = yaml`
      weftline: 1
      tasks:
        a: { action: x, input: &common { deep: [1, 2] }, retry: &again { count: 2 }, next: b }
        b: { action: x, input: *common, retry: *again }
    `;
    const { tasks } = parseWorkflow(text, { file: 'flow.yaml' });
    expect(tasks['b']?.input).toEqual({ deep: [1, 2] });
    expect(tasks['b']?.retry?.count).toBe(2);
  });

  it('takes shorthands for what they stand for', () => {
    const text = yaml`
      weftline: 1
      tasks:
        a: { next: b, retry: 3 }
        b: { next: [c, { do: d }], timeout: 0.5 }
        c: { action: x, with: "{{ vars.list }}", retry: "{{ input.n }}", delay: 1.5m }
        d: { action: x, with: [1, 2], input: "{{ vars.all }}", join: 1 }
      vars: { list: [], all: {} }
      input: { n: ~, m: {}, o: { a: 1 }, p: { default: { type: x } }, q: { required: [a], type: object } }
    `;
    const { tasks, input } = parseWorkflow(text, { file: 'flow.yaml' });
    const retry = { count: 3, delayMs: 0, backoff: 'constant', jitter: 0 };
    expect(tasks).toEqual({
      a: { name: 'a', input: {}, next: [{ publish: [], do: ['b'] }], retry },
      b: {
        name: 'b',
        input: {},
        timeoutMs: 500,
        next: [
          { publish: [], do: ['c'] },
          { publish: [], do: ['d'] },
        ],
      },
      c: {
        name: 'c',
        action: 'x',
        input: {},
        with: { items: '{{ vars.list }}', concurrency: 10 },
        retry: { ...retry, count: '{{ input.n }}' },
        delayMs: 90_000,
        next: [],
      },
      d: {
        name: 'd',
        action: 'x',
        input: '{{ vars.all }}',
        with: { items: [1, 2], concurrency: 10 },
        join: 1,
        next: [],
      },
    });
    expect(input).toEqual({
      n: { required: false },
      m: { required: false, default: {} },
      o: { required: false, default: { a: 1 } },
      p: { required: false, default: { type: 'x' } },
      q: { required: false, schema: { required: ['a'], type: 'object' } },
    });
  });

  it.each([
    ['flows/log-processing.yaml', 'log-processing'],
    ['C:\\flows\\Daily report (2).yml', 'Daily-report-2'],
    ['.hidden.yaml', 'hidden'],
    ['<stdin>', 'stdin'],
    ['日本.yaml', 'workflow'],
    ['', 'workflow'],
  ])('is called after its file %j when it has no name', (file, name) => {
    expect(parseWorkflow('{ weftline: 1, tasks: { a: {} } }', { file }).name).toBe(name);
  });

  it('has data with keys of any scalar kind, as JSON has them', () => {
    const text = 'weftline: 1\nvars: { codes: { 200: ok, true: yes, constructor: c, toString: t } }\ntasks: { a: {} }';
    const { codes } = parseWorkflow(text, { file: 'flow.yaml' }).vars as { codes: object };
    expect(Object.entries(codes)).toEqual([
      ['200', 'ok'],
      ['true', 'yes'],
      ['constructor', 'c'],
      ['toString', 't'],
    ]);
  });
});

describe('the three ways in', () => {
  const bad = 'weftline: 1\nname: x\ntasks:\n  a: { next: bb }\n  b: { timout: 3 }\n';

  it('parseWorkflow throws everything that is wrong at once', () => {
    const attempt = (): unknown => parseWorkflow(bad, { file: 'flow.yaml' });
    expect(attempt).toThrow(DefinitionError);
    try {
      attempt();
    } catch (error) {
      const { code, issues, message } = error as DefinitionError;
      expect(code).toBe('DEFINITION_INVALID');
      expect(issues.map((issue) => issue.code)).toEqual(['UNKNOWN_TASK', 'UNKNOWN_KEY']);
      expect(message).toBe('flow.yaml:4:14: unknown task "bb" (and 1 more error)');
    }
  });

  it('readWorkflow answers warnings beside the definition', () => {
    const text = 'weftline: 1\ninput: { a: { required: true, default: 1 } }\ntasks: { a: {} }';
    const { definition: read, issues } = readWorkflow(text, { file: 'flow.yaml' });
    expect(read?.input).toEqual({ a: { required: true, default: 1 } });
    expect(issues).toEqual([
      {
        code: 'REQUIRED_WITH_DEFAULT',
        severity: 'warning',
        category: 'semantics',
        message: 'the default takes the place of a missing input, so "required" has no effect',
        path: 'input.a.default',
        file: 'flow.yaml',
        line: 2,
        column: 40,
        endLine: 2,
        endColumn: 41,
        excerpt: 'input: { a: { required: true, default: 1 } }',
      },
    ]);
  });

  it('readWorkflow answers no definition when there is an error', () => {
    expect(readWorkflow(bad, { file: 'flow.yaml' }).definition).toBeUndefined();
  });

  it('validateDefinition finds in a definition what readWorkflow finds in its text, without positions', () => {
    expect(validateDefinition(parseWorkflow(report, { file: 'flow.yaml' }))).toEqual([]);
    const broken = { ...definition, tasks: { a: { name: 'a', input: {}, next: [{ publish: [], do: ['b'] }] } } };
    const codes = validateDefinition(broken).map(({ code, path, line }) => [code, path, line]);
    expect(codes).toContainEqual(['UNKNOWN_TASK', 'tasks.a.next[0].do[0]', undefined]);
  });
});

describe('one mistake', () => {
  it.each([
    ['inputs: { a: 1 }\ntasks: { t: { input: { x: "{{ input.a }}" } } }', 'UNKNOWN_KEY 2:1'],
    ['var: { a: 1 }\ntasks: { t: { input: { x: "{{ a }}" } } }', 'UNKNOWN_KEY 2:1'],
    ['tasks: { t: { action: x, wiht: [1], input: { x: "{{ item }}" } } }', 'UNKNOWN_KEY 2:26'],
    ['tasks: { t: { action: x, with_items: [1], input: { x: "{{ item }}" } } }', 'UNKNOWN_KEY 2:26'],
    ['tasks: { t: { action: x, with: 5, input: { x: "{{ item }}" } } }', 'WRONG_TYPE 2:32'],
    ['tasks: { t: { action: 5, with: [1] } }', 'WRONG_TYPE 2:23'],
    ['tasks: { t: { nxt: u }, u: { join: all } }', 'UNKNOWN_KEY 2:15'],
    ['tasks: { t: { next: { do: u, publish: x=1 } }, u: { input: { x: "{{ x }}" } } }', 'WRONG_TYPE 2:39'],
    ['tasks: { t: { next: uu }, u: { join: all } }', 'UNKNOWN_TASK 2:21'],
  ])('%j is not followed by others that it causes', (text, expected) => {
    expect(foundIn(`weftline: 1\n${text}\n`)).toEqual([expected]);
  });
});
