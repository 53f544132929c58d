import { describe, expect, it } from 'vitest';
import { foundIn, yaml } from '../../../test/found-issues.ts';
import type { WorkflowDefinition } from '../../definition.ts';
import { readWorkflow } from '../../read/read-workflow.ts';

function read(text: string): WorkflowDefinition {
  const { definition, issues } = readWorkflow(text, { file: 'flow.yaml' });
  if (definition === undefined) throw new Error(issues.map(({ message }) => message).join('\n'));
  return definition;
}

function taskOf(fields: string): WorkflowDefinition['tasks'][string] | undefined {
  return read(`version: 1.0\ntasks: { a: { ${fields} }, b: {}, c: {} }`).tasks['a'];
}

describe('a workflow of Orquesta', () => {
  it('is told by its version', () => {
    expect(read('version: 1.0\ntasks: { a: {} }')).toEqual({
      format: 1,
      language: 'orquesta',
      name: 'flow',
      input: {},
      vars: {},
      tasks: { a: { name: 'a', input: {}, next: [] } },
    });
  });

  it('may be asked for, without a version', () => {
    const options = { file: 'flow.yaml', dialect: 'orquesta' } as const;
    expect(readWorkflow('tasks: { a: {} }', options).definition?.language).toBe('orquesta');
    expect(readWorkflow('weftline: 1\ntasks: { a: {} }', options).issues).toMatchObject([{ code: 'UNKNOWN_KEY' }]);
  });

  it('has inputs with and without defaults, variables and output, in their order', () => {
    const { name, description, input, vars, output } = read(yaml`
      version: '1.0'
      name: report
      description: what it does
      tags: [daily]
      input: [url, { limit: 10 }, { both: <% ctx(limit) %> }, { nothing: null }]
      vars: [{ b: 1 }, { a: <% ctx(b) %> }]
      tasks: { t: {} }
      output: [{ z: 1 }, { y: <% ctx(z) %> }]
    `);
    expect({ name, description }).toEqual({ name: 'report', description: 'what it does' });
    expect(Object.entries(input)).toEqual([
      ['url', { required: false }],
      ['limit', { required: false, default: 10 }],
      ['both', { required: false, default: '<% ctx(limit) %>' }],
      ['nothing', { required: false }],
    ]);
    expect(Object.entries(vars)).toEqual([
      ['b', 1],
      ['a', '<% ctx(b) %>'],
    ]);
    expect(Object.keys(output as object)).toEqual(['z', 'y']);
  });

  it.each<readonly [string, object]>([
    ['action: x', { action: 'x', input: {} }],
    ['action: x a=1 b="c d"', { action: 'x', input: { a: 1, b: 'c d' } }],
    [
      `action: 'x a="1", b=1.5; c=[1, "]"] d=null e=true'`,
      { input: { a: '1', b: 1.5, c: [1, ']'], d: null, e: true } },
    ],
    [
      `action: 'x a=<% "]" + "x y" %> b="<% "q" %> {{ 1 }}"'`.replace(' {{ 1 }}', ''),
      { input: { a: '<% "]" + "x y" %>', b: '<% "q" %>' } },
    ],
    ['action: x, input: "<% dict() %>"', { input: '<% dict() %>' }],
    ['delay: 5', { delayMs: 5_000 }],
    ['delay: "<% 5 %>"', { delayMs: '<% 5 %>' }],
    ['action: x, with: "<% list(1) %>"', { with: { items: '<% list(1) %>', concurrency: 1_000, onFailure: 'stop' } }],
    [
      'action: x, with: "i in <% list(1) %>"',
      { with: { items: '     <% list(1) %>', as: 'i', concurrency: 1_000, onFailure: 'stop' } },
    ],
    [
      'action: x, with: { items: "i,  j in {{ [1] }}", concurrency: 3 }',
      { with: { items: '         {{ [1] }}', as: ['i', 'j'], concurrency: 3, onFailure: 'stop' } },
    ],
    [
      'action: x, with: { items: "<% list() %>", concurrency: 0 }',
      { with: { items: '<% list() %>', concurrency: 1, onFailure: 'stop' } },
    ],
    ['retry: { count: 3 }', { retry: { count: 3, delayMs: 0, backoff: 'constant', jitter: 0, scope: 'task' } }],
    [
      'retry: { count: "<% 3 %>", delay: 2, when: "<% failed() %>" }',
      {
        retry: {
          count: '<% 3 %>',
          delayMs: 2_000,
          backoff: 'constant',
          jitter: 0,
          scope: 'task',
          when: '<% failed() %>',
        },
      },
    ],
    ['next: [{ do: b }]', { next: [{ publish: [], do: ['b'] }] }],
    [
      'next: [{ do: "b,c" }, { do: [b, fail] }]',
      {
        next: [
          { publish: [], do: ['b', 'c'] },
          { publish: [], do: ['b', 'fail'] },
        ],
      },
    ],
    ['next: [{ when: "<% failed() %>" }]', { next: [{ when: '<% failed() %>', publish: [], do: ['continue'] }] }],
    [
      'next: [{ publish: [{ x: 1 }, { x: 2 }], do: noop }]',
      {
        next: [
          {
            publish: [
              ['x', 1],
              ['x', 2],
            ],
            do: ['noop'],
          },
        ],
      },
    ],
    [
      `next: [{ publish: 'x=1 y="<% result() %>"' }]`,
      {
        next: [
          {
            publish: [
              ['x', 1],
              ['y', '<% result() %>'],
            ],
            do: ['continue'],
          },
        ],
      },
    ],
  ])('has a task { %s }', (fields, expected) => {
    expect(taskOf(fields)).toMatchObject(expected);
  });

  it('has joins over all and over a number', () => {
    const text = 'version: 1.0\ntasks: { a: { next: [{ do: [b, c] }] }, b: { join: all }, c: { join: 1 } }';
    const { tasks } = read(text);
    expect([tasks['b']?.join, tasks['c']?.join]).toEqual(['all', 1]);
  });
});

describe('issues with a workflow of Orquesta', () => {
  it.each<readonly [fact: string, text: string, found: readonly string[]]>([
    [
      'keys',
      'version: 1.0\nvar: []\ntasks: { a: { actoin: x, next: [{ publsh: [] }] } }',
      ['UNKNOWN_KEY 2:1', 'UNKNOWN_KEY 3:15', 'UNKNOWN_KEY 3:35'],
    ],
    [
      'keys of "with" and "retry"',
      'version: 1.0\ntasks: { a: { action: x, with: { items: "<% list() %>", as: y }, retry: { count: 1, jitter: 1 } } }',
      ['UNKNOWN_KEY 2:57', 'UNKNOWN_KEY 2:85'],
    ],
    ['another version', 'version: 2\ntasks: { a: {} }', ['UNSUPPORTED_VERSION 1:10']],
    ['no tasks', 'version: 1.0\ntasks: {}', ['NO_TASKS 2:8']],
    [
      'forms',
      yaml`
      version: 1.0
      input: { a: 1 }
      vars: [{ a: 1, b: 2 }]
      tasks:
        a: { input: [1], next: { do: b }, join: any }
        b: ~
      output: [x]
    `,
      [
        'WRONG_TYPE 2:8',
        'WRONG_TYPE 3:8',
        'WRONG_TYPE 5:15',
        'WRONG_TYPE 5:26',
        'WRONG_TYPE 5:43',
        'WRONG_TYPE 6:6',
        'WRONG_TYPE 7:10',
      ],
    ],
    [
      'names that are there twice',
      'version: 1.0\nvars: [{ a: 1 }, { a: 2 }]\ntasks: { t: {} }\noutput: [{ x: 1 }, { x: 2 }]',
      ['DUPLICATE_KEY 2:20', 'DUPLICATE_KEY 4:22'],
    ],
    [
      'inline parameters',
      'version: 1.0\ntasks: { a: { action: x a=b }, b: { action: x c d }, c: { action: x e="f }, d: { action: x g=1, input: { h: 1 } } }',
      ['WRONG_VALUE 2:23', 'WRONG_VALUE 2:45', 'WRONG_VALUE 2:67', 'CONFLICTING_KEYS 2:104'],
    ],
    [
      'reserved names of tasks, unknown targets, no action for a list',
      'version: 1.0\ntasks: { noop: {}, a: { next: [{ do: "b, c" }] }, b: { with: "<% list() %>" } }',
      ['RESERVED_NAME 2:10', 'UNKNOWN_TASK 2:38', 'WITH_WITHOUT_ACTION 2:56'],
    ],
    [
      'a workflow without a beginning',
      'version: 1.0\ntasks: { a: { next: [{ when: "<% failed() %>", do: a }] } }',
      ['NO_ENTRY_TASK 2:10'],
    ],
    [
      'joins that are never met',
      'version: 1.0\ntasks: { a: { next: [{ do: b }] }, b: { join: 2 }, c: { join: 0 } }',
      ['JOIN_NEVER_MET 2:47', 'OUT_OF_RANGE 2:63', 'JOIN_NEVER_MET 2:63'],
    ],
    [
      'expressions, with both languages in one text',
      yaml`
      version: 1.0
      vars: [{ x: 1 }]
      tasks:
        a:
          action: 'x a=1 b="<% ctx(x %>"'
          delay: <% ctx(x) + %>
          next: [{ when: "{{ ctx('x') }} <% ctx(x) %>", publish: 'y=<% ctx(x) ! %>' }]
    `,
      ['EXPRESSION_SYNTAX 5:32', 'EXPRESSION_SYNTAX 6:24', 'EXPRESSION_SYNTAX 7:21', 'EXPRESSION_SYNTAX 7:73'],
    ],
    [
      'conditions that are no expressions',
      'version: 1.0\ntasks: { a: { next: [{ when: ready }] } }',
      ['WRONG_TYPE 2:30'],
    ],
    [
      'an action that is computed',
      'version: 1.0\nvars: [{ x: y }]\ntasks: { a: { action: "<% ctx(x) %>" } }',
      ['BAD_NAME 3:23'],
    ],
    ['private names', 'version: 1.0\ntasks: { a: { input: { b: "<% ctx(__x) %>" } } }', ['EXPRESSION_SYNTAX 2:35']],
    [
      'everything together',
      yaml`
      version: 1.0
      input: [x]
      tasks:
        a: { actoin: y, next: [{ when: <% succeded() %>, do: bb }] }
        b: { input: { z: <% ctx(zz) %> } }
    `,
      ['UNKNOWN_KEY 4:8', 'EXPRESSION_SYNTAX 4:37', 'UNKNOWN_TASK 4:56', 'UNKNOWN_NAME 5:23'],
    ],
  ])('%s', (_, text, found) => {
    expect(foundIn(text)).toEqual(found);
  });
});

describe('variables along every way', () => {
  const check = (tasks: string): readonly string[] => foundIn(`version: 1.0\ninput: [given]\ntasks:\n${tasks}`);

  it.each<readonly [fact: string, tasks: string, found: readonly string[]]>([
    [
      'are there when each way publishes them',
      '  a: { next: [{ when: "<% failed() %>", publish: [{ x: 1 }], do: b }, { publish: "x=2", do: b }] }\n  b: { input: { y: <% ctx(x) %> } }',
      [],
    ],
    [
      'are missing when one does not',
      '  a: { next: [{ when: "<% failed() %>", publish: [{ x: 1 }], do: b }, { do: b }] }\n  b: { input: { y: <% ctx(x) %> } }',
      ['VARIABLE_NOT_ALWAYS_SET 5:23'],
    ],
    [
      'are there at a join when one branch has them',
      '  a: { next: [{ do: [b, c] }] }\n  b: { next: [{ publish: "x=1", do: j }] }\n  c: { next: [{ do: j }] }\n  j: { join: all, input: { y: <% ctx(x) %> } }',
      [],
    ],
    [
      'may be missing at a join that does not wait for that branch',
      '  a: { next: [{ do: [b, c] }] }\n  b: { next: [{ publish: "x=1", do: j }] }\n  c: { next: [{ do: j }] }\n  j: { join: 1, input: { y: <% ctx(x) %> } }',
      ['VARIABLE_NOT_ALWAYS_SET 7:32'],
    ],
    [
      'are there at a join behind branches of unequal length',
      '  a: { next: [{ do: [b, c] }] }\n  b: { next: [{ do: j }] }\n  c: { next: [{ publish: "x=1", do: d }] }\n  d: { next: [{ do: j }] }\n  j: { join: all, input: { y: <% ctx(x) %> } }',
      [],
    ],
    [
      'are missing in the first round of a cycle',
      '  a: { next: [{ do: b }] }\n  b: { input: { y: <% ctx(x) %> }, next: [{ when: <% failed() %>, publish: "x=1", do: b }] }',
      ['VARIABLE_NOT_ALWAYS_SET 5:23'],
    ],
    [
      'are there within the publication that sets them',
      '  a: { next: [{ publish: [{ x: 1 }, { y: <% ctx(x) %> }] }] }',
      [],
    ],
    [
      'may be missing where the expression provides for it',
      `  a: { next: [{ publish: "x=1" }, { do: b }] }\n  b: { input: { y: "{{ ctx().x | default(1) }}" } }`,
      [],
    ],
    ['are inputs too', '  a: { input: { y: <% ctx(given) %> } }', []],
    ['are unknown when nothing ever sets them', '  a: { input: { y: <% ctx(gven) %> } }', ['UNKNOWN_NAME 4:23']],
  ])('%s', (_, tasks, found) => {
    expect(check(tasks)).toEqual(found);
  });

  it('are suggested as they are written', () => {
    const { issues } = readWorkflow('version: 1.0\ninput: [given]\ntasks: { a: { input: { y: "<% ctx(gven) %>" } } }', {
      file: 'f',
    });
    expect(issues).toMatchObject([{ category: 'context', suggestion: 'ctx(given)' }]);
  });
});
