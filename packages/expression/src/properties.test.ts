import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextFunctions } from './evaluate.test-support.ts';
import { ExpressionError } from './errors.ts';
import { isTruthy } from './json-value.ts';
import { scopeOf } from './scope.ts';
import { compileExpression, compileTemplate, compileText } from './template.ts';

/** Pieces of the language, so that random texts get past the lexer. */
const words = [
  ...['a', 'item', 'vars', 'x.y', '1', '2.5', "'t'", '"{{"', 'true', 'null', '[', ']', '(', ')', '{', '}', '}}', '{{'],
  ...['+', '-', '*', '/', '//', '%', '**', '~', '|', '??', '?.', '?', ':', ',', '.', '=', '==', '!=', '<', '>=', '!'],
  ...['and', 'or', 'not', 'in', 'is', 'if', 'else', 'upper', 'default', 'map', 'length', 'defined', 'match', ' ', '\\'],
];

const soup = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((pieces) => pieces.join(' '));
const anyText = fc.oneof(soup, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));

/** JSON that holds no `{{`. */
const plainJson = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('{{'));

function onlyExpressionErrors(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    expect(error.start).toBeGreaterThanOrEqual(0);
    expect(error.end).toBeGreaterThanOrEqual(error.start);
    expect(error.end).toBeLessThanOrEqual(error.source.length);
  }
}

describe('for every text', () => {
  it('compiling and rendering throw nothing but ExpressionError, with a range inside the text', () => {
    const scope = scopeOf({ a: 1, item: { y: [1, 'b'] }, vars: { a: 'x' }, x: { y: 2 } });
    fc.assert(
      fc.property(anyText, (text) => {
        for (const source of [text, `{{ ${text} }}`, `${text}{{ ${text}`]) {
          onlyExpressionErrors(() => compileText(source, { contextFunctions }).render(scope));
          onlyExpressionErrors(() => compileExpression(source, { contextFunctions }).render(scope));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('references lie inside the text and spell what they name', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const source = `{{ ${text} }}`;
        onlyExpressionErrors(() => {
          for (const { kind, name, key, start, end } of compileText(source).references) {
            const spelled = source.slice(start, end);
            if (kind === 'member') expect(spelled.replace(/^\(+/u, '').startsWith(name)).toBe(true);
            else expect(spelled).toBe(name);
            if (key !== undefined) expect(spelled).toContain(key);
          }
        });
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('for every value', () => {
  it('without {{, rendering is identity', () => {
    fc.assert(
      fc.property(plainJson, (value) => {
        const template = compileTemplate(value);
        expect(template.constant).toBe(true);
        expect(template.render(scopeOf({}))).toBe(value);
      }),
    );
  });

  it('data comes out of an expression as it went in, and is never evaluated', () => {
    const hostile = fc.oneof(
      fc.jsonValue(),
      anyText,
      anyText.map((text) => `{{ ${text} }}`),
    );
    fc.assert(
      fc.property(hostile, (value) => {
        const asked: string[] = [];
        const scope = {
          resolve: (name: string): unknown => {
            asked.push(name);
            return value;
          },
          lookup: () => value,
        };
        expect(compileText('{{ x }}').render(scope)).toBe(value);
        if (typeof value === 'string') expect(compileText('<{{ x }}>').render(scope)).toBe(`<${value}>`);
        expect(new Set(asked)).toEqual(new Set(['x']));
      }),
    );
  });

  it('a string written as a literal is that string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const quoted = `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
        expect(compileExpression(quoted).render(scopeOf({}))).toBe(value);
        expect(compileText(`{{ ${quoted} }}`).render(scopeOf({}))).toBe(value);
        expect(
          compileText(value.replaceAll(/\\*\{\{/gu, (open) => `${open.slice(0, -2).repeat(2)}\\{{`)).render(
            scopeOf({}),
          ),
        ).toBe(value);
      }),
    );
  });

  it('equality, containment and uniqueness agree', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const scope = scopeOf({ left, right, again: JSON.parse(JSON.stringify(left)) as unknown });
        const value = (text: string): unknown => compileExpression(text).render(scope);
        expect(value('left == again')).toBe(true);
        expect(value('[left, again] | unique | length')).toBe(1);
        expect(value('left in [again]')).toBe(true);
        expect(value('([left, right] | unique | length) == 1')).toBe(value('left == right'));
        expect(value('left | to_json | from_json == left')).toBe(true);
      }),
    );
  });

  it('truth is that of `not`, `and`, `or` and branches', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (x) => {
        const value = (text: string): unknown => compileExpression(text).render(scopeOf({ x }));
        expect(value('not not x')).toBe(isTruthy(x));
        expect(value('1 if x else 2')).toBe(isTruthy(x) ? 1 : 2);
        expect(value("x and 'y'")).toEqual(isTruthy(x) ? 'y' : x);
        expect(value("x or 'y'")).toEqual(isTruthy(x) ? x : 'y');
      }),
    );
  });
});

describe('for every pair of numbers', () => {
  it('// and % belong together', () => {
    const operand = fc.integer({ min: -1_000, max: 1_000 });
    fc.assert(
      fc.property(
        operand,
        operand.filter((divisor) => divisor !== 0),
        (a, b) => {
          expect(compileExpression('a // b * b + a % b == a').render(scopeOf({ a, b }))).toBe(true);
        },
      ),
    );
  });

  it('slices are those of JavaScript', () => {
    const bound = fc.option(fc.integer({ min: -6, max: 6 }));
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 5 }), bound, bound, (list, from, to) => {
        const sliced = compileExpression('list[from:to]').render(scopeOf({ list, from, to }));
        expect(sliced).toEqual(list.slice(from ?? 0, to ?? undefined));
      }),
    );
  });
});
