import { describe, expect, it } from 'vitest';
import { orquesta, orquestaFault } from '../orquesta.test-support.ts';

describe('Jinja in Orquesta', () => {
  const values: [string, unknown][] = [
    ["{{ ctx('a') }}", 5],
    ['{{ ctx("map").k }}', 1],
    ['{{ ctx().map.z }}', 's'],
    ["{{ ctx(ctx('map').z.replace('s', 'a')) }}", 5],
    ['{{ item() }}', { x: 4, y: 'q' }],
    ["{{ item('x') + 1 }}", 5],
    ["{{ task_status('done') }}", 'succeeded'],
    ["{{ task_status('late') }}", 'failed'],
    ["{{ task_status('elsewhere') }}", 'null'],
    ['{{ result().items }}', [1, 2]],
    ['{{ succeeded() and not failed() and completed() }}', true],
    ['{{- 1 -}}', 1],
    ['{{ -1 }}', -1],
    ["{{ ctx('list') | sort | join(',') }}", '1,2,3'],
    ["{{ ctx('missing') | default('d') }}", 'd'],
    ["{{ ctx('none') | default('d') }}", null],
    ["{{ ctx('none') | default('d', true) }}", 'd'],
    ['{{ (1, 2) }}', [1, 2]],
    ['{{ (1,) }}', [1]],
    ['{{ 7 / 2 }}', 3.5],
    ['{{ [1] * 2 }}', [1, 1]],
    ["{{ ctx('rows') | map(attribute='name') | list }}", ['x', 'y', 'z']],
    ["{{ ctx('rows') | where(row => row.active) | orderBy('name') | map(attribute='name') }}", ['x', 'z']],
    ["{{ ctx('text') | regex_search('wORLD', true) }}", true],
    ["{{ ctx('text') | regex_replace('o', '0') }}", 'Hell0 W0rld'],
    [
      '{{ zip([1, 2], [3]) }}',
      [
        [1, 3],
        [2, null],
      ],
    ],
    ["{{ json('[1]') }}", [1]],
    ["{{ dict(a=1, b=ctx('a')).b }}", 5],
    ['{{ dict([["a", 1]]) }}', { a: 1 }],
    ["{{ ctx('list')[0:2] }}", [3, 1]],
    ["{{ result()['items'][1] }}", 2],
    ["{{ ctx('none') is none and 'ell' in ctx('text') }}", true],
    ["{{ ctx('list') | length > 2 }}", true],
    ['{{ range(3) | list }}', [0, 1, 2]],
    [
      "{{ ctx('map') | items }}",
      [
        ['k', 1],
        ['z', 's'],
      ],
    ],
    ["{{ 'x' | int }}", 0],
    ["{{ ctx('a') if ctx('b') > 1 else 0 }}", 5],
    ["a {{ ctx('none') }} {{ true }} {{ ctx('map') }}", "a None True {'k': 1, 'z': 's'}"],
    ['\\{{ 1 }}', '\\1'],
    ['plain {# text #} { x }', 'plain {# text #} { x }'],
  ];

  it.each(values)('%s', (text, value) => {
    expect(orquesta(text)).toEqual(value);
  });
});

describe('methods of Python', () => {
  const values: [string, unknown][] = [
    ["{{ ctx('map').get('k') }}", 1],
    ["{{ ctx('map').get('nope', 2) }}", 2],
    ["{{ ctx('map').keys() }}", ['k', 'z']],
    ["{{ ctx('map').values() }}", [1, 's']],
    [
      "{{ ctx('map').items() }}",
      [
        ['k', 1],
        ['z', 's'],
      ],
    ],
    ["{{ 'a-b'.split('-') }}", ['a', 'b']],
    ["{{ 'a-b-c'.rsplit('-', 1) }}", ['a-b', 'c']],
    ["{{ ' x '.strip() ~ 'xa'.lstrip('x') ~ 'ax'.rstrip('x') }}", 'xaa'],
    ["{{ 'aB'.upper() ~ 'aB'.lower() ~ 'ab'.title() ~ 'ab'.capitalize() }}", 'ABabAbAb'],
    ["{{ 'aba'.replace('a', 'x') }}", 'xbx'],
    ["{{ 'ab'.startswith('a') and 'ab'.endswith('b') }}", true],
    ["{{ ','.join(['a', 1]) }}", 'a,1'],
    ["{{ 'aba'.count('a') + [1, 1].count(1) }}", 4],
    ["{{ 'ab'.find('z') + [1].index(1) }}", -1],
    ["{{ '{}-{x}'.format(1, x=2) }}", '1-2'],
    ["{{ 'a\nb'.splitlines() }}", ['a', 'b']],
    ["{{ '12'.isdigit() }}", true],
  ];

  it.each(values)('%j', (text, value) => {
    expect(orquesta(text)).toEqual(value);
  });

  it.each(['append', 'update', 'pop', 'extend', 'setdefault', 'nope'])('do not include %s', (name) => {
    const text = `{{ ctx('list').${name}(1) }}`;
    expect(orquestaFault(text)).toMatchObject({ code: 'EXPRESSION_SYNTAX', at: name });
  });
});

describe('filters of Jinja', () => {
  const values: [string, unknown][] = [
    [
      '{{ [1, 2, 3] | slice(2, 0) }}',
      [
        [1, 2],
        [3, 0],
      ],
    ],
    ["{{ ctx('map') | join('-') }}", 'k-z'],
    ["{{ ctx('rows') | join('', attribute='name') }}", 'xyz'],
    ["{{ ctx('rows') | sort(attribute='age', reverse=true) | map(attribute='name') }}", ['x', 'z', 'y']],
    ["{{ ctx('rows') | unique(attribute='age') | map(attribute='name') }}", ['x', 'y']],
    ["{{ ctx('rows') | groupby('age') | map('first') }}", [1, 3]],
    ["{{ '%s %% %.1f %i' | format('a', 1.25, 2) }}", 'a % 1.3 2'],
    ["{{ 'z' | int(base=2) }}", 0],
    ["{{ '11' | int(0, 2) }}", 3],
    ["{{ '1.5' | float + ('x' | float(2)) }}", 3.5],
    ['{{ [none, true] | string }}', '[None, True]'],
  ];

  it.each(values)('%s', (text, value) => {
    expect(orquesta(text)).toEqual(value);
  });

  it.each([
    ["{{ '%s' | format }}", 'EXPRESSION_UNDEFINED'],
    ["{{ '%x' | format(1) }}", 'EXPRESSION_TYPE'],
    ["{{ '%d' | format('a') }}", 'EXPRESSION_TYPE'],
    ['{{ [1] | slice(0) }}', 'EXPRESSION_TYPE'],
    ['{{ [1] | slice(100000000) }}', 'EXPRESSION_LIMIT'],
    ['{{ 1 | join }}', 'EXPRESSION_TYPE'],
    ["{{ '1' | int(0, 99) }}", 'EXPRESSION_TYPE'],
    ["{{ 'a'.count(1) }}", 'EXPRESSION_TYPE'],
  ])('%s fails', (text, code) => {
    expect(orquestaFault(text).code).toBe(code);
  });
});

describe('what is wrong in Jinja', () => {
  it.each([
    ["{{ ctx('txt') }}", 'EXPRESSION_UNDEFINED', "'txt'", 'text'],
    ['{{ ctx(text) }}', 'EXPRESSION_SYNTAX', 'text', "'text'"],
    ["{{ ctx('__a') }}", 'EXPRESSION_SYNTAX', "'__a'", undefined],
    ["{{ ctx('a', 'b') }}", 'EXPRESSION_SYNTAX', "'b'", undefined],
    ['{{ unknown_name }}', 'EXPRESSION_UNDEFINED', 'unknown_name', undefined],
    ["{{ 'abc'.index('z') }}", 'EXPRESSION_UNDEFINED', "index('z')", undefined],
    ["{{ ctx('a')", 'EXPRESSION_SYNTAX', '{{', undefined],
  ])('%s', (text, code, at, suggestion) => {
    expect(orquestaFault(text)).toMatchObject({ code, at, suggestion });
  });
});
