import { describe, expect, it } from 'vitest';
import { orquesta, orquestaFault, variables, yaql } from '../orquesta.test-support.ts';

describe('YAQL', () => {
  const values: [string, unknown][] = [
    // The workflow.
    ['ctx(a)', 5],
    ["ctx('a')", 5],
    ['ctx("a")', 5],
    ['ctx().a', 5],
    ['ctx(map).k', 1],
    ['ctx().map.z', 's'],
    ['ctx(ctx(map).z.replace(s, a))', 5],
    ["ctx().get('nope', 1)", 1],
    ['ctx().len()', 7],
    ['item()', { x: 4, y: 'q' }],
    ['item(x)', 4],
    ["item('y')", 'q'],
    ['item().x', 4],
    ['task_status(done)', 'succeeded'],
    ["task_status('late')", 'failed'],
    ['task_status(elsewhere)', 'null'],
    ['task_status(elsewhere) = null', false],
    ['result().items', [1, 2]],
    ['result().name', 'r'],
    ['succeeded()', true],
    ['failed()', false],
    ['completed() and not failed()', true],
    // Literals.
    ['1', 1],
    ['1.5', 1.5],
    ["'it\\'s'", "it's"],
    ['`a\\b`', 'a\\b'],
    ['true', true],
    ['null', null],
    ['[1, [2], a]', [1, [2], 'a']],
    ['[]', []],
    ['{}', {}],
    ["{a => 1, 'b c' => [2]}", { a: 1, 'b c': [2] }],
    // Arithmetic.
    ['7 + 2 * 3 - 1', 12],
    ['7 / 2', 3],
    ['-7 / 2', -4],
    ['7 / 2.0', 3.5],
    ['7.0 / 2', 3.5],
    ['7 / float(2)', 3.5],
    ['(1.5 + 5.5) / 2', 3.5],
    ['ctx(a) / ctx(b)', 2],
    ['7 mod 4', 3],
    ['-7 mod 4', 1],
    ['+1 - -1', 2],
    ["'a' + 'b'", 'ab'],
    ["'ab' * 2", 'abab'],
    ["2 * 'ab'", 'abab'],
    ['[1] + [2]', [1, 2]],
    ['[1, [2]] * 2', [1, [2], 1, [2]]],
    ['dict(a => 1, b => 1) + dict(b => 2)', { a: 1, b: 2 }],
    // Comparison and logic.
    ['ctx(a) = 5', true],
    ['ctx(a) != 5', false],
    ['1 < 2 and 2 <= 2 and 3 > 2 and 2 >= 2', true],
    ["'a' < 'b'", true],
    ['[1, {a => 2}] = [1, {a => 2}]', true],
    ["'1' = 1", false],
    ['not ctx(a) = 5', false],
    ['not true or true', true],
    ['0 or x', 'x'],
    ['1 and 0', 0],
    ['false and 1 / 0', false],
    ['true or ctx(missing)', true],
    ['1 in ctx(list)', true],
    ['k in ctx(map)', true],
    ['ell in ctx(text)', true],
    ["ctx(text) =~ '^Hel+o'", true],
    ["ctx(text) =~ 'W'", true],
    ["ctx(text) !~ '^W'", true],
    // Reading.
    ['ctx(list)[0]', 3],
    ['ctx(list)[-1]', 2],
    ["ctx(map)['k']", 1],
    ['ctx(map)[k]', 1],
    ['ctx(rows)[0].tags[1]', 'q'],
    ['ctx(rows).name', ['x', 'y', 'z']],
    ['ctx(none)?.a', null],
    ['ctx(none)?.len()', null],
    ['ctx(text)?.len()', 11],
    ['ctx(none)?.get(1 / 0)', null],
    // Forms.
    ['switch(ctx(a) > 9 => big, ctx(a) > 4 => middle, true => 1 / 0)', 'middle'],
    ['switch(false => 1)', null],
    ['let(x => 5, y => $x + 1) -> $x * $y', 30],
    ['let(1, 2) -> $1 + $2 + $', 4],
    ['with(2) -> [1, 2].select($ * 10)', [10, 20]],
    ['let(f => 10) -> ctx(list).select($ + $f)', [13, 11, 12]],
    ['let(a => 1) -> let(a => 2) -> $a', 2],
    ['dict(a => 1, b => ctx(a))', { a: 1, b: 5 }],
    ['dict([[a, 1]])', { a: 1 }],
    ['dict()', {}],
    ['list(1, [2])', [1, [2]]],
    ['list(range(2))', [0, 1]],
    ['list(0, ctx(list).where($ > 1))', [0, 3, 2]],
    ['coalesce(ctx(none), ctx(a), 1 / 0)', 5],
    ['coalesce(ctx(none))', null],
    // As workflows write them.
    ['succeeded() and (not result().get(nope))', true],
    ["not item(y) in ['a', 'b']", true],
    ["ctx(rows).where($.name = 'zz').first(null)", null],
    ["ctx(none) or 'default'", 'default'],
    ['dict(ctx(map).items().where($[1] != 1))', { z: 's' }],
    ['ctx(rows).select(dict(name=>$.name, old=>$.age>2)).last()', { name: 'z', old: true }],
    ["'a\nb'.split('\n')", ['a', 'b']],
    ['range(0, ctx(b))', [0, 1]],
    ['coalesce(ctx(map).get(nope), 0)', 0],
    ['ctx(rows)[0]?.tags?.first()', 'p'],
    // Functions of elements, one inside the other.
    ['ctx(rows).select($.tags.select($ + $))', [['pp', 'qq'], [], ['pp']]],
    ['ctx(rows).where($.tags.any($ = q)).name', ['x']],
    ['ctx(rows).select({name => $.name, first => $.tags.first(none)})[1]', { name: 'y', first: 'none' }],
    ['ctx(list).aggregate($1 + $2)', 6],
  ];

  it.each(values)('%s', (expression, value) => {
    expect(yaql(expression)).toEqual(value);
  });

  it('passes values by reference', () => {
    expect(yaql('ctx(map)')).toBe(variables['map']);
  });
});

describe('text around YAQL', () => {
  it.each([
    ['a=<% ctx(a) %>', 'a=5'],
    ['<% ctx(a) %><% ctx(b) %>', '52'],
    ['  <% ctx(list) %>\n', [3, 1, 2]],
    ['<% ctx(none) %> <% true %> <% false %> <% 1.5 %>', 'None True False 1.5'],
    ['<% ctx(map) %> <% [1, null, a] %>', "{'k': 1, 'z': 's'} [1, None, 'a']"],
    ["<% ['it\\'s', '\"', '\\\\n'] %> ", ["it's", '"', '\\n']],
    ["x<% ['it\\'s', '\"', '\\\\n'] %>", "x[\"it's\", '\"', '\\\\n']"],
    ['x<% "a\nb\t" %>', 'xa\nb\t'],
    ["<% '%' + '>' %>", '%>'],
    ["<% '%>' %>", '%>'],
    ['\\<% 1 %>', '\\1'],
    ['no expression, 5 % > 3', 'no expression, 5 % > 3'],
  ])('%j', (text, value) => {
    expect(orquesta(text)).toEqual(value);
  });
});

describe('what is wrong in YAQL', () => {
  const faults: [text: string, code: string, at: string, suggestion: string | undefined][] = [
    ['<% ctx(quantity) %>', 'EXPRESSION_UNDEFINED', 'quantity', undefined],
    ['<% ctx(txt) %>', 'EXPRESSION_UNDEFINED', 'txt', 'text'],
    ['<% ctx().txt %>', 'EXPRESSION_UNDEFINED', 'txt', 'text'],
    ['<% ctx(map).kk %>', 'EXPRESSION_UNDEFINED', 'kk', 'k'],
    ['<% item(xx) %>', 'EXPRESSION_UNDEFINED', 'xx', 'x'],
    ['<% [].first() %>', 'EXPRESSION_UNDEFINED', 'first()', undefined],
    ['<% ctx(none).a %>', 'EXPRESSION_UNDEFINED', 'a', 'ctx(none)?.a'],
    ['<% ctx(list)[9] %>', 'EXPRESSION_UNDEFINED', '9', undefined],
    ['<% ctx(rows).nope %>', 'EXPRESSION_UNDEFINED', 'nope', undefined],
    ["<% 'a' + 1 %>", 'EXPRESSION_TYPE', "'a' + 1", "str('a') + str(1)"],
    ['<% 1 / 0 %>', 'EXPRESSION_TYPE', '1 / 0', undefined],
    ["<% 1 =~ 'a' %>", 'EXPRESSION_TYPE', '1', undefined],
    ['<% 1 < a %>', 'EXPRESSION_TYPE', '1 < a', undefined],
    ["<% x =~ '(' %>", 'EXPRESSION_SYNTAX', "'('", undefined],
    ['<% ctx(text).length %>', 'EXPRESSION_UNDEFINED', 'length', 'ctx(text).len()'],
    ['<% ctx(my-var) %>', 'EXPRESSION_SYNTAX', 'my-var', "'my-var'"],
    ['<% foo %>', 'EXPRESSION_SYNTAX', 'foo', 'ctx(foo)'],
    ['<% $ %>', 'EXPRESSION_SYNTAX', '$', 'ctx()'],
    ['<% $.a %>', 'EXPRESSION_SYNTAX', '$', 'ctx()'],
    ['<% $x %>', 'EXPRESSION_SYNTAX', '$x', 'ctx(x)'],
    ['<% ctx(list).select($2) %>', 'EXPRESSION_SYNTAX', '$2', 'ctx(2)'],
    ['<% ctx(a, b) %>', 'EXPRESSION_SYNTAX', 'b', undefined],
    ['<% ctx(__private) %>', 'EXPRESSION_SYNTAX', '__private', undefined],
    ['<% ctx().__private %>', 'EXPRESSION_SYNTAX', '__private', undefined],
    ['<% __private %>', 'EXPRESSION_SYNTAX', '__private', undefined],
    ['<% task_status() %>', 'EXPRESSION_SYNTAX', 'task_status', undefined],
    ['<% ctx(a %>', 'EXPRESSION_SYNTAX', '%>', undefined],
    ['<% ctx(a', 'EXPRESSION_SYNTAX', '<%', undefined],
    ['<% %>', 'EXPRESSION_SYNTAX', '%>', undefined],
    ['<% 1 2 %>', 'EXPRESSION_SYNTAX', '2', undefined],
    ['<% a == b %>', 'EXPRESSION_SYNTAX', '=', undefined],
    ['<% ctx(a) | upper %>', 'EXPRESSION_SYNTAX', '|', undefined],
    ['<% upper(ctx(a))() %>', 'EXPRESSION_SYNTAX', '(', undefined],
    ['<% 1 -> 2 %>', 'EXPRESSION_SYNTAX', '->', undefined],
    ['<% let(x => 1) %>', 'EXPRESSION_SYNTAX', 'let(x => 1)', undefined],
    ['<% switch(1) %>', 'EXPRESSION_SYNTAX', '1', undefined],
    ['<% dict(a => 1, 2) %>', 'EXPRESSION_SYNTAX', '2', undefined],
    ['<% ctx(list).slect($) %>', 'EXPRESSION_SYNTAX', 'slect', 'select'],
    ['<% faild() %>', 'EXPRESSION_SYNTAX', 'faild', 'failed'],
    ['<% ctx(list).skip() %>', 'EXPRESSION_SYNTAX', 'skip', undefined],
    ['<% ctx(list).skip(1, 2) %>', 'EXPRESSION_SYNTAX', '2', undefined],
    ['<% ctx(list).skip(conut => 2) %>', 'EXPRESSION_SYNTAX', 'conut => 2', 'count'],
    ['<% ctx(list).skip(a) %>', 'EXPRESSION_TYPE', 'a', undefined],
    ['<% ctx(list).thenBy($) %>', 'EXPRESSION_TYPE', 'thenBy($)', undefined],
    ['<% ctx(a) %> {{ ctx("a") }}', 'EXPRESSION_SYNTAX', '{{', undefined],
    ['<% ctx(a) %>{% if a %}{% endif %}', 'EXPRESSION_SYNTAX', '{%', undefined],
  ];

  it.each(faults)('%s', (text, code, at, suggestion) => {
    expect(orquestaFault(text)).toMatchObject({ code, at, suggestion });
  });

  it('tells where a variable was looked for', () => {
    expect(orquestaFault('<% ctx(nope) %>').message).toMatch(/^`nope` is missing in `ctx\(\)`\. It has `a`, `b`/u);
    expect(orquestaFault('<% item(nope) %>').message).toMatch(/^`nope` is missing in `item\(\)`\. It has `x`, `y`/u);
  });

  it('reads no list by a condition, which `where` does', () => {
    expect(orquestaFault('<% ctx(list)[$ > 1] %>')).toMatchObject({ code: 'EXPRESSION_SYNTAX', at: '$' });
  });
});
