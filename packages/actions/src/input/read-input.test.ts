import { describe, expect, expectTypeOf, it } from 'vitest';
import { ActionError } from '../action.ts';
import {
  anything,
  durationMs,
  filePath,
  flag,
  integer,
  listOf,
  oneOf,
  optional,
  pairsOf,
  scalar,
  text,
} from './fields.ts';
import { readInput, type Field, type Fields } from './read-input.ts';

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ActionError && error.code === 'INPUT_INVALID' && !error.retryable) return error.message;
    throw error;
  }
  throw new Error('expected the input to be refused');
}

function refuse<Input extends object>(input: unknown, fields: Fields<Input>): string {
  return refusal(() => readInput(input, fields));
}

describe('readInput', () => {
  it('answers every member as its field reads it, with its type', () => {
    const read = readInput({ a: 'x', b: [1] }, { a: text, b: listOf(integer(0)), c: optional(flag, false) });
    expectTypeOf(read).toEqualTypeOf<{ a: string; b: readonly number[]; c: boolean }>();
    expect(read).toEqual({ a: 'x', b: [1], c: false });
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['text', 'the text "text"'],
    [[], 'a list'],
    [new Map(), 'an instance of Map'],
  ])('refuses %j in the place of a map', (input, got) => {
    expect(refuse(input, {})).toBe(`expected input to be a map, got ${got}`);
  });

  it('names a member that is missing', () => {
    expect(refuse({}, { url: text })).toBe('expected input.url to be text, got nothing');
  });

  it('names a member that nobody reads and the one that was probably meant', () => {
    expect(refuse({ ulr: 1 }, { url: text, method: text })).toBe(
      'expected only url, method in input, got "ulr"; did you mean "url"?',
    );
    expect(refuse({ a: 1 }, {})).toBe('expected no input, got "a"');
  });

  it('does not take for a member what objects inherit', () => {
    expect(refuse({}, { toString: text } as unknown as Fields<{ x: string }>)).toContain(
      'input.toString to be text, got nothing',
    );
    expect(refuse(JSON.parse('{"__proto__": {}}'), { url: text })).toContain('got "__proto__"');
    expect(refuse(JSON.parse('{"constructor": {}}'), { url: text })).toContain('got "constructor"');
  });
});

interface Case {
  readonly field: Field<unknown>;
  readonly value: unknown;
  readonly message: string;
}

describe('fields', () => {
  it.each([
    { field: text, value: 1, message: 'expected input.f to be text, got the number 1' },
    { field: scalar, value: {}, message: 'expected input.f to be text, a number or a boolean, got a map' },
    { field: flag, value: 'true', message: 'expected input.f to be true or false, got the text "true"' },
    { field: integer(1), value: 0, message: 'expected input.f to be an integer of at least 1, got the number 0' },
    { field: integer(1), value: 1.5, message: 'expected input.f to be an integer of at least 1, got the number 1.5' },
    { field: oneOf(['a', 'b']), value: 'c', message: 'expected input.f to be one of a, b, got the text "c"' },
    { field: listOf(text), value: 'a', message: 'expected input.f to be a list, got the text "a"' },
    { field: listOf(text), value: ['a', 2], message: 'expected input.f[1] to be text, got the number 2' },
    { field: pairsOf(text), value: { a: null }, message: 'expected input.f.a to be text, got null' },
    { field: pairsOf(text), value: [], message: 'expected input.f to be a map, got a list' },
    { field: filePath, value: '', message: 'expected input.f to be the path of a file, got the text ""' },
    { field: filePath, value: 'a\0b', message: 'expected input.f to be the path of a file, got the text "a\\u0000b"' },
  ] satisfies readonly Case[])('$message', ({ field, value, message }: Case) => {
    expect(refuse({ f: value }, { f: field })).toBe(message);
  });

  it('optional takes null and nothing for the same', () => {
    const fields = { f: optional(text, 'fallback') };
    expect(readInput({}, fields)).toEqual({ f: 'fallback' });
    expect(readInput({ f: null }, fields)).toEqual({ f: 'fallback' });
    expect(readInput({ f: '' }, fields)).toEqual({ f: '' });
  });

  it('anything tells null from nothing', () => {
    expect(readInput({ f: null }, { f: anything })).toEqual({ f: null });
    expect(readInput({}, { f: anything })).toEqual({ f: undefined });
  });

  it('pairsOf keeps hostile names as the data they are', () => {
    expect(
      readInput({ f: JSON.parse('{"__proto__":"a","constructor":"b"}') as unknown }, { f: pairsOf(text) }).f,
    ).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['3d', 259_200_000],
    ['1.5s', 1_500],
    [' 7 ', 7_000],
    [0.25, 250],
    [0, 0],
    ['0ms', 0],
  ])('durationMs reads %j as %d ms', (value, expected) => {
    expect(readInput({ f: value }, { f: durationMs })).toEqual({ f: expected });
  });

  it.each([
    -1,
    Number.NaN,
    Infinity,
    1e12,
    '',
    's',
    '-5s',
    '10 s',
    '5 minutes',
    '1e3s',
    '0x10',
    `${'9'.repeat(15)}d`,
    null,
    true,
    [],
  ])('durationMs refuses %j', (value) => {
    expect(refuse({ f: value }, { f: durationMs })).toContain('expected input.f to be a duration such as 250ms');
  });
});
