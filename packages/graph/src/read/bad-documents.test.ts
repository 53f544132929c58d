import { describe, expect, it } from 'vitest';
import { foundIn, yaml } from '../../test/found-issues.ts';
import { readWorkflow } from './read-workflow.ts';

type Case = readonly [fact: string, text: string, expected: readonly string[]];

const yamlCases: readonly Case[] = [
  ['an empty text', '', ['EMPTY_DOCUMENT 1:1']],
  ['comments alone', '# nothing\n\n', ['EMPTY_DOCUMENT 1:1']],
  ['plain text', 'hello', ['WRONG_TYPE 1:1']],
  ['a list', '- a\n- b\n', ['WRONG_TYPE 1:1']],
  ['a text that does not end', 'weftline: 1\nname: "x\n', ['YAML_SYNTAX 3:1']],
  ['two texts that do not end', 'a: "x" y\nb: [1\n', ['YAML_SYNTAX 1:8', 'YAML_SYNTAX 3:1']],
  ['tabs as indentation', 'weftline: 1\ntasks:\n\ta: {}\n', ['YAML_SYNTAX 3:1']],
  ['a second document', 'weftline: 1\ntasks: { a: {} }\n---\nb: 1\n', ['MULTIPLE_DOCUMENTS 3:1']],
  ['a control character', 'weftline: 1\nname: a\u0002b\n', ['CONTROL_CHARACTER 2:8']],
  ['an unknown tag', 'weftline: 1\ntasks: { a: { input: { x: !secret y } } }', ['UNKNOWN_TAG 2:27']],
  ['an infinite number', 'weftline: 1\ntasks: { a: { input: { x: .inf } } }', ['NOT_JSON 2:27']],
  ['a key that is a list', 'weftline: 1\nvars: { [a]: 1 }\ntasks: { a: {} }', ['NOT_JSON 2:9']],
  ['a key that is empty', 'weftline: 1\nvars:\n  ? \n  : 1\ntasks: { a: {} }', ['NOT_JSON 3:5']],
  ['the key __proto__', 'weftline: 1\nvars: { a: { __proto__: 1 } }\ntasks: { a: {} }', ['RESERVED_NAME 2:14']],
  ['an alias without anchor', 'weftline: 1\nvars: { a: *b }\ntasks: { a: {} }', ['UNKNOWN_ALIAS 2:12']],
  ['an alias of what is around it', 'weftline: 1\nvars: &v { a: *v }\ntasks: { a: {} }', ['ALIAS_LIMIT 2:15']],
  ['a merge key', 'weftline: 1\ntasks: { a: &a {}, b: { <<: *a } }', ['UNKNOWN_KEY 2:25']],
  [
    'a number with too many digits',
    'weftline: 1\nvars: { id: 12345678901234567890 }\ntasks: { a: {} }',
    ['INEXACT_NUMBER 2:13'],
  ],
  [
    'keys written twice',
    'weftline: 1\ntasks:\n  a: {}\n  "a": {}\nname: x\nname: y\n',
    ['DUPLICATE_KEY 4:3', 'DUPLICATE_KEY 6:1'],
  ],
  [
    'expressions without quotes',
    'weftline: 1\nvars:\n  a: {{ input.x }}\n  b: {{ f() }} and more\n  c: [{{ x[0] }}, 1]\ntasks: { a: {} }',
    ['UNQUOTED_EXPRESSION 3:6', 'UNQUOTED_EXPRESSION 4:6', 'UNQUOTED_EXPRESSION 5:7'],
  ],
];

const languageCases: readonly Case[] = [
  ['no mark of the language', 'name: x\ntasks: { a: {} }', ['MISSING_KEY 1:1']],
  ['another version', 'weftline: 2\ntasks: { a: {} }', ['UNSUPPORTED_VERSION 1:11']],
  ['a version in quotes', 'weftline: "1"\ntasks: { a: {} }', ['UNSUPPORTED_VERSION 1:11']],
  ['no tasks', 'weftline: 1\nname: x', ['MISSING_KEY 1:1']],
  ['an empty map of tasks', 'weftline: 1\ntasks: {}', ['NO_TASKS 2:8']],
  ['a list of tasks beside the mark', 'weftline: 1\ntasks: [{ name: a }]', ['WRONG_TYPE 2:8']],
  [
    'tasks named by a number',
    'weftline: 1\ntasks: { 1: {}, true: {} }',
    ['WRONG_TYPE 2:10', 'BAD_NAME 2:10', 'WRONG_TYPE 2:17'],
  ],
  [
    'a workflow of Orquesta',
    'version: 1.0\ntasks:\n  a:\n    action: core.echo message=<% ctx(x) %>\n    next: { do: [] }',
    ['WRONG_TYPE 5:11'],
  ],
  ['a workflow of Attune', 'version: 1.0.0\ntasks:\n  - { nam: a, action: core.echo }', ['MISSING_KEY 3:5']],
  [
    'a workflow of Attune without a list',
    'ref: a.b\nparameters: {}\ntasks: { a: {} }',
    ['MISSING_KEY 1:1', 'WRONG_TYPE 3:8'],
  ],
  [
    'values of the wrong type',
    yaml`
      weftline: 1
      name: [x]
      description: 3
      input: [a]
      vars: text
      tasks:
        a: ~
        b: { action: 1, input: [x], with: 3, next: 4, join: some, retry: many, timeout: [1], delay: {} }
        c: { with: { items: 55, as: 1, concurrency: lots }, action: x }
        d: { retry: { count: x, jitter: "1", when: true, backoff: 3 } }
        e: { next: [1, { when: 1, publish: x=1, do: { a: b } }, { publish: [{ a: 1, b: 2 }], do: [[a]] }] }
        f: { input: text }
    `,
    [
      ...['WRONG_TYPE 2:7', 'WRONG_TYPE 3:14', 'WRONG_TYPE 4:8', 'WRONG_TYPE 5:7', 'WRONG_TYPE 7:6'],
      ...['WRONG_TYPE 8:16', 'WRONG_TYPE 8:26', 'WRONG_TYPE 8:37', 'WRONG_TYPE 8:46', 'WRONG_TYPE 8:55'],
      ...['WRONG_TYPE 8:68', 'WRONG_TYPE 8:83', 'WRONG_TYPE 8:95'],
      ...['WRONG_TYPE 9:23', 'WRONG_TYPE 9:31', 'WRONG_TYPE 9:47'],
      ...['WRONG_TYPE 10:24', 'WRONG_TYPE 10:35', 'WRONG_TYPE 10:46', 'WRONG_TYPE 10:61'],
      ...['WRONG_TYPE 11:15', 'WRONG_TYPE 11:26', 'WRONG_TYPE 11:38', 'WRONG_TYPE 11:47'],
      ...['WRONG_TYPE 11:71', 'WRONG_TYPE 11:93', 'WRONG_TYPE 12:15'],
    ],
  ],
  [
    'unknown keys at every level',
    yaml`
      weftline: 1
      nam: x
      tasks:
        a:
          acton: x
          action: x
          with: { items: [], concurency: 2 }
          retry: { count: 1, bckoff: x }
          next: { wen: x, do: b }
        b: { constructor: 1 }
    `,
    [
      'UNKNOWN_KEY 2:1',
      'UNKNOWN_KEY 5:5',
      'UNKNOWN_KEY 7:24',
      'UNKNOWN_KEY 8:24',
      'UNKNOWN_KEY 9:13',
      'UNKNOWN_KEY 10:8',
    ],
  ],
  [
    'policies of a list',
    yaml`
      weftline: 1
      tasks:
        a:
          action: x
          with:
            items: []
            tolerate: 101%
            on_failure: ignore
            collect: all
            reduce: { value: "{{ acc + 1 }}" }
        b:
          action: x
          with: { items: [], tolerate: -1, collect: total, reduce: sum }
        c:
          action: x
          with: { items: [], tolerate: 0.5, reduce: { initial: 0 } }
    `,
    [
      ...['WRONG_TYPE 7:17', 'WRONG_VALUE 8:19', 'CONFLICTING_KEYS 9:16'],
      ...['OUT_OF_RANGE 13:34', 'WRONG_VALUE 13:47', 'WRONG_TYPE 13:62'],
      ...['OUT_OF_RANGE 16:34', 'MISSING_KEY 16:47'],
    ],
  ],
  [
    'names in the policies of a list',
    yaml`
      weftline: 1
      tasks:
        a:
          action: x
          with:
            items: []
            tolerate: "{{ item }}"
            fail_when: "{{ acc }}"
            continue_when: "{{ attempt > 1 and failed() and index == 0 }}"
            reduce: { initial: "{{ acc }}", value: "{{ acc + result + item + attempt }}" }
    `,
    [...['MISPLACED_NAME 7:21', 'UNKNOWN_NAME 8:22', 'UNKNOWN_NAME 10:30', 'MISPLACED_NAME 10:72']],
  ],
  [
    'how fast a list goes',
    yaml`
      weftline: 1
      tasks:
        a:
          action: x
          rate: 10
          with: { items: [], batch: { sizes: 2 }, rate: { limit: 0, per: 0s } }
    `,
    ['UNKNOWN_KEY 5:5', 'MISSING_KEY 6:31', 'UNKNOWN_KEY 6:33', 'OUT_OF_RANGE 6:60', 'OUT_OF_RANGE 6:68'],
  ],
  [
    'missing keys',
    'weftline: 1\ntasks: { a: { action: x, with: { as: y }, retry: { delay: 1s } } }',
    ['MISSING_KEY 2:32', 'MISSING_KEY 2:50'],
  ],
  [
    'durations',
    yaml`
      weftline: 1
      tasks:
        a: { timeout: 10 sec, delay: -1s, retry: { count: 1, delay: 1h30m, max_delay: 40000d } }
        b: { timeout: 0, delay: -5, retry: { count: 1, delay: 1e300 } }
    `,
    [
      ...['BAD_DURATION 3:17', 'BAD_DURATION 3:32', 'BAD_DURATION 3:63', 'BAD_DURATION 3:81'],
      ...['OUT_OF_RANGE 4:17', 'BAD_DURATION 4:27', 'BAD_DURATION 4:57'],
    ],
  ],
  [
    'numbers out of range',
    yaml`
      weftline: 1
      tasks:
        a: { action: x, with: { items: [], concurrency: 0 }, retry: { count: -1, jitter: 1.1 } }
        b: { action: x, with: { items: [], concurrency: 1.5 }, retry: 2.5, join: 0 }
        c: { next: b, retry: { count: 0, jitter: -0.1 } }
    `,
    [
      ...['OUT_OF_RANGE 3:51', 'OUT_OF_RANGE 3:72', 'OUT_OF_RANGE 3:84'],
      ...['OUT_OF_RANGE 4:51', 'OUT_OF_RANGE 4:65', 'OUT_OF_RANGE 4:76', 'OUT_OF_RANGE 5:44'],
    ],
  ],
  [
    'words that are none of the choices',
    'weftline: 1\ntasks: { a: { retry: { count: 1, backoff: exponental } } }',
    ['WRONG_VALUE 2:43'],
  ],
  [
    'a list that is none',
    'weftline: 1\ntasks: { a: { action: x, with: vars.rows }, b: { action: x, with: { items: "rows {{ vars.rows }}" } } }\nvars: { rows: [] }',
    ['NOT_A_LIST 2:32', 'EXPRESSION_SYNTAX 2:82'],
  ],
  ['items without an action', 'weftline: 1\ntasks: { a: { with: [1] } }', ['WITH_WITHOUT_ACTION 2:15']],
  [
    'transitions without effect',
    'weftline: 1\ntasks: { a: { next: [{}, { when: "{{ failed() }}" }, { do: [] }, { publish: {} }] } }',
    ['EMPTY_TRANSITION 2:22', 'EMPTY_TRANSITION 2:26', 'EMPTY_TRANSITION 2:54', 'EMPTY_TRANSITION 2:66'],
  ],
  [
    'names',
    yaml`
      weftline: 1
      name: "two words"
      input: { "a b": 1, toString: 2 }
      vars: { item: 1, __x: 2, task: 3, "": 4 }
      tasks:
        9lives: {}
        fail: {}
        constructor: {}
        ok:
          action: core.http url=x
          with: { items: [], as: index }
          next: { publish: { attempt: 1, "x.y": 2, fine: 3 } }
        computed: { action: "{{ vars.name }}" }
    `,
    [
      ...['BAD_NAME 2:7', 'BAD_NAME 3:10', 'RESERVED_NAME 3:20'],
      ...['RESERVED_NAME 4:9', 'RESERVED_NAME 4:18', 'RESERVED_NAME 4:26', 'BAD_NAME 4:35'],
      ...['BAD_NAME 6:3', 'RESERVED_NAME 7:3', 'RESERVED_NAME 8:3', 'BAD_NAME 10:13', 'RESERVED_NAME 11:28'],
      ...['RESERVED_NAME 12:24', 'BAD_NAME 12:36', 'BAD_NAME 13:23'],
    ],
  ],
  [
    'declarations of inputs',
    yaml`
      weftline: 1
      input:
        a: { type: strng }
        b: { type: integer, minimum: 5, maximum: 3, default: 4 }
        c: { type: object, properties: { x: { typ: string } }, required: x }
        d: { pattern: "(a" }
        e: { type: integer, default: many }
        f: { type: array, items: { type: string }, default: [a, 1] }
        g: { enum: [], secret: 1 }
        h: { type: string, requird: true }
        i: { type: circle, radius: 2 }
        j: { default: "{{ vars.x }}" }
      tasks: { t: {} }
    `,
    [
      ...[
        'BAD_SCHEMA 3:14',
        'BAD_SCHEMA 4:44',
        'UNKNOWN_KEY 5:41',
        'WRONG_TYPE 5:68',
        'BAD_SCHEMA 6:17',
        'BAD_DEFAULT 7:32',
      ],
      ...[
        'BAD_DEFAULT 8:59',
        'BAD_SCHEMA 9:14',
        'WRONG_TYPE 9:26',
        'AMBIGUOUS_INPUT 10:22',
        'TEMPLATE_NOT_RENDERED 12:17',
      ],
    ],
  ],
];

describe.each([
  ['the text', yamlCases],
  ['the language', languageCases],
] as const)('issues with %s', (_, cases) => {
  it.each(cases)('%s', (_fact, text, expected) => {
    expect(foundIn(text)).toEqual(expected);
  });
});

describe('suggestions', () => {
  it.each([
    ['weftline: 1\ntask: {}', 'tasks'],
    ['weftline: 1\ntasks: { a: { with_items: [] } }', 'with'],
    ['weftline: 1\ntasks: { a: { on_success: b } }', 'next'],
    ['weftline: 1\ntasks: { a: { timeuot: 1 } }', 'timeout'],
    ['weftline: 1\ntasks: { a: { retry: { max_attempts: 1 } } }', 'count'],
    ['weftline: 1\ntasks: { a: { next: fial } }', 'fail'],
    ['weftline: 1\ntasks: { a: { next: Bee }, bee: {} }', 'bee'],
    ['weftline: 1\ntasks: { a: { retry: { count: 1, backoff: linaer } } }', 'linear'],
    ['weftline: 1\ninput: { x: { type: object, properties: { y: { minimun: 1 } } } }\ntasks: { a: {} }', 'minimum'],
    ['weftline: 1\ntasks: { a: { input: { x: "{{ faild() }}" } } }', 'failed'],
  ])('%j suggests %s', (text, suggestion) => {
    expect(readWorkflow(text, { file: 'flow.yaml' }).issues.map((issue) => issue.suggestion)).toContain(suggestion);
  });

  it('are left out where no name is near', () => {
    const { issues } = readWorkflow('weftline: 1\ntasks: { a: { next: elsewhere } }', { file: 'flow.yaml' });
    expect(issues.map(({ code, suggestion }) => [code, suggestion])).toEqual([['UNKNOWN_TASK', undefined]]);
  });
});
