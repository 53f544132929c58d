import { describe, expect, it } from 'vitest';
import { broughtLists } from './brought-lists.test-support.ts';
import { broughtTexts } from './brought-texts.test-support.ts';
import { evaluate, fault } from './evaluate.test-support.ts';
import { functionNames } from './function-table.ts';

const values = {
  none: null,
  rows: [
    { name: 'b', status: 500, user: { id: 2 } },
    { name: 'a', status: 200, user: { id: 1 } },
    { name: 'c', status: 500, user: { id: 2 } },
  ],
  gaps: [{ n: 1 }, {}, { n: null }, { n: 0 }],
  line: '10.0.0.7 - GET /index.html 200',
};

/** By function: expressions with their values. */
const ownAnswers: Record<string, [string, unknown][]> = {
  abs: [
    ['abs(-2)', 2],
    ['2.5 | abs', 2.5],
  ],
  avg: [
    ['avg([1, 2, 6])', 3],
    ["rows | avg('status')", 400],
    ['avg([]) | default(0)', 0],
  ],
  base64decode: [
    ["base64decode('Wm/DqyDwn5iA')", 'Zoë 😀'],
    ["base64decode('w6s-') | length", 2],
    ["base64decode(' YQ == ')", 'a'],
    ["base64decode('YWI')", 'ab'],
    ["base64decode('')", ''],
  ],
  base64encode: [
    ["base64encode('Zoë 😀')", 'Wm/DqyDwn5iA'],
    ["base64encode('')", ''],
    ["base64encode('a')", 'YQ=='],
    ["'ab' | base64encode", 'YWI='],
    ["'abc' | base64encode", 'YWJj'],
  ],
  batch: [
    ['[1, 2, 3] | batch(2)', [[1, 2], [3]]],
    [
      'batch([1, 2, 3], 2, fill=0)',
      [
        [1, 2],
        [3, 0],
      ],
    ],
    ['[] | batch(2, 0)', []],
  ],
  bool: [
    ["bool('Yes')", true],
    ["bool('off')", false],
    ["bool('')", false],
    ['bool(1)', true],
    ['bool([])', false],
    ['bool(null)', false],
  ],
  capitalize: [
    ["'hELLO wORLD' | capitalize", 'Hello world'],
    ["capitalize('')", ''],
  ],
  ceil: [
    ['ceil(1.2)', 2],
    ['ceil(-1.2)', -1],
  ],
  chunks: [['chunks([1, 2], 1)', [[1], [2]]]],
  coalesce: [
    ['coalesce(missing, none, 3)', 3],
    ['coalesce(0, 3)', 0],
    ['coalesce(none, none)', null],
    ['missing | coalesce(1)', 1],
    ["[1, null] | map('coalesce')", [1, null]],
  ],
  contains: [
    ['contains([1, [2]], [2])', true],
    ["contains('abc', 'd')", false],
    ["contains({'a': 1}, 'a')", true],
  ],
  count: [['count([1, 2])', 2]],
  default: [
    ['missing | default(1)', 1],
    ['missing.a.b[3].c | default(1)', 1],
    ['none | default(1)', 1],
    ['default(none.x, 1)', 1],
    ["'' | default(1)", ''],
    ["'' | default(1, true)", 1],
    ["'' | default(1, falsy=true)", 1],
    ['default(missing, fallback=missing2 | default(2))', 2],
    ["[null, 0, 2] | map('default', 1)", [1, 0, 2]],
    ["[null, 0, 2] | map('default', 1, true)", [1, 1, 2]],
    ["missing | upper | default('x')", 'x'],
    ['rows[9].name | default("none")', 'none'],
    ['(missing if true else 1) | default(2)', 2],
    ["rows | map(attribute='user.id', default=0) | default([])", [2, 1, 2]],
  ],
  dict: [
    ["dict([['a', 1], ['b', [2]], ['a', 3]])", { a: 3, b: [2] }],
    ["dict([{'key': 'a', 'value': null}])", { a: null }],
    ['dict([])', {}],
  ],
  dict_items: [["{'a': 1} | dict_items", [{ key: 'a', value: 1 }]]],
  ends_with: [["ends_with('abc', 'bc')", true]],
  first: [
    ['[1, 2] | first', 1],
    ["'😀b' | first", '😀'],
    ['[] | first | default(0)', 0],
    ["'' | first ?? 'none'", 'none'],
  ],
  flat: [['flat([1, [2]])', [1, 2]]],
  flatten: [
    ['[1, [2, [3, []]]] | flatten', [1, 2, 3]],
    ['[1, [2, [3]]] | flatten(1)', [1, 2, [3]]],
    ['[[1]] | flatten(levels=0)', [[1]]],
  ],
  float: [
    ["float('2.50')", 2.5],
    ["float(' -1e3 ')", -1000],
    ["float('x', 0)", 0],
    ["float('0x10', default=null)", null],
    ["float('1e999', -1)", -1],
    ['float(true)', 1],
  ],
  floor: [
    ['floor(1.8)', 1],
    ['floor(-1.2)', -2],
  ],
  from_items: [["from_items(items({'a': {'b': 1}}))", { a: { b: 1 } }]],
  from_json: [
    ['from_json(\'{"a": [1, null]}\')', { a: [1, null] }],
    ["'7' | from_json", 7],
  ],
  from_json_string: [["'[]' | from_json_string", []]],
  fromjson: [["'true' | fromjson", true]],
  groupby: [
    ["rows | groupby('status') | map(attribute='key')", [500, 200]],
    ["rows | groupby('user') | map(attribute='items') | map('length')", [2, 1]],
    ["[] | groupby('x')", []],
  ],
  has_key: [
    ["has_key({'a': null}, 'a')", true],
    ["{} | has_key('toString')", false],
  ],
  index_of: [
    ['index_of([1, [2]], [2])', 1],
    ['index_of([1], 2)', -1],
    ["index_of('😀ab', 'b')", 2],
    ["index_of('ab', 'c')", -1],
  ],
  int: [
    ["int('42')", 42],
    ["int('-3.9')", -3],
    ['int(3.9)', 3],
    ['int(-3.9)', -3],
    ['int(true)', 1],
    ["int('x', 7)", 7],
    ['int(null, default=0)', 0],
  ],
  items: [
    ["{'a': 1, 'b': 2} | items | map(attribute='value')", [1, 2]],
    ['items({})', []],
  ],
  join: [
    ["['a', 1, null, true] | join('-')", 'a-1--true'],
    ['join([1, 2])', '12'],
    ["rows | join(', ', attribute='name')", 'b, a, c'],
    ["join([], separator=',')", ''],
  ],
  keys: [["keys({'b': 1, 'a': 2})", ['b', 'a']]],
  last: [
    ['[1, 2] | last', 2],
    ["'a😀' | last", '😀'],
    ['last([]) ?? 5', 5],
  ],
  length: [
    ['[1, 2] | length', 2],
    ["length('a😀')", 2],
    ["length({'a': 1})", 1],
    ['missing | length | default(0)', 0],
  ],
  list: [
    ['list([1])', [1]],
    ["'a😀' | list", ['a', '😀']],
    ["{'a': 1} | list", ['a']],
  ],
  lower: [["'ÄB' | lower", 'äb']],
  map: [
    ["['a', 'b'] | map('upper')", ['A', 'B']],
    ["['a-b'] | map('replace', '-', '+')", ['a+b']],
    ["['a', 'b'] | map('regex_replace', '[ab]', '<\\0>')", ['<a>', '<b>']],
    ["rows | map(attribute='user.id')", [2, 1, 2]],
    ["[[1, 2], [3, 4]] | map(attribute='1')", [2, 4]],
    ['[[1, 2], [3, 4]] | map(attribute=0)', [1, 3]],
    ["gaps | map(attribute='n', default=9)", [1, 9, null, 0]],
    ["rows | map(attribute='na' ~ 'me')", ['b', 'a', 'c']],
    ["[[3, 1], [2]] | map('max')", [3, 2]],
    ["[[], [2]] | map('first', default=0)", [0, 2]],
    ["[1, 2] | map('string') | join('+')", '1+2'],
    ["[] | map('upper')", []],
  ],
  match: [
    ["match('abc', 'b')", false],
    ["'abc' | match('a')", true],
  ],
  max: [
    ['max([1, 3, 2])', 3],
    ['max(1, 3, 2)', 3],
    ["['a', 'b'] | max", 'b'],
    ["max(rows, attribute='user.id').name", 'b'],
    ['max([]) ?? 0', 0],
  ],
  merge: [
    ["{'a': 1, 'b': {'c': 1}} | merge({'b': {'d': 2}}, {'e': 3})", { a: 1, b: { d: 2 }, e: 3 }],
    ['merge()', {}],
  ],
  min: [
    ['min([2, 1])', 1],
    ["min('b', 'a')", 'a'],
    ["(rows | min(attribute='name')).status", 200],
  ],
  number: [["number('1.5')", 1.5]],
  omit: [
    ["{'a': 1, 'b': 2} | omit('a')", { b: 2 }],
    ["omit({'a': 1, 'b': 2}, ['a', 'x'])", { b: 2 }],
  ],
  pick: [
    ["{'a': 1, 'b': 2} | pick('a', 'x')", { a: 1 }],
    ["pick({'a': 1, 'b': 2}, ['b'], 'a')", { b: 2, a: 1 }],
  ],
  range: [
    ['range(3)', [0, 1, 2]],
    ['range(1, 4)', [1, 2, 3]],
    ['range(5, 0, -2)', [5, 3, 1]],
    ['range(0, 5, step=2)', [0, 2, 4]],
    ['range(3, 1)', []],
    ['range(-1)', []],
    ['range(100000) | length', 100000],
  ],
  regex_findall: [
    ["regex_findall('a1b22', '[0-9]+')", ['1', '22']],
    [
      "regex_findall('a=1,b=2', '(\\w)=(\\d)')",
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ["regex_findall('a=1,b=2', '\\w=(\\d)')", ['1', '2']],
    ["regex_findall('ab', '(x)?b')", [null]],
    ["regex_findall('', 'x')", []],
    ["regex_findall('ab', 'x*')", ['', '', '']],
  ],
  regex_match: [
    ["regex_match('abc', 'ab')", true],
    ["regex_match('abc', 'bc')", false],
    ["regex_match('ABC', '(?i)abc$')", true],
  ],
  regex_replace: [
    ["regex_replace('2024-05', '(\\d+)-(\\d+)', '\\2/\\1')", '05/2024'],
    ["regex_replace('ab', '(?P<x>a)', '\\g<x>\\g<1>$1')", 'aa$1b'],
    ["regex_replace('aaa', 'a', 'b', 2)", 'bba'],
    ["regex_replace('aaa', 'a', 'b', count=0)", 'aaa'],
    ["regex_replace('ab', '', '-')", '-a-b-'],
    ["regex_replace('a', 'a', '\\\\\\\\')", '\\'],
    ["regex_replace('é😀x', '😀', '')", 'éx'],
  ],
  regex_search: [
    ["line | regex_search('\\d+$')", '200'],
    ["regex_search(line, '\"?(GET|POST) (?P<path>\\S+)', 'path')", '/index.html'],
    ["regex_search(line, '(GET|POST)', group=1)", 'GET'],
    ["regex_search(line, 'PUT')", null],
    ["regex_search('b', '(a)?b', 1)", null],
  ],
  reject: [
    ["[1, 2, 3] | reject('odd')", [2]],
    ["[0, 1, '', 'a'] | reject", [0, '']],
  ],
  rejectattr: [
    ["rows | rejectattr('status', '==', 500) | map(attribute='name')", ['a']],
    ["gaps | rejectattr('n') | length", 3],
    ["gaps | rejectattr('n', 'defined')", [{}]],
  ],
  replace: [
    ["'a.b.c' | replace('.', '-')", 'a-b-c'],
    ["replace('aaa', 'a', 'aa')", 'aaaaaa'],
    ["replace('aaa', 'a', 'b', count=1)", 'baa'],
    ["replace('$&', '&', '$&$1')", '$$&$1'],
    ["replace('abc', 'x', 'y')", 'abc'],
  ],
  reverse: [
    ['[1, 2] | reverse', [2, 1]],
    ["'a😀' | reverse", '😀a'],
  ],
  reversed: [['reversed([1, 2])', [2, 1]]],
  round: [
    ['round(2.5)', 3],
    ['round(-2.5)', -3],
    ['round(1.005, 2)', 1.01],
    ['round(1234.5, -2)', 1200],
    ['2.345 | round(digits=1)', 2.3],
    ['round(1e21)', 1e21],
    ['round(1e-9, 3)', 0],
  ],
  select: [
    ["[1, 2, 3, 4] | select('even')", [2, 4]],
    ["[1, 2, 3] | select('>', 1)", [2, 3]],
    ["['ab', 'cd'] | select('match', 'a')", ['ab']],
    ["[1, '', null, 'a', []] | select", [1, 'a']],
    ["[1, 2, 3] | select('in', [3, 1])", [1, 3]],
  ],
  selectattr: [
    ["rows | selectattr('status', '==', 500) | map(attribute='name') | join", 'bc'],
    ["rows | selectattr('user.id', 'lt', 2) | length", 1],
    ["gaps | selectattr('n')", [{ n: 1 }]],
    ["gaps | selectattr('n', 'defined') | length", 3],
    ["gaps | selectattr('n', 'undefined')", [{}]],
    ["gaps | selectattr('n', 'none') | length", 2],
    ["gaps | selectattr('n', '==', 0)", [{ n: 0 }]],
    ["rows | selectattr('name', 'search', '[bc]') | length", 2],
  ],
  slice: [
    ['[1, 2, 3] | slice(1)', [2, 3]],
    ["slice('abc', 0, 2)", 'ab'],
    ["slice('a😀c', 1, -1)", '😀'],
  ],
  sort: [
    ['[3, 1, 2] | sort', [1, 2, 3]],
    ['[3, 10, 9] | sort(true)', [10, 9, 3]],
    ["['b', 'B', 'a'] | sort", ['B', 'a', 'b']],
    ["rows | sort(attribute='name') | map(attribute='name')", ['a', 'b', 'c']],
    ["rows | sort(attribute='status', reverse=true) | join('', 'name')", 'bca'],
    ['sort([])', []],
    ['sort([null])', [null]],
  ],
  split: [
    ["'a,b,,c' | split(',')", ['a', 'b', '', 'c']],
    ["split('  a  b ')", ['a', 'b']],
    ["split('  ')", []],
    ["split('a😀', '')", ['a', '😀']],
    ["split('', ',')", ['']],
  ],
  starts_with: [["'abc' | starts_with('ab')", true]],
  string: [
    ['string(1.50)', '1.5'],
    ['string(null)', ''],
    ['string([1, {"a": "b"}])', '[1,{"a":"b"}]'],
    ["string('x')", 'x'],
  ],
  sum: [
    ['sum([1, 2.5])', 3.5],
    ['sum([])', 0],
    ["rows | sum(attribute='status')", 1200],
    ["rows | sum('user.id', 10)", 15],
    ['sum([1], start=1)', 2],
  ],
  title: [['"it\'s a wOrld-wide 2nd" | title', "It's A World-Wide 2Nd"]],
  to_json: [
    ["to_json({'a': [1, null, 'x\"']})", '{"a":[1,null,"x\\""]}'],
    ["{'a': 1} | to_json(2)", '{\n  "a": 1\n}'],
    ["'a' | to_json", '"a"'],
  ],
  to_json_string: [['[] | to_json_string', '[]']],
  tojson: [['null | tojson', 'null']],
  trim: [["'  a b\\n' | trim", 'a b']],
  type_of: [["[null, true, 1, 'a', [], {}] | map('type_of')", ['null', 'boolean', 'number', 'string', 'list', 'map']]],
  unique: [
    [
      "[1, 1.0, '1', [1], [1], {'a': 1, 'b': 2}, {'b': 2, 'a': 1}, null, false, 0] | unique",
      [1, '1', [1], { a: 1, b: 2 }, null, false, 0],
    ],
    ["rows | unique(attribute='status') | map(attribute='name')", ['b', 'a']],
    ["[{'10': 1, '9': 2}, {'9': 2, '10': 1}, {'map': [['a', 1]]}, {'a': 1}] | unique | length", 3],
  ],
  upper: [["'straße' | upper", 'STRASSE']],
  urlencode: [
    ["'a b/ë&' | urlencode", 'a%20b%2F%C3%AB%26'],
    ["urlencode({'q': 'a b', 'n': 1, 'x&': true})", 'q=a%20b&n=1&x%26=true'],
    ['urlencode(5)', '5'],
  ],
  values: [["values({'b': 1, 'a': [2]})", [1, [2]]]],
  zip: [
    [
      "zip([1, 2, 3], ['a', 'b'])",
      [
        [1, 'a'],
        [2, 'b'],
      ],
    ],
    ['zip()', []],
    ['[1] | zip([2], [3])', [[1, 2, 3]]],
  ],
};

const answers = { ...ownAnswers, ...broughtLists, ...broughtTexts };

describe('functions', () => {
  it.each(Object.values(answers).flat())('%s', (text, value) => {
    expect(evaluate(text, values)).toEqual(value);
  });

  it('are all in this table', () => {
    expect(Object.keys(answers).sort()).toEqual(functionNames);
  });

  it('leave the values that they are given as they were', () => {
    const frozen = { list: Object.freeze([3, 1, Object.freeze([2])]), map: Object.freeze({ a: 1 }) };
    const texts = [
      'list | flatten | sort',
      'list | reverse',
      'list + [1]',
      "map | merge({'a': 2})",
      'list | batch(2, 0)',
    ];
    for (const text of texts) expect(() => evaluate(text, frozen)).not.toThrow();
    expect(frozen).toEqual({ list: [3, 1, [2]], map: { a: 1 } });
  });
});

describe('functions at load', () => {
  /** Expression, what the error points at, and what it suggests. */
  const errors: [string, string, string | undefined][] = [
    ['frist(x)', 'frist', 'first'],
    ['x | uper', 'uper', 'upper'],
    ['x | lenght', 'lenght', 'length'],
    ['faild()', 'faild', 'failed'],
    ['x | failed', 'failed', undefined],
    ['x is evn', 'evn', 'even'],
    ['upper()', 'upper', undefined],
    ['x | replace("a")', 'replace', undefined],
    ['upper(x, 1)', '1', undefined],
    ['x | join(sep=",")', 'sep=","', 'separator'],
    ['x | join(",", separator="-")', 'separator="-"', undefined],
    ['round(1, digits=1, digits=2)', 'digits=2', undefined],
    ['round(2.5, value=1)', 'value=1', undefined],
    ['round(digits=1, 2)', '2', undefined],
    ['echo(a=1)', 'a=1', undefined],
    ['coalesce()', 'coalesce', undefined],
    ['coalesce(a=1)', 'a=1', undefined],
    ["x | match('(')", "'('", undefined],
    ["x is match('(?<=a)b')", "'(?<=a)b'", undefined],
    ["x | regex_replace('(a)\\1', '')", "'(a)\\1'", undefined],
    ["x | map(attribute='a..b')", "attribute='a..b'", undefined],
    ["x | map(attribute='')", "attribute=''", undefined],
    ["x | map('uper')", "'uper'", 'upper'],
    ["x | map('failed')", "'failed'", undefined],
    ["x | map('map', 'upper')", "'map'", undefined],
    ["x | map('replace', 'a')", "'replace'", undefined],
    ["x | map('upper', 1)", '1', undefined],
    ['x | map(name)', 'name', undefined],
    ["x | select('evn')", "'evn'", 'even'],
    ["x | select('a' ~ 'b')", "'a' ~ 'b'", undefined],
    ["x | selectattr('a', '=', 1)", "'='", '=='],
    ['x | selectattr()', 'selectattr', undefined],
    ['x.upper()', 'upper', 'x | upper'],
    ['x.push(1)', 'push', 'x | push'],
    ['x[0](1)', '(', undefined],
    ['"a"("b")', '(', undefined],
    ['failed()()', '(', undefined],
  ];

  it.each(errors)('%s is an error of syntax', (text, at, suggestion) => {
    expect(fault(text)).toMatchObject({ code: 'EXPRESSION_SYNTAX', at, suggestion });
  });
});

describe('functions at work', () => {
  /** Expression, and what the error points at. */
  const errors: [string, string][] = [
    ['upper(1)', '1'],
    ['[1] | upper', '[1]'],
    ["'a' | replace('', 'b')", "replace('', 'b')"],
    ["'a' | replace(1, 'b')", '1'],
    ['sum([1, "a"])', 'sum([1, "a"])'],
    ['sum([1e308, 1e308])', 'sum([1e308, 1e308])'],
    ["sort([1, 'a'])", "sort([1, 'a'])"],
    ['sort([[1], [2]])', 'sort([[1], [2]])'],
    ['max(1)', 'max(1)'],
    ["min([1, 'a'])", "min([1, 'a'])"],
    ['range(1.5)', '1.5'],
    ['range(0, 5, 0)', 'range(0, 5, 0)'],
    ['batch([1], 0)', 'batch([1], 0)'],
    ["int('abc')", "int('abc')"],
    ["int('0x10')", "int('0x10')"],
    ['int([1])', 'int([1])'],
    ["bool('maybe')", "bool('maybe')"],
    ['list(5)', 'list(5)'],
    ["from_json('{')", "from_json('{')"],
    ['length(5)', '5'],
    ["index_of('a', 1)", "index_of('a', 1)"],
    ["dict([['a']])", "dict([['a']])"],
    ['dict([[1, 2]])', 'dict([[1, 2]])'],
    ["dict([{'key': 'a'}])", "dict([{'key': 'a'}])"],
    ['pick({}, 1)', 'pick({}, 1)'],
    ['merge({}, [])', '[]'],
    ['zip([1], 2)', '2'],
    ['round(1, 21)', 'round(1, 21)'],
    ['round(1, 0.5)', '0.5'],
    ['to_json(1, 99)', 'to_json(1, 99)'],
    ['urlencode([1])', 'urlencode([1])'],
    ["base64decode('a')", "base64decode('a')"],
    ["base64decode('%%%%')", "base64decode('%%%%')"],
    ["base64decode('_-8')", "base64decode('_-8')"],
    ["base64encode('\\ud800')", "base64encode('\\ud800')"],
    ["urlencode('\\udc00x')", "urlencode('\\udc00x')"],
    ["regex_search('a', '(a)', 2)", "regex_search('a', '(a)', 2)"],
    ["regex_search('a', '(a)', 'toString')", "regex_search('a', '(a)', 'toString')"],
    ["regex_replace('a', 'a', '\\1')", "regex_replace('a', 'a', '\\1')"],
    ["'a' | match('(' ~ '')", "'(' ~ ''"],
    ["[1] | map('upper')", "'upper'"],
    ['[1] | map', 'map'],
    ["[1] | map('abs', attribute='a')", "map('abs', attribute='a')"],
    ["['a'] | select('even')", "'even'"],
    ["rows | map(attribute='a.' ~ '')", "attribute='a.' ~ ''"],
    ['select(5)', '5'],
  ];

  it.each(errors)('%s is an error of types', (text, at) => {
    expect(fault(text, values)).toMatchObject({ code: 'EXPRESSION_TYPE', at });
  });

  it('say which element lacks the attribute asked for', () => {
    for (const text of [
      "gaps | map(attribute='n')",
      "gaps | sort(attribute='n')",
      "gaps | groupby('n')",
      "gaps | sum('n')",
      "gaps | unique('n')",
      "gaps | join('', 'n')",
      "max(gaps, attribute='n')",
    ]) {
      const error = fault(text, values);
      expect(error.code, text).toBe('EXPRESSION_UNDEFINED');
      expect(error.message, text).toContain('lement 1');
    }
  });

  it('have no answer for what is empty', () => {
    for (const text of ['first([])', "last('')", 'min([])', 'max()', 'avg([])', "[[]] | map('first')"]) {
      expect(fault(text).code, text).toBe('EXPRESSION_UNDEFINED');
    }
  });

  it('never quote the text that they are given, which may be a secret', () => {
    for (const text of [
      'int(key)',
      'bool(key)',
      'from_json(key)',
      'base64decode(key)',
      'key + 1',
      'key.x',
      'key | match(key)',
      'key | urlencode',
      "'a' | map(key)",
    ]) {
      let message = '';
      try {
        evaluate(text, { key: 'hunter2 (' });
      } catch (error) {
        message = String(error);
      }
      expect(message, text).not.toContain('hunter2');
    }
  });
});
