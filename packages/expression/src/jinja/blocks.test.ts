import { describe, expect, it } from 'vitest';
import { faultOf } from '../evaluate.test-support.ts';
import { ExpressionError } from '../errors.ts';
import { limits } from '../limits.ts';
import { orquesta, orquestaFault } from '../orquesta.test-support.ts';
import { compileExpression } from '../template.ts';
import { unsupportedTags } from './unsupported-tags.ts';

const vars = {
  xs: [1, 2, 3],
  n: 5,
  m: { b: 2, a: 1 },
  rows: [
    { g: 'y', v: 1 },
    { g: 'x', v: 2 },
    { g: 'y', v: 3 },
  ],
  pairs: [
    ['a', 1],
    ['b', 2],
  ],
};

/** The names of the cases below; a line of tags alone leaves nothing behind. */
const preamble =
  "{% set xs = ctx('xs') %}{% set n = ctx('n') %}{% set m = ctx('m') %}{% set rows = ctx('rows') %}{% set pairs = ctx('pairs') %}";

describe('blocks', () => {
  /** As Jinja2 with `trim_blocks` and `lstrip_blocks` renders them. */
  const texts: [string, string][] = [
    ['{% for x in xs %}{{ x }}{% endfor %}', '123'],
    ['a\n{% for x in xs %}\n  - {{ x }}\n{% endfor %}\nb', 'a\n  - 1\n  - 2\n  - 3\nb'],
    ['  {% if n > 1 %}\n  yes\n  {% else %}\n  no\n  {% endif %}\nend\n', '  yes\nend'],
    ['x {%- if n -%}  y  {%- endif -%}  z', 'xyz'],
    ['{% if n == 1 %}a{% elif n == 5 %}b{% else %}c{% endif %}', 'b'],
    ['{% for k, v in m.items() %}{{ k }}={{ v }} {% endfor %}', 'b=2 a=1 '],
    [
      '{% for x in xs if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }}{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}',
      '1/2:2, 2/2:3',
    ],
    ['{% for x in [] %}a{% else %}none{% endfor %}', 'none'],
    ['{% set t = n * 2 %}{{ t }}', '10'],
    ['{% set a, b = [1, 2] %}{{ a }}{{ b }}', '12'],
    ['{% set t %}x{{ n }}{% endset %}[{{ t }}]', '[x5]'],
    ['{% raw %}{{ x }} {% if %}{% endraw %}!', '{{ x }} {% if %}!'],
    ['a {# comment #} b{% if n %}{% endif %}', 'a  b'],
    ['{# line #}\nnext{% if n %}{% endif %}', 'next'],
    ['{{ n }}\n{% if n %}\nx\n{% endif %}\n\n', '5\nx\n'],
    ['{% for x in xs %}{% for y in xs %}{{ x * y }} {% endfor %}|{% endfor %}', '1 2 3 |2 4 6 |3 6 9 |'],
    ['{% for x in xs %}{{ loop.first }},{{ loop.revindex }};{% endfor %}', 'True,3;False,2;False,1;'],
    [
      "{% if n %}{{ none }} {{ true }} {{ 'a' }} {{ [1, 'b', none] }} {{ {'k': 'it\\'s'} }}{% endif %}",
      "None True a [1, 'b', None] {'k': \"it's\"}",
    ],
    [
      "{% if n %}{{ 'Hello' | center(10) }}|{{ 'abc' | center(6) }}|{{ 'ab' | center(5) }}|{{ 'a' | center(4) }}{% endif %}",
      '  Hello   | abc  |  ab | a  ',
    ],
    [
      "{% if n %}{{ 'a\nb\n\nc' | indent }}|{{ 'a\nb' | indent(2, true) }}|{{ 'a\n\nb' | indent(2, false, true) }}{% endif %}",
      'a\n    b\n\n    c|  a\n  b|a\n  \n  b',
    ],
    [
      "{% if n %}{{ ['b', 'A', 'a'] | sort }} {{ ['b', 'A', 'a'] | unique | list }} {{ ['b', 'A'] | sort(case_sensitive=true) }}{% endif %}",
      "['A', 'a', 'b'] ['b', 'A'] ['A', 'b']",
    ],
    [
      "{% if n %}{{ 'x7' | int }} {{ '7' | int }} {{ 'ff' | int(0, 16) }} {{ 'z' | int(3) }} {{ '1.5' | float }}{% endif %}",
      '0 7 255 3 1.5',
    ],
    ["{% if n %}{{ none | default('d') }} {{ q | default('d') }} {{ '' | default('d', true) }}{% endif %}", 'None d d'],
    [
      '{% if n %}{{ [1,2,3,4,5] | slice(2) | list }} {{ [1,2,3] | batch(2, 0) | list }}{% endif %}',
      '[[1, 2, 3], [4, 5]] [[1, 2], [3, 0]]',
    ],
    [
      "{% if n %}{{ '%s and %d' | format('a', 3) }} {{ '%.2f' | format(1.5) }} {{ '{} {x}'.format(1, x=2) if false else 'skip' }}{% endif %}",
      'a and 3 1.50 skip',
    ],
    [
      "{% if n %}{{ 'a-b-c'.split('-') }} {{ ' x '.strip() }}| {{ 'ab'.upper() }} {{ ','.join(['a', 'b']) }} {{ 'abc'.replace('b', 'x') }} {{ 'abc'.startswith('ab') }} {{ 'abcb'.count('b') }} {{ 'abc'.find('z') }}{% endif %}",
      "['a', 'b', 'c'] x| AB a,b axc True 2 -1",
    ],
    [
      "{% if n %}{{ m.get('a') }} {{ m.get('zz') }} {{ m.get('zz', 3) }} {{ m.keys() | list }} {{ m.values() | list }}{% endif %}",
      "1 None 3 ['b', 'a'] [2, 1]",
    ],
    [
      "{% if n %}{{ (1, 2) | list }} {{ 'ab' * 2 }} {{ [1] * 2 }} {{ [1] + [2] }} {{ 7 // 2 }} {{ 7 % 3 }} {{ 2 ** 3 }} {{ 'a' ~ 1 }}{% endif %}",
      '[1, 2] abab [1, 1] [1, 2] 3 1 8 a1',
    ],
    [
      "{% if n %}{{ xs | map(attribute='x') | list if false else xs | sum }} {{ rows | map(attribute='v') | list }} {{ rows | selectattr('g', 'equalto', 'x') | map(attribute='v') | list }}{% endif %}",
      '6 [1, 2, 3] [2]',
    ],
    ['{% if n is defined and q is not defined and xs is iterable %}ok{% endif %}', 'ok'],
    [
      "{% if n %}{{ 'it\\'s \"q\"' | string }} {{ [\"it's\"] }} {{ ['\\n\\t\\\\'] }}{% endif %}",
      'it\'s "q" ["it\'s"] [\'\\n\\t\\\\\']',
    ],
    [
      "{% if n %}{{ xs | first }} {{ xs | last }} {{ xs | length }} {{ xs | max }} {{ 'abc' | reverse }} {{ xs | reverse | list }}{% endif %}",
      '1 3 3 3 cba [3, 2, 1]',
    ],
    ['{% for a, b in pairs %}{{ a }}{{ b }}{% endfor %}', 'a1b2'],
    ["{% for x in xs %}{% set y = x %}{{ y }}{% endfor %}{{ y | default('gone') }}", '123gone'],
    ['{% if n > 3 and not (n < 2 or n == 4) %}in{% endif %}', 'in'],
    ['    {%+ if n %}kept{% endif %}', '    kept'],
    ['{% if n %}\n\n  two{% endif %}\n\n', '\n  two'],
    ['{% for x in xs %}{{ x -}}   {% endfor %}|', '123|'],
    ['x\n\n{%- if n %} y{% endif %}', 'x y'],
    ["{% for x in 'ab' %}{{ x }}.{% endfor %}", 'a.b.'],
  ];

  it.each(texts)('%j', (text, rendered) => {
    expect(orquesta(`${preamble}\n${text}`, vars)).toBe(rendered);
  });

  it('take blanks before a tag only at the beginning of a line', () => {
    expect(orquesta('{% set a = 1 %}\n  {% if a %}\n  b {% endif %}\n', vars)).toBe('  b ');
  });

  it('make a text even of one expression', () => {
    expect(orquesta('{% set a = 1 %}{{ a }}')).toBe('1');
  });

  it('never evaluate what they made', () => {
    expect(orquesta("{% set open = '{' %}{{ open }}{{ open }} ctx('a') }}")).toBe("{{ ctx('a') }}");
  });

  it('loop over keys of maps, and know their place', () => {
    expect(
      orquesta("{% for k in ctx('map') %}{{ loop.index0 }}{{ k }}{{ loop.previtem | default('') }}{% endfor %}"),
    ).toBe('0k1zk');
  });

  it('forget names behind a loop, and begin each round without those of the last', () => {
    const text =
      "{% for x in ctx('xs') %}{% if x == 1 %}{% set y = x %}{% endif %}{{ y | default('-') }}{% endfor %}{{ y | default('.') }}";
    expect(orquesta(text, vars)).toBe('1--.');
  });
});

describe('what is wrong with blocks', () => {
  it.each([
    ['{% if ctx("a") %}', 'if', 'not closed'],
    ['{% for x in [1] %}x{% endif %}', 'endif', 'no block'],
    ['{% endif %}', 'endif', 'no block'],
    ['{% else %}', 'else', 'no block'],
    ['{% fi ctx("a") %}{% endfi %}', 'fi', 'no tag'],
    ['{% if %}{% endif %}', '%}', 'Expected an expression'],
    ['{% if 1 2 %}{% endif %}', '2', 'the end of the tag'],
    ['{% for in [1] %}{% endfor %}', 'in', 'a name'],
    ['{% for x of [1] %}{% endfor %}', 'of', '`in`'],
    ['{% for x, x in [1] %}{% endfor %}', 'x', 'bound twice'],
    ['{% for __x in [1] %}{% endfor %}', '__x', '`__`'],
    ['{% set x, y %}{% endset %}', '%}', '`=`'],
    ['{% raw %}', 'raw', 'not closed'],
    ['{% if true %}{# {% endif %}', '{#', 'comment'],
    ['{% if true', '{%', 'not closed'],
    ['{% 1 %}', '1', 'name of a tag'],
    ['{% if true %}{{ 1 {% endif %}', '{{', 'not closed'],
  ])('%s', (text, at, said) => {
    const fault = orquestaFault(text);
    expect(fault).toMatchObject({ code: 'EXPRESSION_SYNTAX', at });
    expect(fault.message).toContain(said);
  });

  it.each([
    ['{% for x in 5 %}{% endfor %}', 'EXPRESSION_TYPE', '5'],
    ['{% for a, b in [[1]] %}{% endfor %}', 'EXPRESSION_TYPE', 'a, b'],
    ['{% set a, b = 1 %}', 'EXPRESSION_TYPE', 'a, b'],
    ['{% if true %}{{ nope }}{% endif %}', 'EXPRESSION_UNDEFINED', 'nope'],
    ['{% for x in [1] %}{% endfor %}{{ x }}', 'EXPRESSION_UNDEFINED', 'x'],
  ])('%s at work', (text, code, at) => {
    expect(orquestaFault(text)).toMatchObject({ code, at });
  });

  it.each([...unsupportedTags.keys()].filter((tag) => !tag.startsWith('end')))(
    '%s is named, with what to use instead',
    (tag) => {
      const fault = orquestaFault(`{% ${tag} x %}`);
      expect(fault).toMatchObject({ code: 'EXPRESSION_SYNTAX', at: tag });
      expect(fault.message).toBe(`The tag \`${tag}\` is not supported: ${unsupportedTags.get(tag) ?? ''}`);
    },
  );

  it('they are no single expression', () => {
    const fault = faultOf(() => compileExpression('{% if true %}1{% endif %}', { language: 'orquesta' }));
    expect(fault.code).toBe('EXPRESSION_SYNTAX');
  });

  it('nesting and output are bounded', () => {
    const nested = (depth: number): string => '{% if 1 %}'.repeat(depth) + '{% endif %}'.repeat(depth);
    expect(orquesta(nested(limits.nestingMax))).toBe('');
    expect(orquestaFault(nested(limits.nestingMax + 1)).code).toBe('EXPRESSION_LIMIT');
    expect(orquestaFault(nested(100_000)).code).toBe('EXPRESSION_LIMIT');
    const loops = '{% for a in range(1000) %}'.repeat(3) + 'x' + '{% endfor %}'.repeat(3);
    expect(orquestaFault(loops).code).toBe('EXPRESSION_LIMIT');
    const doubling = "{% set t = 'xxxxxxxx' %}" + '{% set t = t + t %}'.repeat(30) + '{{ t }}';
    expect(orquestaFault(doubling).code).toBe('EXPRESSION_LIMIT');
  });
});

describe('long templates', () => {
  it.each(['{{', '{%', '{#', '{% raw %}', '{% if 1 %}{% endif %}', '{# #}', ' {% set a = 1 %}', '{%-', '\n'])(
    'of %j are read in time',
    (piece) => {
      const text = piece.repeat(Math.floor(500_000 / piece.length));
      const began = performance.now();
      try {
        orquesta(`{% if 1 %}${text}`);
      } catch (error) {
        expect(error).toBeInstanceOf(ExpressionError);
      }
      expect(performance.now() - began).toBeLessThan(10_000);
    },
  );
});
