import { describe, expect, it } from 'vitest';
import type { InputDeclaration, WorkflowDefinition } from '../definition.ts';
import { checkInput } from './check-input.ts';

function definitionOf(input: Readonly<Record<string, InputDeclaration>>): WorkflowDefinition {
  return { format: 1, name: 'flow', input, vars: {}, tasks: { a: { name: 'a', input: {}, next: [] } } };
}

/** `path: message`, and what was suggested. */
function problemsOf(input: Readonly<Record<string, InputDeclaration>>, given: unknown): readonly string[] {
  return checkInput(definitionOf(input), given).issues.map(({ path, message, suggestion }) =>
    suggestion === undefined ? `${path}: ${message}` : `${path}: ${message} → ${suggestion}`,
  );
}

function schemaProblems(schema: Readonly<Record<string, unknown>>, value: unknown): readonly string[] {
  return problemsOf({ x: { required: true, schema } }, { x: value });
}

describe('the input of an execution', () => {
  const declared = definitionOf({
    url: { required: true, schema: { type: 'string' } },
    limit: { required: false, default: 100, schema: { type: 'integer' } },
    note: { required: false },
  });

  it('gets defaults, and null for what is not given, in the order declared', () => {
    const { value, issues } = checkInput(declared, { url: 'x' });
    expect(issues).toEqual([]);
    expect(Object.entries(value)).toEqual([
      ['url', 'x'],
      ['limit', 100],
      ['note', null],
    ]);
  });

  it('keeps what is given by reference', () => {
    const list = [{}];
    expect(checkInput(declared, { url: 'x', note: list }).value['note']).toBe(list);
  });

  it('may be absent when nothing is required', () => {
    const optional = definitionOf({ note: { required: false } });
    for (const given of [undefined, null, {}]) {
      expect(checkInput(optional, given)).toEqual({ value: { note: null }, issues: [] });
    }
  });

  it('is checked for everything at once', () => {
    const { issues } = checkInput(declared, { limit: '5', limti: 1, elsewhere: 2 });
    expect(issues.map(({ code, path, suggestion }) => [code, path, suggestion])).toEqual([
      ['INPUT_MISSING', 'input.url', undefined],
      ['INPUT_INVALID', 'input.limit', undefined],
      ['INPUT_UNKNOWN', 'input.limti', 'limit'],
      ['INPUT_UNKNOWN', 'input.elsewhere', undefined],
    ]);
  });

  it.each([[[]], ['text'], [5], [true], [() => undefined]])('that is %j is refused', (given) => {
    expect(checkInput(declared, given).issues[0]).toMatchObject({ code: 'INPUT_INVALID', path: 'input' });
  });

  it('takes null for an optional input without default as absent', () => {
    expect(problemsOf({ x: { required: false, schema: { type: 'string' } } }, { x: null })).toEqual([]);
    expect(problemsOf({ x: { required: false, default: '', schema: { type: 'string' } } }, { x: null })).toHaveLength(
      1,
    );
    expect(problemsOf({ x: { required: true, schema: { type: 'string' } } }, { x: null })).toHaveLength(1);
  });

  it('takes undefined as absent', () => {
    expect(problemsOf({ x: { required: true } }, { x: undefined })).toEqual([
      'input.x: the required input "x" is missing',
    ]);
  });

  it('names the description of what is missing', () => {
    expect(problemsOf({ key: { required: true, description: 'Where to send.\nMore.' } }, {})).toEqual([
      'input.key: the required input "key" is missing (Where to send.)',
    ]);
  });

  it('never shows the value of a secret input', () => {
    const secret = {
      required: true,
      secret: true,
      schema: { type: 'object', properties: { k: { maxLength: 2, pattern: '^a', enum: ['a'] } } },
    };
    const problems = problemsOf({ x: secret }, { x: { k: 'hunter2' } });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('hunter2');
    expect(problemsOf({ x: { ...secret, schema: { type: 'integer' } } }, { x: 'hunter2' })).toEqual([
      'input.x: expected an integer',
    ]);
  });

  it('is JSON', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = [circular];
    const deep = JSON.parse('['.repeat(1_000) + ']'.repeat(1_000)) as unknown;
    for (const value of [
      circular,
      deep,
      new Date(0),
      Number.NaN,
      1n,
      () => 1,
      Symbol('x'),
      new Map(),
      JSON.parse('{"__proto__":1}'),
    ]) {
      expect(checkInput(declared, { url: 'x', note: { a: [value] } }).issues).toMatchObject([
        { code: 'INPUT_INVALID' },
      ]);
    }
  });

  it('named like a member of every object is neither taken nor missed', () => {
    const { value, issues } = checkInput(declared, JSON.parse('{"url":"x","constructor":1,"__proto__":{"limit":5}}'));
    expect(issues.map(({ path }) => path)).toEqual(['input.constructor', 'input.__proto__']);
    expect(value['limit']).toBe(100);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('schemas', () => {
  const valid: readonly (readonly [schema: Readonly<Record<string, unknown>>, value: unknown])[] = [
    [{}, null],
    [{ type: 'string' }, ''],
    [{ type: 'integer' }, 3.0],
    [{ type: 'number' }, 2.5],
    [{ type: ['string', 'null'] }, null],
    [{ type: 'object' }, {}],
    [{ enum: [1, { a: [null] }] }, { a: [null] }],
    [{ const: null }, null],
    [{ minimum: 1, maximum: 1 }, 1],
    [{ minimum: 5 }, 'text is no number'],
    [{ minLength: 2, maxLength: 2 }, '😀é'],
    [{ pattern: 'b+' }, 'abbc'],
    [{ minItems: 1, maxItems: 1, items: { type: 'null' } }, [null]],
    [{ properties: { a: { type: 'null' } }, required: ['a'], additionalProperties: false }, { a: null }],
    [
      { properties: { a: {} }, additionalProperties: { type: 'integer' } },
      { a: 'x', b: 1 },
    ],
    [{ additionalProperties: true }, { a: 1 }],
  ];

  it.each(valid)('%j accepts %j', (schema, value) => {
    expect(schemaProblems(schema, value)).toEqual([]);
  });

  const invalid: readonly (readonly [
    schema: Readonly<Record<string, unknown>>,
    value: unknown,
    problems: readonly string[],
  ])[] = [
    [{ type: 'string' }, 1, ['input.x: expected text, got the number 1']],
    [{ type: 'integer' }, 1.5, ['input.x: expected an integer, got the number 1.5']],
    [{ type: 'object' }, [], ['input.x: expected a map, got a list']],
    [{ type: 'array' }, {}, ['input.x: expected a list, got a map']],
    [{ type: ['boolean', 'null'] }, 0, ['input.x: expected true or false or null, got the number 0']],
    [{ enum: ['a', 1] }, 'b', ['input.x: expected one of "a", 1, got the text "b"']],
    [{ enum: [[1]] }, [2], ['input.x: expected one of [1], got a list']],
    [{ const: { a: 1 } }, { a: 1, b: 2 }, ['input.x: expected {"a":1}, got a map']],
    [{ minimum: 2 }, 1, ['input.x: expected a number of at least 2, got the number 1']],
    [{ maximum: 2 }, 3, ['input.x: expected a number of at most 2, got the number 3']],
    [{ minLength: 2 }, '😀', ['input.x: expected text of at least 2 characters, got the text "😀"']],
    [{ maxLength: 1 }, 'ab', ['input.x: expected text of at most 1 characters, got the text "ab"']],
    [{ pattern: '^a+$' }, 'ab', ['input.x: expected text that matches ^a+$, got the text "ab"']],
    [{ minItems: 1 }, [], ['input.x: expected a list of at least 1 items, got 0']],
    [{ maxItems: 1 }, [1, 2], ['input.x: expected a list of at most 1 items, got 2']],
    [
      { items: { type: 'string' } },
      ['a', 1, null],
      ['input.x[1]: expected text, got the number 1', 'input.x[2]: expected text, got null'],
    ],
    [
      { properties: { name: { type: 'string' } }, required: ['name', 'constructor'], additionalProperties: false },
      { nmae: 1 },
      [
        'input.x: expected the member "name"',
        'input.x: expected the member "constructor"',
        'input.x.nmae: unknown member "nmae" → name',
      ],
    ],
    [{ additionalProperties: { type: 'null' } }, { 'a b': 1 }, ['input.x["a b"]: expected null, got the number 1']],
  ];

  it.each(invalid)('%j refuses %j', (schema, value, problems) => {
    expect(schemaProblems(schema, value)).toEqual(problems);
  });

  it('match patterns in linear time', () => {
    expect(
      schemaProblems(
        { items: { pattern: '^(a+)+$' } },
        Array.from({ length: 100 }, () => `${'a'.repeat(1_000)}!`),
      ),
    ).toHaveLength(100);
  });
});
