import { describe, expect, it } from 'vitest';
import { faultOf } from './evaluate.test-support.ts';
import { scopeOf } from './scope.ts';
import type { Scope } from './scope.ts';
import { compileExpression, compileText } from './template.ts';

/** The native scope: what Attune calls otherwise is read under the native names. */
const scope: Scope = {
  ...scopeOf({
    input: { region: 'eu' },
    vars: { count: 2, names: ['b', 'a'] },
    task: {
      build: { status: 'succeeded', result: { data: { id: 7 }, id: 7, status: 'ok' }, error: null, attempts: 1 },
      plain: { status: 'failed', result: null, error: { message: 'no' }, attempts: 3 },
    },
    config: { url: 'x' },
    secret: { key: 's3' },
    execution: { started_at: '2026-01-01T00:00:00Z' },
    item: { n: 4 },
    index: 1,
    count: 2,
  }),
  call: (name) =>
    new Map<string, unknown>([
      ['result', { id: 9 }],
      ['succeeded', true],
      ['failed', false],
      ['timed_out', false],
    ]).get(name),
};

function attune(expression: string): unknown {
  return compileText(`{{ ${expression} }}`, { language: 'attune' }).render(scope);
}

describe('names of Attune', () => {
  it.each([
    ['parameters.region', 'eu'],
    ['workflow.count', 2],
    ['vars.count', 2],
    ['variables.names[0]', 'b'],
    ['count', 2],
    ['task.build', { data: { id: 7 }, id: 7, status: 'ok' }],
    ['tasks.build.id', 7],
    ['task.build.data.id', 7],
    ['task.build.status', 'ok'],
    ['task.build.attempts', 1],
    ['task.build.result.id', 7],
    ["task['build'].id", 7],
    ["tasks['bu' ~ 'ild'].id", 7],
    ['task.plain.status', 'failed'],
    ['task.plain.error.message', 'no'],
    ['task.plain', null],
    ["task.nope.x | default('d')", 'd'],
    ["task.build.nope ?? 'd'", 'd'],
    ['config.url', 'x'],
    ['keystore.key', 's3'],
    ['system.started_at', '2026-01-01T00:00:00Z'],
    ['item.n + index', 5],
    ['result().id', 9],
    ['succeeded() and not failed() and not timed_out()', true],
    ['1 and 2', true],
    ["0 or ''", false],
    ['10 / 4', 2.5],
    ['"3" == 3', false],
    ["workflow.names | join('-')", 'b-a'],
    ["count > 1 ? 'many' : 'one'", 'many'],
    ["'many' if count > 1 else 'one'", 'many'],
  ])('%s', (expression, value) => {
    expect(attune(expression)).toEqual(value);
  });

  it('are recorded as what they read', () => {
    const { references } = compileExpression('parameters.a + tasks.b.c + variables.d', { language: 'attune' });
    expect(references.map(({ name, key }) => `${name}.${key ?? '*'}`)).toEqual(['input.a', 'task.b', 'vars.d']);
  });

  it.each([
    ['parameters.nope', 'EXPRESSION_UNDEFINED', 'nope'],
    ['task.nope.x', 'EXPRESSION_UNDEFINED', 'nope'],
    ['task.build.nope', 'EXPRESSION_UNDEFINED', 'nope'],
    ['"a" + 1', 'EXPRESSION_TYPE', '"a" + 1'],
    ['lenght(1)', 'EXPRESSION_SYNTAX', 'lenght'],
    ['now()', 'EXPRESSION_SYNTAX', 'now'],
  ])('%s is wrong', (expression, code, at) => {
    expect(faultOf(() => attune(expression))).toMatchObject({ code, at });
  });
});

describe('functions of Attune', () => {
  it.each([
    ['string(1)', '1'],
    ["number('2.5')", 2.5],
    ["int('7')", 7],
    ["bool('true')", true],
    ['type_of([])', 'list'],
    ["length('abc')", 3],
    ["keys({'a': 1})", ['a']],
    ["values({'a': 1})", [1]],
    ['abs(-1)', 1],
    ['floor(1.5)', 1],
    ['ceil(1.5)', 2],
    ['round(1.5)', 2],
    ['min(2, 1)', 1],
    ['max([2, 1])', 2],
    ['sum([1, 2])', 3],
    ["lower('A')", 'a'],
    ["upper('a')", 'A'],
    ["trim(' a ')", 'a'],
    ["split('a,b', ',')", ['a', 'b']],
    ["join(['a', 'b'], ',')", 'a,b'],
    ["replace('aba', 'a', 'x')", 'xbx'],
    ["starts_with('ab', 'a')", true],
    ["ends_with('ab', 'b')", true],
    ["match('abc', 'a.c')", true],
    ['contains([1], 1)', true],
    ['reversed([1, 2])', [2, 1]],
    ['sort([2, 1])', [1, 2]],
    ['unique([1, 1])', [1]],
    ['flat([1, [2]])', [1, 2]],
    ['zip([1], [2])', [[1, 2]]],
    ['range(2)', [0, 1]],
    ['slice([1, 2, 3], 1, 2)', [2]],
    ["index_of('abc', 'c')", 2],
    ['count([1, 2])', 2],
    ["merge({'a': 1}, {'b': 2})", { a: 1, b: 2 }],
    ['chunks([1, 2, 3], 2)', [[1, 2], [3]]],
  ])('%s', (expression, value) => {
    expect(attune(expression)).toEqual(value);
  });
});
