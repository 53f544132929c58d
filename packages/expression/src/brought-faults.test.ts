import { describe, expect, it } from 'vitest';
import { evaluate, fault, render } from './evaluate.test-support.ts';

const values = { rows: [{ name: 'b', n: 1 }, { name: 'a' }], n: 10 };

describe('functions as arguments', () => {
  it.each([
    ['rows | where(row => row.n ?? 0 > 0 ? true : false) | length', 1],
    ['rows | orderBy(n => n.name) | first', values.rows[1]],
    ['[1, 2] | where(n => n > 1)', [2]],
    ['([1, 2] | where(n => n > 1)) + [n]', [2, 10]],
    ['[[1], [2]] | selectMany(x => x | where(y => y > 1 and x == [y]))', [2]],
    ['[1, 2] | aggregate((n, m) => n + m)', 3],
    ['[1, 2] | any(rows => rows == 2)', true],
    ['[{"vars": 1}] | orderBy(vars => vars.vars) | length', 1],
    ['groupBy([1, 2], keySelector=n => 1)', [[1, [1, 2]]]],
  ])('%s', (text, value) => {
    expect(evaluate(text, values)).toEqual(value);
  });

  it('hide names only inside themselves', () => {
    expect(render('{{ [1] | where(n => n == 1) }} {{ n }}', values)).toBe('[1] 10');
  });

  it.each([
    ['rows | where(1)', '1', 'expects a function'],
    ['rows | where(rows)', 'rows', 'expects a function'],
    ["rows | where('a..b')", "'a..b'", 'expects a function'],
    ['rows | where', 'where', 'expects an argument'],
    ['rows | where((a, b) => a)', '(a, b) => a', 'a function of one value'],
    ['rows | upper(x => x)', 'x => x', 'at most 1 arguments'],
    ['rows | default(x => x)', 'x => x', 'only where a function expects one'],
    ['x => x', '=>', 'an operator or the end'],
    ['[1] | where(__x => 1)', '__x', '`__`'],
    ['[1] | where(1 => 1)', '1', 'a name before'],
    ['[1] | aggregate((1, b) => b)', '1', 'a name before'],
    ['[1] | map("where", "x")', '"where"', 'cannot be applied'],
  ])('%s is an error of syntax', (text, at, said) => {
    const found = fault(text, values);
    expect(found).toMatchObject({ code: 'EXPRESSION_SYNTAX', at });
    expect(found.message).toContain(said);
  });

  it('must find what they read', () => {
    expect(fault("rows | orderBy('n')", values)).toMatchObject({ code: 'EXPRESSION_UNDEFINED' });
    expect(fault('rows | orderBy(row => row.n)', values)).toMatchObject({ code: 'EXPRESSION_UNDEFINED', at: 'n' });
  });
});

describe('what does not fit functions that Orquesta brought', () => {
  it.each([
    '[1, "a"] | orderBy(x => x)',
    '[1] | thenBy(x => x)',
    '[1] | toDict(x => x)',
    '[1, 2] | single',
    '[] | single',
    'concat("a", [1])',
    '"a" | delete(1)',
    '[1] | delete("a")',
    '[1] | delete(0, 1, 2)',
    '1 | deleteAll([1])',
    '{} | mergeWith([])',
    '"a" | lastIndexOf(1)',
    '"a" | rightSplit("")',
    '1 | get("a")',
    '{} | set("a")',
    '{} | set(1, 2)',
    'json(1)',
    'json("{")',
    '"{" | format(1)',
    '"{a!r}" | format(1)',
    '"1.2" | version_bump_major',
    '"1.2.3" | version_match("1.2.3")',
    '"a" | regex_substring("(")',
    'regex("(")',
    '{} | dictsort(by="x")',
    '"a" | center(2.5)',
    'pow(10, 400)',
    'hex(1.5)',
  ])('%s', (text) => {
    expect(['EXPRESSION_TYPE', 'EXPRESSION_SYNTAX']).toContain(fault(text).code);
  });

  it.each([
    '"{}{}" | format(1)',
    '"{x}" | format(1)',
    '"{0.a}" | format([])',
    '[] | aggregate((a, b) => a)',
    '"a" | regex_substring("b")',
  ])('%s is missing something', (text) => {
    expect(fault(text).code).toBe('EXPRESSION_UNDEFINED');
  });

  it.each(['"a" | center(2000)', '"a" | indent(-1)', '1 | repeat(-1)', '1 | repeat(1000000)'])(
    '%s goes past a limit',
    (text) => {
      expect(fault(text).code).toBe('EXPRESSION_LIMIT');
    },
  );

  it('never quotes a text that may be a secret', () => {
    for (const text of [
      '"{hunter2}" | format(1)',
      '"{hunter2!r}" | format(1)',
      '"hunter2" | version_bump_major',
      'json("hunter2")',
    ]) {
      expect(fault(text).message).not.toContain('hunter2');
    }
  });
});
