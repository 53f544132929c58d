import { describe, expect, it } from 'vitest';
import { foundIn, yaml } from '../../../test/found-issues.ts';
import type { WorkflowDefinition } from '../../definition.ts';
import { readWorkflow } from '../../read/read-workflow.ts';

function read(text: string): WorkflowDefinition {
  const { definition, issues } = readWorkflow(text, { file: 'flow.yaml' });
  if (definition === undefined) throw new Error(issues.map(({ message }) => message).join('\n'));
  return definition;
}

/** The first of three tasks, of which b and c do nothing. */
function taskOf(fields: string): WorkflowDefinition['tasks'][string] | undefined {
  return read(
    yaml`
    version: 1.0.0
    tasks:
      - { name: a, action: x, FIELDS }
      - { name: b, action: x }
      - { name: c, action: x }
  `.replace('FIELDS', () => fields),
  ).tasks['a'];
}

describe('a workflow of Attune', () => {
  it('is told by its list of tasks', () => {
    expect(read('version: 1.0.0\ntasks: [{ name: a, action: x }]')).toEqual({
      format: 1,
      language: 'attune',
      name: 'flow',
      input: {},
      vars: {},
      tasks: { a: { name: 'a', action: 'x', input: {}, next: [] } },
    });
  });

  it('has parameters, variables that are no templates, and an output', () => {
    const { name, description, input, vars, output } = read(yaml`
      ref: pack.flow
      label: Flow
      description: what it does
      version: 1.0.0
      tags: [x]
      cancellation_policy: allow_finish
      parameters:
        url: { type: string, required: true, label: Address }
        key: { type: string, secret: true, default: none, enum: [none, some] }
      vars: { list: [1], text: 'a {{ b }} \{{' }
      output: { total: { type: integer } }
      tasks: [{ name: a, action: x, __chart_meta__: { x: 1 } }]
      output_map: { total: '{{ workflow.list }}' }
    `);
    expect({ name, description }).toEqual({ name: 'pack.flow', description: 'what it does' });
    expect(input).toEqual({
      url: { required: true, schema: { type: 'string' } },
      key: { required: false, default: 'none', secret: true, schema: { type: 'string', enum: ['none', 'some'] } },
    });
    expect(vars).toEqual({ list: [1], text: String.raw`a \{{ b }} \\\{{` });
    expect(output).toEqual({ total: '{{ workflow.list }}' });
  });

  it.each<readonly [string, object]>([
    ['type: action', { action: 'x', input: {} }],
    ['input: { y: "{{ parameters }}" }', { input: { y: '{{ parameters }}' } }],
    ['when: "{{ true }}"', { when: '{{ true }}' }],
    ['timeout: 30, delay: 5', { timeoutMs: 30_000, delayMs: 5_000 }],
    ['timeout: "{{ 30 }}"', { timeoutMs: '{{ 30 }}' }],
    ['with_items: "{{ [1] }}"', { with: { items: '{{ [1] }}', concurrency: 1 } }],
    ['with_items: "{{ [1] }}", concurrency: 4', { with: { items: '{{ [1] }}', concurrency: 4 } }],
    [
      'with_items: "{{ [1] + [2] }}", batch_size: 2',
      { with: { items: '{{( [1] + [2] ) | chunks(2) }}', concurrency: 1 } },
    ],
    ['retry: { count: 3 }', { retry: { count: 3, delayMs: 0, backoff: 'constant', jitter: 0 } }],
    [
      'retry: { count: 3, delay: 2, backoff: exponential, max_delay: 60, on_error: "{{ timed_out() }}" }',
      {
        retry: {
          count: 3,
          delayMs: 2_000,
          backoff: 'exponential',
          maxDelayMs: 60_000,
          jitter: 0,
          when: '{{ timed_out() }}',
        },
      },
    ],
    [
      'on_success: b, on_failure: c, on_timeout: b, on_complete: c',
      {
        next: [
          { when: '{{ succeeded() }}', publish: [], do: ['b'] },
          { when: '{{ failed() }}', publish: [], do: ['c'] },
          { when: '{{ timed_out() }}', publish: [], do: ['b'] },
          { publish: [], do: ['c'] },
        ],
      },
    ],
    [
      'next: [{ when: "{{ failed() }}", publish: [{ e: 1 }, all], do: [b, c] }, { do: b }]',
      {
        next: [
          {
            when: '{{ failed() }}',
            publish: [
              ['e', 1],
              ['all', '{{ result() }}'],
            ],
            do: ['b', 'c'],
          },
          { publish: [], do: ['b'] },
        ],
      },
    ],
    [
      'decision: [{ default: true, next: c }, { when: "{{ true }}", next: b }, { when: "{{ false }}", next: [b, c] }], on_failure: c',
      {
        next: [
          { when: '{{ true }}', publish: [], do: ['b'] },
          { otherwise: true, when: '{{ false }}', publish: [], do: ['b', 'c'] },
          { otherwise: true, publish: [], do: ['c'] },
          { when: '{{ failed() }}', publish: [], do: ['c'] },
        ],
      },
    ],
    [
      'publish: [x], next: [{ when: "{{ failed() }}", do: b }, { when: succeeded(), publish: [{ y: 1 }], do: c }]',
      {
        next: [
          { when: '{{ failed() }}', publish: [], do: ['b'] },
          {
            when: 'succeeded()',
            publish: [
              ['y', 1],
              ['x', '{{ result() }}'],
            ],
            do: ['c'],
          },
        ],
      },
    ],
    ['publish: { x: 1 }', { next: [{ when: '{{ succeeded() }}', publish: [['x', 1]], do: [] }] }],
  ])('has a task { %s }', (fields, expected) => {
    expect(taskOf(fields)).toMatchObject(expected);
  });

  it('gives all parameters to a task without input', () => {
    const { tasks } = read(
      'version: 1.0.0\nparameters: { p: { type: string } }\ntasks: [{ name: a, action: x }, { name: b, action: x, input: {} }]',
    );
    expect([tasks['a']?.input, tasks['b']?.input]).toEqual(['{{ parameters }}', '{{ parameters }}']);
  });

  it('runs a task that several lead to when the first arrives, but in a cycle every time', () => {
    const { tasks } = read(yaml`
      version: 1.0.0
      tasks:
        - { name: a, action: x, next: [{ do: [b, c, d] }] }
        - { name: b, action: x, on_success: d }
        - { name: c, action: x, on_success: d }
        - { name: d, action: x, join: 2, on_success: e }
        - { name: e, action: x, on_failure: e }
        - { name: f, action: x, on_success: g }
        - { name: g, action: x, on_failure: f2 }
        - { name: f2, action: x, on_success: g2 }
        - { name: g2, action: x }
        - { name: h, action: x, on_success: g2 }
    `);
    expect(
      Object.values(tasks)
        .map(({ name, join }) => [name, join])
        .filter(([, join]) => join !== undefined),
    ).toEqual([
      ['d', 2],
      ['g2', 'any'],
    ]);
  });

  it('runs what is inside a parallel task together, and goes on when all has ended', () => {
    const { tasks } = read(yaml`
      version: 1.0.0
      tasks:
        - { name: a, action: x, on_success: p }
        - name: p
          type: parallel
          tasks: [{ name: p1, action: x }, { name: p2, action: x }]
          on_success: z
        - { name: z, action: x }
    `);
    expect(Object.keys(tasks)).toEqual(['a', 'p_start', 'p1', 'p2', 'p', 'z']);
    expect(tasks['a']?.next[0]?.do).toEqual(['p_start']);
    expect(tasks['p_start']?.next[0]?.do).toEqual(['p1', 'p2']);
    expect(tasks['p1']?.next.map((transition) => transition.do)).toEqual([['p'], ['p'], ['p']]);
    expect(tasks['p']).toMatchObject({ join: 'all', next: [{ do: ['z'] }, { otherwise: true, do: ['fail'] }] });
  });
});

describe('issues with a workflow of Attune', () => {
  it.each<readonly [fact: string, text: string, found: readonly string[]]>([
    [
      'keys',
      'version: 1.0.0\nparams: {}\ntasks: [{ name: a, action: x, wiht_items: y, next: [{ then: b, do: [] }] }]',
      ['UNKNOWN_KEY 2:1', 'UNKNOWN_KEY 3:31', 'EMPTY_TRANSITION 3:53', 'UNKNOWN_KEY 3:55'],
    ],
    [
      'keys that nothing here acts on',
      yaml`
      version: 1.0.0
      cancellation_policy: cancel_running
      tasks:
        - { name: a, action: x, iterate_cache: {}, wait_for: {}, worker_selector: {}, permission_set_refs: [] }
        - { name: b, action: x, type: workflow }
        - { name: c, action: x, trace_tag_template: t, worker_affinity: {}, worker_tolerations: [] }
    `,
      [
        'UNSUPPORTED_KEY 2:22',
        ...[27, 46, 60, 81].map((column) => `UNSUPPORTED_KEY 4:${column}`),
        'UNSUPPORTED_KEY 5:33',
        ...[27, 50, 71].map((column) => `UNSUPPORTED_KEY 6:${column}`),
      ],
    ],
    [
      'what is missing',
      'tasks: [{ action: x }, { name: b }, 5]',
      ['MISSING_KEY 1:1', 'MISSING_KEY 1:9', 'MISSING_KEY 1:24', 'WRONG_TYPE 1:37'],
    ],
    [
      'names that are there twice',
      'version: 1.0.0\ntasks: [{ name: a, action: x }, { name: a, action: y }]',
      ['DUPLICATE_TASK 2:41'],
    ],
    [
      'parameters',
      'version: 1.0.0\nparameters: { a: 5, b: { typ: string }, c: { type: text } }\ntasks: [{ name: a, action: x }]',
      ['WRONG_TYPE 2:18', 'UNKNOWN_KEY 2:26', 'BAD_SCHEMA 2:52'],
    ],
    [
      'shorthands beside "next"',
      'version: 1.0.0\ntasks: [{ name: a, action: x, next: [], on_success: b, decision: [] }]',
      ['CONFLICTING_KEYS 2:53', 'CONFLICTING_KEYS 2:66'],
    ],
    [
      'decisions',
      'version: 1.0.0\ntasks: [{ name: a, action: x, decision: [{ next: b }, { when: "{{ true }}" }, { default: true, next: a2 }, { default: true, next: a2 }] }, { name: a2, action: x }]',
      ['CONFLICTING_KEYS 2:42', 'MISSING_KEY 2:55', 'CONFLICTING_KEYS 2:108'],
    ],
    [
      'batches and widths without a list',
      'version: 1.0.0\ntasks: [{ name: a, action: x, concurrency: 2, batch_size: 3 }, { name: b, action: x, with_items: "{{ [] }}", batch_size: 0 }]',
      ['MISSING_KEY 2:44', 'MISSING_KEY 2:59', 'OUT_OF_RANGE 2:122'],
    ],
    [
      'what is inside a parallel task',
      yaml`
      version: 1.0.0
      tasks:
        - { name: p, type: parallel, action: x, tasks: [{ name: q, action: x, on_success: p }, { name: r, type: parallel, tasks: [] }] }
        - { name: s, type: parallel, tasks: [] }
    `,
      ['UNSUPPORTED_KEY 3:32', 'UNSUPPORTED_KEY 3:73', 'MISSING_KEY 3:90', 'UNSUPPORTED_KEY 3:117', 'WRONG_TYPE 4:39'],
    ],
    [
      'expressions, in batches too',
      'version: 1.0.0\ntasks: [{ name: a, action: x, with_items: "{{ y }}", batch_size: 2, input: { z: "{{ w | upper( }}" } }]',
      ['UNKNOWN_NAME 2:47', 'EXPRESSION_SYNTAX 2:96'],
    ],
    [
      'namespaces that there are not',
      'version: 1.0.0\ntasks: [{ name: a, action: x, input: { y: "{{ config.z }}" } }]',
      ['UNKNOWN_NAME 2:47'],
    ],
    [
      'texts that are no templates',
      'version: 1.0.0\nparameters: { p: { default: "{{ x }}" } }\ntasks: [{ name: a, action: x }]',
      ['TEMPLATE_NOT_RENDERED 2:29'],
    ],
  ])('%s', (_, text, found) => {
    expect(foundIn(text)).toEqual(found);
  });
});
