import { describe, expect, it } from 'vitest';
import { evaluate, fault } from './evaluate.test-support.ts';
import { testNames } from './function-table.ts';

const values = { none: null, text: 'abc', user: { name: 'Zoë', nick: null } };

/** By test: what it holds for, and what it does not. */
const judgements: Record<string, { holds: string[]; fails: string[] }> = {
  boolean: { holds: ['false is boolean'], fails: ['0 is boolean'] },
  contains: { holds: ['[1] is contains(1)', "'ab' is contains('b')"], fails: ["{} is contains('a')"] },
  defined: {
    holds: ['user.nick is defined', 'none is defined', 'missing is not defined', 'user.nope is not defined'],
    fails: ['missing is defined', 'user.nick.x is defined', 'missing.a[0].b is defined', 'user?.nope is defined'],
  },
  divisibleby: { holds: ['9 is divisibleby(3)'], fails: ['10 is divisibleby(3)'] },
  empty: { holds: ['[] is empty', "'' is empty", '{} is empty'], fails: ['[0] is empty'] },
  ends_with: { holds: ["text is ends_with('c')"], fails: ["text is ends_with('b')"] },
  eq: { holds: ['[1] is eq([1])'], fails: ['1 is eq("1")'] },
  equalto: { holds: ['1 is equalto(1.0)'], fails: ['1 is equalto(2)'] },
  even: { holds: ['0 is even', '-2 is even'], fails: ['1 is even'] },
  false: { holds: ['false is false'], fails: ['0 is false', '[] is false'] },
  falsy: { holds: ['[] is falsy'], fails: ['1 is falsy'] },
  float: { holds: ['1.5 is float'], fails: ['1.0 is float', '"1.5" is float'] },
  ge: { holds: ['2 is ge(2)'], fails: ['1 is ge(2)'] },
  gt: { holds: ['2 is gt(1)'], fails: ['2 is gt(2)'] },
  in: { holds: ['1 is in([1])', '2 is not in([1])'], fails: ["'x' is in(text)"] },
  integer: { holds: ['1 is integer', '-0 is integer'], fails: ['1.5 is integer', '"1" is integer', 'true is integer'] },
  greaterthan: { holds: ['2 is greaterthan(1)'], fails: ['1 is greaterthan(1)'] },
  iterable: {
    holds: ['[] is iterable', "'' is iterable", '{} is iterable'],
    fails: ['1 is iterable', 'none is iterable'],
  },
  lessthan: { holds: ['1 is lessthan(2)'], fails: ['2 is lessthan(2)'] },
  sameas: { holds: ['true is sameas(true)'], fails: ['1 is sameas(true)'] },
  le: { holds: ['2 is le(2)'], fails: ['3 is le(2)'] },
  list: { holds: ['[] is list'], fails: ['{} is list', "'a' is list"] },
  lt: { holds: ["'a' is lt('b')"], fails: ['2 is lt(1)'] },
  map: { holds: ['{} is map'], fails: ['[] is map', 'null is map'] },
  mapping: { holds: ['user is mapping'], fails: ['user.name is mapping'] },
  match: { holds: ["text is match('a.')", "text is not match('b')"], fails: ["text is match('b')"] },
  ne: { holds: ['1 is ne(2)'], fails: ['{} is ne({})'] },
  none: { holds: ['user.nick is none', "'' is not none"], fails: ['0 is none'] },
  null: { holds: ['none is null'], fails: ["'' is null"] },
  number: { holds: ['1 is number'], fails: ['true is number'] },
  odd: { holds: ['-3 is odd'], fails: ['2 is odd'] },
  search: { holds: ["text is search('c$')"], fails: ["text is search('^c')"] },
  sequence: { holds: ['[] is sequence'], fails: ['text is sequence'] },
  starts_with: { holds: ["text is starts_with('ab')"], fails: ["text is starts_with('b')"] },
  string: { holds: ['text is string'], fails: ['1 is string'] },
  text: { holds: ['text is text'], fails: ['none is text'] },
  true: { holds: ['true is true'], fails: ['1 is true'] },
  truthy: { holds: ['[0] is truthy'], fails: ['{} is truthy'] },
  undefined: { holds: ['missing is undefined', 'user.nope is undefined'], fails: ['none is undefined'] },
};

describe('tests after `is`', () => {
  it.each(Object.values(judgements).flatMap(({ holds }) => holds))('%s', (text) => {
    expect(evaluate(text, values)).toBe(true);
  });

  it.each(Object.values(judgements).flatMap(({ fails }) => fails))('not: %s', (text) => {
    expect(evaluate(text, values)).toBe(false);
  });

  it('are all in this table', () => {
    expect(Object.keys(judgements).sort()).toEqual(testNames);
  });

  it('stand between arithmetic and `and`', () => {
    expect(evaluate('1 + 1 is even and 3 is odd')).toBe(true);
    expect(evaluate('not 1 is even')).toBe(true);
  });

  it('refuse operands that they have no meaning for', () => {
    for (const text of [
      '1.5 is even',
      "'2' is odd",
      '1 is divisibleby(0)',
      '1 is empty',
      "5 is match('5')",
      "1 is lt('2')",
      '1 is in(2)',
    ]) {
      expect(fault(text).code, text).toBe('EXPRESSION_TYPE');
    }
  });

  it('do not test what is missing, except for its presence', () => {
    expect(fault('missing is none')).toMatchObject({ code: 'EXPRESSION_UNDEFINED', at: 'missing' });
    expect(fault('user.nope is string', values)).toMatchObject({ code: 'EXPRESSION_UNDEFINED', at: 'nope' });
  });
});
