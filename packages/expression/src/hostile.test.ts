import { describe, expect, it } from 'vitest';
import { contextFunctions, evaluate, fault, faultOf, render, scopeWith } from './evaluate.test-support.ts';
import { ExpressionError } from './errors.ts';
import { functionNames } from './function-table.ts';
import { compileExpression, compileText } from './template.ts';

const values = {
  text: 'abc',
  list: [1, 2],
  map: { a: 1 },
  item: {},
  f: null,
  own: JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": "ACME", "prototype": 1, "toString": "mine"}',
  ) as unknown,
};

/** Attempts to reach something that is not data. None may come to a value. */
const attempts = [
  "''.constructor",
  "text.constructor.constructor('return process')()",
  "text['constructor']",
  "text['con' ~ 'structor']",
  "text['__proto__']",
  'text.__proto__',
  'text.toString',
  'text.length',
  "text['length']",
  'list.constructor',
  "list['constructor']",
  'list.map',
  "list['push']",
  "list['__proto__']",
  "list['length']",
  'list.length',
  'map.constructor',
  "map['constructor']",
  "map['__proto__']",
  "map['__proto__']['polluted']",
  "map['toString']",
  'map.hasOwnProperty',
  "map['__defineGetter__']",
  'map.__lookupGetter__',
  "map['valueOf'].constructor",
  '(1).constructor',
  "(1)['toFixed']",
  'true.constructor',
  '[].constructor',
  "{}['constructor']",
  '{}.__proto__',
  '(list | first).constructor',
  'constructor',
  'toString',
  'hasOwnProperty',
  '__proto__',
  '__defineSetter__',
  'process',
  'globalThis',
  'require',
  'this',
  'arguments',
  'window.location',
  "require('fs')",
  "eval('1')",
  "Function('return 1')()",
  'constructor()',
  'toString()',
  'hasOwnProperty("a")',
  'valueOf()',
  '__proto__()',
  'f.call(1)',
  'text.toUpperCase()',
  'list.push(3)',
  "list.map('upper')",
  '(text)()',
  '"constructor"()',
  'text | constructor',
  'text | toString',
  'text | __proto__',
  'text | hasOwnProperty',
  "list | map('constructor')",
  "list | map('__proto__')",
  "list | map('toString')",
  "list | select('constructor')",
  "list | select('hasOwnProperty')",
  "list | sort(attribute='constructor')",
  "[map] | map(attribute='constructor')",
  "[map] | map(attribute='__proto__.polluted')",
  "[map] | groupby('__proto__')",
  "[map] | sum('constructor.length')",
  "[text] | map(attribute='length')",
  "[list] | map(attribute='length')",
  'text is constructor',
  'text is toString',
  'text | join(constructor=1)',
  "text | regex_search('(?P<a>b)', 'constructor')",
  "text | regex_replace('(b)', '\\\\g<__proto__>')",
  'x => x',
  '() => 1',
  'new Date()',
  'text = 1',
  'map.a = 2',
  'text; text',
  '`a`',
  '${text}',
  'text // comment',
  '/a/.source',
  'text?.constructor?.constructor ?? missing',
  '[...list]',
  'a, b',
  'delete map.a',
  'typeof text',
  'import("fs")',
  'async',
];

describe('an expression reaches data only', () => {
  it.each(attempts)('%s', (text) => {
    expect(() => evaluate(text, values)).toThrow(ExpressionError);
  });

  it('and reads what data calls by dangerous names as data', () => {
    expect(evaluate('own.constructor', values)).toBe('ACME');
    expect(evaluate('own.prototype', values)).toBe(1);
    expect(evaluate('own.toString', values)).toBe('mine');
    expect(evaluate("own['__proto__']", values)).toEqual({ polluted: true });
    expect(evaluate("'__proto__' in own and '__proto__' not in map", values)).toBe(true);
    expect(evaluate('own | keys', values)).toEqual(['__proto__', 'constructor', 'prototype', 'toString']);
    expect(evaluate("[own] | map(attribute='constructor')", values)).toEqual(['ACME']);
  });

  const makers = [
    "{'__proto__': {'polluted': true}}",
    "dict([['__proto__', {'polluted': true}]])",
    "dict([{'key': '__proto__', 'value': {'polluted': true}}])",
    'merge({}, own)',
    "pick(own, '__proto__')",
    "omit(own, 'x')",
    'from_json(to_json(own))',
    'own | items | dict',
    'zip(keys(own), values(own)) | dict',
  ];

  it.each(makers)('makes a member of a key `__proto__`: %s', (text) => {
    const made = evaluate(text, values) as object;
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect(Object.keys(made)).toContain('__proto__');
    expect('polluted' in made).toBe(false);
    expect('polluted' in {}).toBe(false);
  });

  it('and knows no function that a prototype has', () => {
    const inherited = ['Object', 'Function', 'Array', 'String'].flatMap((name) =>
      Object.getOwnPropertyNames((globalThis as unknown as Record<string, { prototype: object }>)[name]?.prototype),
    );
    for (const name of inherited.filter((each) => /^\w+$/.test(each) && !functionNames.includes(each))) {
      for (const text of [`${name}(1)`, `1 | ${name}`, `1 is ${name}x`, `[1] | map('${name}')`]) {
        expect(fault(text).code, text).toBe('EXPRESSION_SYNTAX');
      }
    }
  });
});

describe('a polluted prototype', () => {
  /** Codes and values while every object inherits a function and a text; nothing else runs meanwhile. */
  function withPollution<T>(action: () => T): T {
    const descriptor = { configurable: true, enumerable: true, writable: true };
    Object.defineProperty(Object.prototype, 'polluted', { value: () => 'bad', ...descriptor });
    Object.defineProperty(Object.prototype, 'stain', { value: 'bad', ...descriptor });
    try {
      return action();
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
      Reflect.deleteProperty(Object.prototype, 'stain');
    }
  }

  it('adds nothing to what an expression reads', () => {
    const texts = [
      'map.stain',
      "map['stain']",
      "map['sta' ~ 'in']",
      "{}['stain']",
      "[map] | map(attribute='stain')",
      'vars.stain',
      'stain',
    ];
    const codes = withPollution(() => texts.map((text) => fault(text, { ...values, vars: {} }).code));
    expect(codes).toEqual(texts.map(() => 'EXPRESSION_UNDEFINED'));
  });

  it('adds nothing to what an expression calls', () => {
    const texts = ['polluted(1)', '1 | polluted', '1 is polluted', "[1] | map('polluted')", "[1] | select('polluted')"];
    const codes = withPollution(() => texts.map((text) => fault(text, values).code));
    expect(codes).toEqual(texts.map(() => 'EXPRESSION_SYNTAX'));
  });

  it('does not show in values', () => {
    const texts = [
      'not {}',
      "keys({'a': 1}) == ['a']",
      "{'a': 1} == {'a': 1}",
      "'stain' not in {}",
      "to_json({'a': 1}) == '{\"a\":1}'",
    ];
    expect(withPollution(() => texts.map((text) => evaluate(text, values)))).toEqual(texts.map(() => true));
  });
});

describe('what an expression yields', () => {
  it('is never evaluated again', () => {
    const secret = { hint: '{{ password }}', password: 'hunter2' };
    expect(render('{{ hint }}', secret)).toBe('{{ password }}');
    expect(render('got {{ hint }}', secret)).toBe('got {{ password }}');
    expect(render("{{ '{{ pass' ~ 'word }}' }}", secret)).toBe('{{ password }}');
    expect(render('{{ hint | upper | lower }}', secret)).toBe('{{ password }}');
    expect(render("{{ [hint] | map('string') | join }}", secret)).toBe('{{ password }}');
    expect(render('\\{{ {{ "password" }} }}', secret)).toBe('{{ password }}');
    expect(render('{{ "{" }}{ password }}', secret)).toBe('{{ password }}');
  });

  it('is JSON, whatever a scope hands in', () => {
    for (const foreign of [() => 1, Symbol('s'), 1n, NaN, Infinity]) {
      for (const text of ['{{ x }}', 'a {{ x }}', '{{ [x] ~ "" }}', '{{ x | string }}']) {
        expect(faultOf(() => render(text, { x: foreign })).code, text).toBe('EXPRESSION_TYPE');
      }
      for (const text of ['x()', 'x.name', 'x + 1', 'x | upper']) {
        expect(() => evaluate(text, { x: foreign }), text).toThrow(ExpressionError);
      }
    }
  });

  it('passes on what a scope throws', () => {
    const broken = {
      resolve: () => {
        throw new RangeError('down');
      },
      lookup: () => 1,
    };
    expect(() => compileText('{{ x ?? 1 }}').render(broken)).toThrow(RangeError);
  });
});

describe('context functions', () => {
  it('are only those that were announced', () => {
    const scope = { ...scopeWith({}), call: (name: string) => name };
    expect(compileExpression('now()', { contextFunctions: ['now'] }).render(scope)).toBe('now');
    expect(() => compileExpression('later()', { contextFunctions: ['now'] })).toThrow(ExpressionError);
    expect(() => compileExpression('1 | now', { contextFunctions: ['now'] })).toThrow(ExpressionError);
    expect(() => compileExpression('now.x()', { contextFunctions: ['now'] })).toThrow(ExpressionError);
  });

  it('are undefined in a scope that has none', () => {
    const { resolve, lookup } = scopeWith({});
    const template = compileExpression('failed()', { contextFunctions });
    expect(faultOf(() => template.render({ resolve, lookup })).code).toBe('EXPRESSION_UNDEFINED');
  });
});
