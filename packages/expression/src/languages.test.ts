import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpressionError } from './errors.ts';
import { evaluateText } from './evaluate-text.ts';
import { faultOf } from './evaluate.test-support.ts';
import { limits } from './limits.ts';
import { orquesta, orquestaFault, orquestaScope, yaql } from './orquesta.test-support.ts';
import { compileExpression, compileTemplate, compileText } from './template.ts';
import { isExpressionText } from './text-parts.ts';
import { unsupportedFunctions } from './unsupported-functions.ts';

/** References as the text they stand at, with what they read. */
function references(text: string): string[] {
  return compileText(text, { language: 'orquesta' }).references.map(({ kind, name, key, start, end, guarded }) => {
    const read = kind === 'member' ? `${name}.${key ?? '*'}` : name;
    return `${read}${guarded === true ? '?' : ''} @ ${text.slice(start, end)}`;
  });
}

describe('references of Orquesta', () => {
  it.each([
    ['<% ctx(a) + ctx().b.c %>', ['vars.a @ ctx(a)', 'vars.b @ ctx().b']],
    ["{{ ctx('a') }} {{ ctx().b }}", ["vars.a @ ctx('a')", 'vars.b @ ctx().b']],
    ['<% ctx() %>', ['vars @ ctx()']],
    ['<% ctx(ctx(a)) %>', ['vars.* @ ctx(ctx(a))', 'vars.a @ ctx(a)']],
    ['<% item() %> <% item(x) %>', ['item @ item()', 'item @ item(x)']],
    ['<% task_status(t) %>', ['task.t? @ task_status(t)']],
    ['<% result().a and succeeded() %>', ['result @ result', 'succeeded @ succeeded']],
    ['<% ctx(rows).where($.n > ctx(limit)).select($.name) %>', ['vars.rows @ ctx(rows)', 'vars.limit @ ctx(limit)']],
    ['<% coalesce(ctx(a), ctx(b)) %>', ['vars.a? @ ctx(a)', 'vars.b @ ctx(b)']],
    ["{{ ctx('a') | default(ctx('b')) }}", ["vars.a? @ ctx('a')", "vars.b @ ctx('b')"]],
    ['<% ctx(a)?.b %>', ['vars.a? @ ctx(a)']],
    ['<% let(x => ctx(a)) -> $x + ctx(b) %>', ['vars.a @ ctx(a)', 'vars.b @ ctx(b)']],
    [
      "{% for x in ctx('a') if x > ctx('b') %}{{ x }}{{ ctx('c') }}{% endfor %}",
      ["vars.a @ ctx('a')", "vars.b @ ctx('b')", "vars.c @ ctx('c')"],
    ],
    ["{% if ctx('a') is defined %}{{ ctx('a') }}{% endif %}", ["vars.a? @ ctx('a')", "vars.a? @ ctx('a')"]],
    ["{{ ctx('rows') | where(r => r.a == b) }}", ["vars.rows @ ctx('rows')", 'b @ b']],
  ])('%s', (text, expected) => {
    expect(references(text)).toEqual(expected);
  });

  it('tell which text of a value holds them', () => {
    const { references: found } = compileTemplate({ a: ['x', '<% ctx(v) %>'] }, { language: 'orquesta' });
    expect(found).toMatchObject([{ name: 'vars', key: 'v', path: ['a', 1] }]);
  });
});

describe('keys of maps', () => {
  const render = (value: unknown, language: 'orquesta' | 'native'): unknown =>
    compileTemplate(value, { language }).render(orquestaScope());

  it('are evaluated in Orquesta', () => {
    const value = { '<% ctx(map).z %>': 1, "x{{ ctx('a') }}": { '<% ctx(text) %>': '<% ctx(b) %>' }, plain: 2 };
    expect(render(value, 'orquesta')).toEqual({ s: 1, x5: { 'Hello World': 2 }, plain: 2 });
    expect(render({ '{{ 1 }}': 2 }, 'native')).toEqual({ '{{ 1 }}': 2 });
    expect(compileTemplate({ '<% ctx(a) %>': 1 }, { language: 'orquesta' })).toMatchObject({
      constant: false,
      references: [{ name: 'vars', key: 'a', path: ['<% ctx(a) %>'] }],
    });
  });

  it('are texts', () => {
    const fault = faultOf(() => render({ a: { '<% ctx(a) %>': 1 } }, 'orquesta'));
    expect(fault).toMatchObject({ code: 'EXPRESSION_TYPE', at: '<% ctx(a) %>' });
    expect(Object.keys(render({ "<% '__proto__' %>": 1 }, 'orquesta') as object)).toEqual(['__proto__']);
  });
});

describe('one expression', () => {
  it('stands in delimiters in Orquesta, and keeps its type', () => {
    const value = (text: string): unknown => compileExpression(text, { language: 'orquesta' }).render(orquestaScope());
    expect(value(' <% ctx(list) %> ')).toEqual([3, 1, 2]);
    expect(value("{{ ctx('list') }}")).toEqual([3, 1, 2]);
    for (const text of [
      'ctx(list)',
      'x in <% ctx(list) %>',
      '<% ctx(a) %> <% ctx(a) %>',
      '',
      '{% if a %}{% endif %}',
    ]) {
      expect(faultOf(() => value(text)).code).toBe('EXPRESSION_SYNTAX');
    }
  });
});

describe('functions that are not supported', () => {
  it.each([...unsupportedFunctions])('%s is named, with what to use instead', (name, instead) => {
    for (const text of [`<% ${name}(1) %>`, `{{ ${name}(1) }}`, `{{ 1 | ${name} }}`]) {
      const { code, at, message } = orquestaFault(text);
      expect([code, at, message]).toEqual(['EXPRESSION_SYNTAX', name, `\`${name}\` is not supported: ${instead}`]);
    }
  });
});

describe('hostile texts', () => {
  it('never evaluate what an expression yields', () => {
    const vars = { evil: '<% ctx(secret) %>', worse: "{{ ctx('secret') }}{% if 1 %}", secret: 's3' };
    expect(orquesta('<% ctx(evil) %>', vars)).toBe(vars.evil);
    expect(orquesta('a <% ctx(worse) %>', vars)).toBe(`a ${vars.worse}`);
    expect(orquesta("{% if 1 %}{{ ctx('worse') }}{% endif %}", vars)).toBe(vars.worse);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'prototype', 'valueOf'])(
    'read no inherited %s',
    (key) => {
      const texts = [
        `<% ctx(${key}) %>`,
        `<% ctx().${key} %>`,
        `<% ctx(map).${key} %>`,
        `<% ctx(map)['${key}'] %>`,
        `<% ctx(rows).${key} %>`,
      ];
      for (const text of [...texts, `<% ctx(text).${key} %>`, `{{ ctx('map').${key} }}`, `{{ ctx('${key}') }}`]) {
        expect(['EXPRESSION_UNDEFINED', 'EXPRESSION_SYNTAX']).toContain(orquestaFault(text).code);
      }
      for (const text of [
        `<% ctx(map).${key}() %>`,
        `<% ${key}() %>`,
        `{{ ctx('map').${key}() }}`,
        `{{ 1 | ${key} }}`,
      ]) {
        expect(orquestaFault(text).code).toBe('EXPRESSION_SYNTAX');
      }
      expect(yaql(`ctx(map).get('${key}', 1)`)).toBe(1);
      expect(yaql(`ctx(map).containsKey('${key}')`)).toBe(false);
    },
  );

  it('write keys as data', () => {
    const made = yaql("dict([['__proto__', 1]]).set('__proto__', {a => 1})");
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect(Object.keys(made as object)).toEqual(['__proto__']);
  });

  it.each(['(', '[', '{', '{a=>', '-', 'not ', 'f(', 'ctx(', 'a.b(', 'let(x=>', 'with(1)->', 'switch(', '$[', '`'])(
    'stop 100,000 times %j',
    (opening) => {
      for (const count of [300, 100_000]) {
        for (const text of [`<% ${opening.repeat(count)}`, `<% ${opening.repeat(count)}1 %>`]) {
          expect(['EXPRESSION_LIMIT', 'EXPRESSION_SYNTAX']).toContain(orquestaFault(text).code);
        }
      }
    },
  );

  it.each([' + 1', '.a', '[0]', '.len()', ' or 1', ' =~ a', '.where($)', '?.len()', '?.get(1)'])(
    'stop chains of %j',
    (more) => {
      expect(orquestaFault(`<% ctx(a)${more.repeat(limits.treeHeightMax)} %>`).code).toBe('EXPRESSION_LIMIT');
      expect(orquestaFault(`<% switch(${'1 => 2, '.repeat(1_000)}) %>`).code).toBe('EXPRESSION_LIMIT');
    },
  );

  it.each([
    'range(100000).select(range(100000).select($))',
    'range(1000).join(range(1000), range(100).any($ < 0), 1)',
    "range(100000).aggregate($1 + 'xxxxxxxxxx' * 1000, '')",
    "'x' * 100000000",
    '[] * 1000000000',
    'range(100000).aggregate($1 + [$2], [])',
    "'x'.repeat(1000000)",
    'range(1000000)',
    "'a'.center(100000000)",
    "('a\\n' * 1000000).indent(1000)",
    "('{0}' * 1000).format('x' * 100000)",
    'ctx(list).insertMany(0, range(100000)).select(range(100000).len()).select(range(100000).sum())',
  ])('stop %s', (expression) => {
    expect(orquestaFault(`<% ${expression} %>`).code).toBe('EXPRESSION_LIMIT');
  });

  it('work on long texts and lists in time', () => {
    const began = performance.now();
    const long = 'a'.repeat(1_000_000);
    expect(yaql("ctx(t).lastIndexOf('b' + ctx(half))", { t: long, half: long.slice(500_000) })).toBe(-1);
    expect(yaql("dirname('/' + '/' * 1000000 + 'b/c')")).toHaveLength(1_000_002);
    expect(yaql('[0].insertMany(1, range(100000) + range(100000)).len()')).toBe(200_001);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('match patterns in linear time', () => {
    const began = performance.now();
    expect(yaql("ctx(t) =~ '^(a+)+$'", { t: `${'a'.repeat(5_000)}!` })).toBe(false);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('for every text', () => {
  const words = [
    ...[
      'ctx',
      'ctx()',
      'ctx(a)',
      'item()',
      '$',
      '$x',
      '$.a',
      'a',
      "'t'",
      '1',
      '2.5',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      ',',
      '.',
    ],
    ...['=>', '->', '=', '!=', '=~', '<', '+', '-', '*', '/', 'mod', 'and', 'or', 'not', 'in', '?.', 'let(', 'switch('],
    ...[
      '.select(',
      '.where(',
      '.first()',
      'dict(',
      'list(',
      '%>',
      '<%',
      '{{',
      '}}',
      '{%',
      'if',
      'for',
      'endif',
      'set',
      '|',
      '`',
    ],
  ];
  const soup = fc.array(fc.constantFrom(...words), { maxLength: 25 }).map((pieces) => pieces.join(' '));

  it('compiling and rendering throw nothing but ExpressionError, with a range inside the text', () => {
    fc.assert(
      fc.property(soup, (text) => {
        for (const source of [`<% ${text} %>`, `{{ ${text} }}`, `{% ${text} %}${text}`, text]) {
          try {
            orquesta(source);
          } catch (error) {
            if (!(error instanceof ExpressionError)) throw error;
            expect(error.start).toBeGreaterThanOrEqual(0);
            expect(error.end).toBeGreaterThanOrEqual(error.start);
            expect(error.end).toBeLessThanOrEqual(error.source.length);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the languages agree', () => {
  const numbers = fc.array(fc.integer({ min: -100, max: 100 }), { maxLength: 20 });

  it('on choosing and changing elements', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: -100, max: 100 }), (list, bound) => {
        const expected = list.filter((n) => n > bound).map((n) => n * 2 + 1);
        const scope = { list, bound };
        expect(evaluateText('<% ctx(list).where($ > ctx(bound)).select($ * 2 + 1) %>', scope)).toEqual(expected);
        expect(
          evaluateText("{{ ctx('list') | where(n => n > ctx('bound')) | selectMany(n => n * 2 + 1) }}", scope),
        ).toEqual(expected);
        expect(evaluateText('{{ list | where(n => n > bound) | selectMany(n => n * 2 + 1) }}', scope)).toEqual(
          expected,
        );
      }),
    );
  });

  it('on order, as JavaScript has it', () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const sorted = list.toSorted((left, right) => left - right);
        expect(yaql('ctx(l).orderBy($)', { l: list })).toEqual(sorted);
        expect(yaql('ctx(l).orderByDescending($).reverse()', { l: list })).toEqual(sorted);
        expect(orquesta("{{ ctx('l') | sort }}", { l: list })).toEqual(sorted);
      }),
    );
  });

  it('on whole division with its rest', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer().filter((n) => n !== 0),
        (a, b) => {
          expect(yaql('ctx(a) / ctx(b) * ctx(b) + ctx(a) mod ctx(b)', { a, b })).toBe(a + 0);
        },
      ),
    );
  });

  it('on text that comes and goes through them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(orquesta('<% ctx(t) %>', { t: text })).toBe(text);
        expect(orquesta("a{{ ctx('t') }}b", { t: text })).toBe(`a${text}b`);
        expect(yaql('json(to_json_string([ctx(t)]))[0]', { t: text })).toBe(text);
      }),
    );
  });
});

describe('isExpressionText', () => {
  it('knows the delimiters of each language', () => {
    const found = (language?: 'orquesta'): boolean[] =>
      ['<% 1 %>', '{% if 1 %}', '{{ 1 }}', 'x'].map((text) => isExpressionText(text, language));
    expect(found()).toEqual([false, false, true, false]);
    expect(found('orquesta')).toEqual([true, true, true, false]);
  });
});

describe('evaluateText', () => {
  it.each([
    ['{{ item.n * 2 }}', { item: { n: 21 } }, 42],
    ['{{ task.a.result }} {{ workflow }}', { task: { a: { result: 1 } }, workflow: 'w' }, '1 w'],
    ['<% ctx(n) + ctx().n %>', { n: 2 }, 4],
    ["{{ ctx('n') }}", { n: 2 }, 2],
    ['{% for x in xs %}{{ x }}{% endfor %}', { xs: [1, 2] }, '12'],
    ['<% item(x) %>', { item: { x: 1 } }, 1],
    ['<% task_status(t) %>', { task: { t: { status: 'succeeded' } } }, 'succeeded'],
    ['{{ result().a }} {{ succeeded() }}', { result: { a: 1 }, succeeded: true }, '1 true'],
    ['<% vars %>', {}, 'error'],
    ['plain', {}, 'plain'],
  ])('%s', (text, scope, value) => {
    if (value === 'error') expect(faultOf(() => evaluateText(text, scope)).code).toBe('EXPRESSION_SYNTAX');
    else expect(evaluateText(text, scope)).toEqual(value);
  });

  it('takes the language that it is told', () => {
    expect(
      evaluateText(
        '{{ parameters.a and workflow.b }}',
        { parameters: { a: 1 }, workflow: { b: 2 } },
        { language: 'attune' },
      ),
    ).toBe(true);
    expect(evaluateText('x{{ true }}', {}, { language: 'orquesta' })).toBe('xTrue');
    expect(evaluateText('x{{ true }}', {})).toBe('xtrue');
    expect(evaluateText('<% 1 %>', {}, { language: 'native' })).toBe('<% 1 %>');
  });
});
