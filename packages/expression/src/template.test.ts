import { describe, expect, it } from 'vitest';
import { faultOf, render, scopeWith } from './evaluate.test-support.ts';
import { ExpressionError } from './errors.ts';
import { limits } from './limits.ts';
import { isExpressionText } from './text-parts.ts';
import { compileExpression, compileTemplate, compileText } from './template.ts';

const values = { item: { n: 3, list: [1], none: null }, name: 'Zoë' };
const scope = scopeWith(values);

describe('a text with one expression', () => {
  it('keeps the type of its value, whatever blanks stand around it', () => {
    expect(render('{{ item }}', values)).toBe(values.item);
    expect(render(' \n{{item.n}}\t\n', values)).toBe(3);
    expect(render('{{ item.none }}', values)).toBe(null);
    expect(render('{{ item.n > 2 }}', values)).toBe(true);
  });

  it('ends at the `}}` that closes it, not at one in a text or a map', () => {
    expect(render("{{ '}}' }}")).toBe('}}');
    expect(render('{{ "{{" }}')).toBe('{{');
    expect(render("{{ {'a': {'b': 1}} }}")).toEqual({ a: { b: 1 } });
    expect(render("{{ {'a': {'b': 1}}}}")).toEqual({ a: { b: 1 } });
    expect(render("{{{'a': 1}}}")).toEqual({ a: 1 });
    expect(render("{{ {'a': {}}['a'] }}")).toEqual({});
    expect(render('{{ [{}] }}x{{ {} }}')).toBe('[{}]x{}');
    expect(render("{{ '\\'}}' }}!")).toBe("'}}!");
  });
});

describe('a text around expressions', () => {
  it('is text', () => {
    expect(render('n={{ item.n }}', values)).toBe('n=3');
    expect(render('{{ item.n }}{{ item.n }}', values)).toBe('33');
    expect(render('{{ item.none }}|{{ true }}|{{ 1.50 }}|{{ 1e21 }}|{{ "a" }}', values)).toBe('|true|1.5|1e+21|a');
    expect(render('{{ item.list }} {{ {"a": "ë\\n"} }}', values)).toBe('[1] {"a":"ë\\n"}');
  });

  it('may hold single braces, other brackets and `}}` as they are', () => {
    for (const text of ['{ a } {% b %} {# c #} }} <% d %> ${e}', '', '{', '{ {', 'a\\b\\', '\\{ {']) {
      expect(render(text)).toBe(text);
      expect(compileText(text).constant).toBe(true);
    }
  });

  it('holds a literal {{ after a backslash, and a backslash after two', () => {
    expect(render('\\{{ x }}')).toBe('{{ x }}');
    expect(render('a \\{{ x }} {{ 1 }}')).toBe('a {{ x }} 1');
    expect(render('C:\\\\{{ name }}', values)).toBe('C:\\Zoë');
    expect(render('\\\\\\{{ name }}', values)).toBe('\\{{ name }}');
    expect(render('a\\b {{ 1 }}\\')).toBe('a\\b 1\\');
    expect(render("{{ '{{' }} x }}")).toBe('{{ x }}');
    expect(compileText('\\{{ x }}').constant).toBe(false);
  });

  it('keeps an escape from making an expression of what surrounds it', () => {
    expect(render('{{ 1 }}\\{{ 2 }}')).toBe('1{{ 2 }}');
    expect(render('\\{{\\{{ {{ 1 }}')).toBe('{{{{ 1');
  });
});

describe('errors of a text', () => {
  /** Text, what the error points at. */
  const errors: [string, string][] = [
    ['{{', '{{'],
    ['a {{ b', '{{'],
    ['a {{ (b }} c', '}}'],
    ['{{ }}', '}}'],
    ['{{}}', '}}'],
    ["a {{ 'b }} c", "'"],
    ['{{ 1 }} {{ 2 3 }}', '3'],
    ['{{ a } }}', '}'],
    ["{{ {'a': 1 }} }}", '}'],
    ['{{ [1, }}', '}}'],
    ['{{ x | }}', '}}'],
    ['{{ a.}}', '}}'],
    ['{{ $a }}', '$'],
    ['{{ a; b }}', ';'],
    ['{{ 😀 }}', '😀'],
    ['{{ 1a }}', 'a'],
    ['{{ 007 }}', '007'],
    ['{{ 1e999 }}', '1e999'],
    ["{{ '\\u{110000}' }}", '\\u{110000}'],
    ['{{ {a: 1} }}', 'a'],
    ['{{ a = 1 }}', '='],
    ['{{ a === 1 }}', '='],
    ['{{ a & b }}', '&'],
    ['{{ 1 < 2 < 3 }}', '<'],
    ['{{ 1 == 2 != 3 }}', '!='],
    ['{{ a in b in c }}', 'in'],
    ['{{ a is even is odd }}', 'is'],
    ['{{ a if b }}', '}}'],
    ['{{ a ? b }}', '}}'],
    ['{{ a not b }}', 'b'],
    ['{{ and }}', 'and'],
    ['{{ a.0 }}', '0'],
    ['{{ a?.5 }}', '5'],
    ['{{ x | upper.b }}', '.'],
    ['{{ x | upper[0] }}', '['],
    ['{{ a[] }}', ']'],
    ['{{ a[1:2:3] }}', ':'],
    ['{{ a?.[1:2] }}', ':'],
    ['{{ +1 }}', '+'],
    ['{{ f(,) }}', ','],
    ['{{ .5 }}', '.'],
    ['{{- 1 -}}', '}}'],
  ];

  it.each(errors)('%s', (text, at) => {
    const error = faultOf(() => compileText(text));
    expect(error).toMatchObject({ code: 'EXPRESSION_SYNTAX', at });
  });

  it('stand at the very place, in the last of several expressions too', () => {
    const text = 'first {{ ok }} then {{ item.vlue }} end';
    try {
      compileText(text).render(scopeWith({ ok: 1, item: { value: 1 } }));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
      expect(error).toMatchObject({ source: text, start: text.indexOf('vlue'), end: text.indexOf('vlue') + 4 });
    }
  });
});

describe('compileExpression', () => {
  it('takes one expression with or without braces', () => {
    for (const text of ['1 + 1', ' 1 + 1 ', '{{ 1 + 1 }}', '\n{{ 1 + 1 }}\n']) {
      expect(compileExpression(text).render(scope), text).toBe(2);
    }
    expect(compileExpression("{'a': {'b': 1}}").render(scope)).toEqual({ a: { b: 1 } });
  });

  it('refuses text around the expression, and nothing at all', () => {
    for (const text of [
      '{{ a }} b',
      'a {{ b }}',
      '{{ a }}{{ b }}',
      '{{ a }} + {{ b }}',
      '',
      '  ',
      '{{ }}',
      '\\{{ a }}',
      'a }}',
    ]) {
      expect(faultOf(() => compileExpression(text)).code, text).toBe('EXPRESSION_SYNTAX');
    }
  });

  it('has references with ranges in the text as it was given', () => {
    expect(compileExpression(' {{ item }}').references).toEqual([{ kind: 'name', name: 'item', start: 4, end: 8 }]);
    expect(compileExpression(' item').references).toEqual([{ kind: 'name', name: 'item', start: 1, end: 5 }]);
  });
});

describe('compileTemplate', () => {
  it('hands out a value without expressions by reference', () => {
    const value = { a: [1, 'x', { b: null }], c: '}}' };
    const template = compileTemplate(value);
    expect(template.constant).toBe(true);
    expect(template.render(scope)).toBe(value);
    for (const leaf of [null, 1, true, undefined, '']) expect(compileTemplate(leaf).render(scope)).toBe(leaf);
  });

  it('renders strings at any depth, keeps keys literal and unrendered parts by reference', () => {
    const fixed = { deep: [1] };
    const template = compileTemplate({ '{{ key }}': '{{ item.n }}', list: ['{{ name }}!', fixed, 5], fixed });
    const rendered = template.render(scope) as Record<string, unknown>;
    expect(rendered).toEqual({ '{{ key }}': 3, list: ['Zoë!', fixed, 5], fixed });
    expect(rendered['fixed']).toBe(fixed);
    expect(template.constant).toBe(false);
  });

  it('keeps a key `__proto__` as data', () => {
    const value: unknown = JSON.parse('{"__proto__": {"x": "{{ item.n }}"}, "constructor": "{{ item.n }}"}');
    const rendered = compileTemplate(value).render(scope) as object;
    expect(Object.keys(rendered)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(rendered)).toBe(Object.prototype);
    expect(JSON.stringify(rendered)).toBe('{"__proto__":{"x":3},"constructor":3}');
  });

  it('says in which string an error is, at load and at work', () => {
    const atLoad = (): unknown => compileTemplate({ a: ['x', { b: '{{ 1 + }}' }] });
    const atWork = (): unknown => compileTemplate({ a: ['x', { b: '{{ nope }}' }] }).render(scope);
    for (const action of [atLoad, atWork]) {
      expect(action).toThrow(expect.objectContaining({ path: ['a', 1, 'b'] }));
    }
    expect(() => compileTemplate('{{ nope }}').render(scope)).toThrow(expect.objectContaining({ path: undefined }));
  });

  it('says in which string a reference is', () => {
    const { references } = compileTemplate({ a: ['{{ x }}'], b: '{{ vars.y }}' });
    expect(references).toEqual([
      { kind: 'name', name: 'x', start: 3, end: 4, path: ['a', 0] },
      { kind: 'member', name: 'vars', key: 'y', start: 3, end: 9, path: ['b'] },
    ]);
    expect(compileTemplate('{{ x }}').references).toEqual([{ kind: 'name', name: 'x', start: 3, end: 4 }]);
  });

  it('refuses what is not JSON', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    for (const value of [NaN, Infinity, 1n, Symbol('s'), () => 1, new Date(0), new Map(), { a: [/x/] }]) {
      expect(faultOf(() => compileTemplate(value)).code).toBe('EXPRESSION_TYPE');
    }
    expect(faultOf(() => compileTemplate(cycle)).code).toBe('EXPRESSION_LIMIT');
  });
});

describe('compiling', () => {
  it('is remembered by text and dialect, with a bound', () => {
    const text = '{{ remembered }}';
    expect(compileText(text).references).toBe(compileText(text).references);
    expect(compileText(text, { namespaces: ['remembered'] }).references).not.toBe(compileText(text).references);
    const { references } = compileText(text);
    for (let index = 0; index < limits.cachedEntriesMax + 1; index += 1) compileText(`{{ ${index} }}`);
    expect(compileText(text).references).not.toBe(references);
    expect(compileText(text).references).toEqual(references);
  });

  it('takes its namespaces and functions from the options', () => {
    const looked = compileText('{{ place.x }}', { namespaces: ['place'] });
    expect(looked.references).toEqual([{ kind: 'member', name: 'place', key: 'x', start: 3, end: 10 }]);
    expect(compileText('{{ place.x }}').references).toEqual([{ kind: 'name', name: 'place', start: 3, end: 8 }]);
    expect(faultOf(() => compileText('{{ now() }}')).code).toBe('EXPRESSION_SYNTAX');
    expect(compileText('{{ now() }}', { contextFunctions: ['now'] }).references).toMatchObject([
      { kind: 'context-function' },
    ]);
    expect(() => compileText('{{ constructor() }}', { contextFunctions: [] })).toThrow(ExpressionError);
  });

  it('does not follow options that are changed afterwards', () => {
    const contextFunctions = ['now'];
    compileText('{{ now() }}', { contextFunctions });
    contextFunctions.length = 0;
    expect(faultOf(() => compileText('{{ now() }}', { contextFunctions })).code).toBe('EXPRESSION_SYNTAX');
  });
});

describe('isExpressionText', () => {
  it('tells whether a text may hold an expression', () => {
    expect(isExpressionText('a {{ b }}')).toBe(true);
    expect(isExpressionText('a { b } }}')).toBe(false);
  });
});
