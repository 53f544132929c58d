import { describe, expect, it } from 'vitest';
import { evaluate, fault, faultOf, render } from './evaluate.test-support.ts';
import { limits } from './limits.ts';
import { compileExpression, compileTemplate, compileText } from './template.ts';

const many = 100_000;

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

describe('limits at load', { timeout: 30_000 }, () => {
  const openings = [
    '(',
    '[',
    '{',
    "{'a':",
    '-',
    'not ',
    '!',
    'f(',
    'upper(',
    'a[',
    '[[',
    'a?b:',
    '1 if ',
    'x ** ',
    'a ? ',
    "a['",
    '"',
  ];

  it.each(openings)('hold against 100,000 times `%s`', (opening) => {
    for (const text of [
      opening.repeat(many),
      `${opening.repeat(many)}1`,
      opening.repeat(300),
      `${opening.repeat(300)}1`,
    ]) {
      const { code } = faultOf(() => compileExpression(text));
      expect(['EXPRESSION_LIMIT', 'EXPRESSION_SYNTAX']).toContain(code);
      expect(['EXPRESSION_LIMIT', 'EXPRESSION_SYNTAX']).toContain(faultOf(() => compileText(`{{ ${text} }}`)).code);
    }
  });

  it('bound how deep an expression nests', () => {
    const brackets = (depth: number): string => `${'('.repeat(depth)}1${')'.repeat(depth)}`;
    expect(evaluate(brackets(limits.nestingMax))).toBe(1);
    expect(fault(brackets(limits.nestingMax + 1)).code).toBe('EXPRESSION_LIMIT');
    expect(fault(`${'['.repeat(many)}${']'.repeat(many)}`).code).toBe('EXPRESSION_LIMIT');
    expect(fault(`${'['.repeat(1_000)}${']'.repeat(1_000)}`)).toMatchObject({ code: 'EXPRESSION_LIMIT', at: '[' });
    expect(evaluate(`${'-'.repeat(limits.nestingMax)}1`)).toBe(1);
    expect(fault(`${'-'.repeat(limits.nestingMax + 1)}1`).code).toBe('EXPRESSION_LIMIT');
  });

  const chains: [string, string][] = [
    ['1', ' + 1'],
    ["'a'", " ~ 'a'"],
    ['x', '.a'],
    ['x', '[0]'],
    ['x', '[0:]'],
    ['x', ' | upper'],
    ['1', ' or 1'],
    ['1', ' and 1'],
    ['x', ' ?? 1'],
    ['x', '?.a'],
  ];

  it.each(chains)('bound how long %s%s… goes on', (first, more) => {
    expect(() => compileExpression(first + more.repeat(limits.treeHeightMax - 2))).not.toThrow();
    expect(fault(first + more.repeat(limits.treeHeightMax)).code).toBe('EXPRESSION_LIMIT');
    expect(fault(first + more.repeat(10_000)).code).toBe('EXPRESSION_LIMIT');
  });

  it('let a long chain and a deep one be evaluated', () => {
    expect(evaluate(`0${' + 1'.repeat(limits.treeHeightMax - 2)}`)).toBe(limits.treeHeightMax - 2);
    const alternatives = `${'false ? 0 : '.repeat(limits.nestingMax - 1)}1`;
    expect(evaluate(alternatives)).toBe(1);
  });

  it('bound the length of one expression and of a text that holds some', () => {
    const long = `'${'x'.repeat(limits.expressionLengthMax)}'`;
    expect(fault(long).code).toBe('EXPRESSION_LIMIT');
    expect(faultOf(() => compileText(`{{ ${long} }}`)).code).toBe('EXPRESSION_LIMIT');
    expect(evaluate(`'${'x'.repeat(60_000)}' | length`)).toBe(60_000);
    const text = 'x'.repeat(limits.templateLengthMax);
    expect(faultOf(() => compileText(`${text}{{ 1 }}`)).code).toBe('EXPRESSION_LIMIT');
    expect(compileText(`${text}${text}`).constant).toBe(true);
  });

  it('let a text hold thousands of expressions', () => {
    expect(render('{{ 1 }}'.repeat(10_000))).toBe('1'.repeat(10_000));
    expect(evaluate(`[${'1, '.repeat(20_000)}] | length`)).toBe(20_000);
  });

  it('read backslashes, blanks and unclosed texts in one pass', () => {
    const backslashes = '\\'.repeat(many);
    expect(render(`${backslashes}x{{ 1 }}`)).toBe(`${backslashes}x1`);
    expect(render(`${backslashes}{{ 1 }}`)).toBe(`${'\\'.repeat(many / 2)}1`);
    expect(fault(`1${' '.repeat(many)}2`).code).toBe('EXPRESSION_LIMIT');
    expect(faultOf(() => compileText(`{{ '${'{{'.repeat(many)}`)).code).toBe('EXPRESSION_SYNTAX');
  });

  it('bound how deep a template value is', () => {
    expect(compileTemplate(nested(500)).constant).toBe(true);
    expect(faultOf(() => compileTemplate(nested(many))).code).toBe('EXPRESSION_LIMIT');
    let shared: unknown = 'x';
    for (let level = 0; level < 100; level += 1) shared = [shared, shared];
    expect(faultOf(() => compileTemplate(shared)).code).toBe('EXPRESSION_LIMIT');
  });

  it('bound patterns and paths', () => {
    const pattern = `'${'a'.repeat(limits.patternLengthMax + 1)}'`;
    expect(fault(`x | regex_search(${pattern})`).code).toBe('EXPRESSION_SYNTAX');
    expect(fault(`'' | regex_search(${pattern} ~ '')`).code).toBe('EXPRESSION_TYPE');
    expect(fault(`x | map(attribute='${'a.'.repeat(20_000)}a')`).code).toBe('EXPRESSION_SYNTAX');
    expect(fault(`[1] | map(attribute='${'a.'.repeat(limits.pathStepsMax)}a' ~ '')`).code).toBe('EXPRESSION_TYPE');
  });
});

describe('limits at work', { timeout: 30_000 }, () => {
  const big = 'a'.repeat(1_000_000);
  const thousand = Array.from({ length: 1_000 }, (_, index) => index);

  /** Expressions that would take much more than a moment, or more memory than there is. */
  const bombs: [string, string][] = [
    ['a long range', 'range(100001)'],
    ['a huge range', 'range(9007199254740991)'],
    ['a range far away', 'range(-9007199254740991, 9007199254740991)'],
    ['many ranges', `[${'range(100000), '.repeat(200)}]`],
    ['a list added to itself', `range(100000)${' + range(100000)'.repeat(400)}`],
    ['a text added to itself', `big${' ~ big'.repeat(100)}`],
    ['the same with plus', `big${' + big'.repeat(100)}`],
    ['a text joined by itself', 'thousand | join(big)'],
    ['a list of one text as text', `[${'big, '.repeat(100)}] ~ ''`],
    ['a list of one text as JSON', `[${'big, '.repeat(100)}] | to_json`],
    ['a replacement that grows', "big | replace('a', big)"],
    ['a replacement that doubles', `big${" | replace('a', 'aa')".repeat(20)}`],
    ['escapes of escapes', `'"'${' | to_json'.repeat(40)}`],
    ['codes of codes', `'aaaaaaaa'${' | base64encode'.repeat(100)}`],
    ['a pattern that doubles', `big${" | regex_replace('a', 'aa')".repeat(20)}`],
    ['groups that grow', `big | regex_replace('a*', '${'\\0'.repeat(100)}')`],
    ['long lists zipped', `zip(${'range(100000), '.repeat(150)})`],
    ['a fill without end', '[1] | batch(9007199254740991, 0)'],
    ['indents that add up', 'chains | to_json(10)'],
    ['all matches in a long text', "big | regex_findall('a')"],
    ['a pattern of many instructions', "big | regex_search('(a{0,30}){0,30}c|b$')"],
    ['members without end', `[${'deep, '.repeat(2_000)}] | flatten | length`],
  ];

  it.each(bombs)('stop %s', (_, text) => {
    const deep = [range(10_000)];
    const chains = Array.from({ length: 20 }, () => nested(500));
    const error = fault(text, { big, thousand, deep, chains });
    expect(error.code).toBe('EXPRESSION_LIMIT');
  });

  function range(length: number): number[] {
    return Array.from({ length }, (_, index) => index);
  }

  it('keep to one budget for all strings of a template', () => {
    const template = compileTemplate(Array.from({ length: 60 }, () => '{{ range(100000) | sum }}'));
    expect(faultOf(() => template.render({ resolve: () => 1, lookup: () => 1 })).code).toBe('EXPRESSION_LIMIT');
    const small = compileTemplate(Array.from({ length: 20 }, () => '{{ range(100000) | sum }}'));
    for (let round = 0; round < 3; round += 1) small.render({ resolve: () => 1, lookup: () => 1 });
  });

  it('bound the length of a text that is put together', () => {
    expect(faultOf(() => render('{{ big }}'.repeat(20), { big })).code).toBe('EXPRESSION_LIMIT');
    expect(render('{{ big }}{{ big }}', { big })).toHaveLength(2_000_000);
  });

  it('bound how deep a value is read, and leave deeper values alone', () => {
    const deep = nested(many);
    expect(evaluate('deep', { deep })).toBe(deep);
    expect(evaluate('deep[0].a[0] is defined', { deep: nested(101) })).toBe(true);
    for (const text of [
      "deep ~ ''",
      'deep | to_json',
      '[deep] | flatten',
      '[deep] | unique',
      "[{'k': deep}] | groupby('k')",
    ]) {
      const value = text.includes('flatten') ? Array.from({ length: 1 }).map(() => listsDeep(many)) : deep;
      expect(fault(text, { deep: value }).code, text).toBe('EXPRESSION_LIMIT');
    }
  });

  function listsDeep(levels: number): unknown {
    let value: unknown = 1;
    for (let level = 0; level < levels; level += 1) value = [value];
    return value;
  }

  it('compare values of any depth', () => {
    expect(evaluate('a == b', { a: nested(many), b: nested(many) })).toBe(true);
    expect(evaluate('a in b', { a: nested(many), b: [nested(many - 2), nested(many)] })).toBe(true);
  });

  it('end the comparison and the reading of values without end', () => {
    const cycle: unknown[] = [1];
    cycle.push(cycle);
    const other: unknown[] = [1];
    other.push(other);
    for (const text of ['a == b', 'a in [b]', "a ~ ''", 'a | flatten', 'a | to_json', '[a] | unique']) {
      expect(fault(text, { a: cycle, b: other }).code, text).toBe('EXPRESSION_LIMIT');
    }
    expect(evaluate('a[1][1][1][0]', { a: cycle })).toBe(1);
  });

  it('make `^(a+)+$` harmless on 100,000 letters', () => {
    const letters = 'a'.repeat(many);
    expect(evaluate("x | regex_match('^(a+)+$')", { x: letters })).toBe(true);
    expect(evaluate("x | regex_match('^(a+)+$')", { x: `${letters}!` })).toBe(false);
    expect(evaluate("x is search('(a|aa)+$|(a*)*b')", { x: `${letters}!` })).toBe(false);
    expect(evaluate("x | regex_replace('(a+)+', 'b')", { x: letters })).toBe('b');
  });

  it('let ordinary work on large data pass', () => {
    const rows = Array.from({ length: many }, (_, index) => ({
      id: index,
      status: index % 7,
      user: { name: `u${index}` },
    }));
    const scope = { rows, text: 'line one\n'.repeat(10_000) };
    expect(evaluate("rows | selectattr('status', '==', 3) | map(attribute='user.name') | length", scope)).toBe(14_286);
    expect(evaluate("rows | groupby('status') | map(attribute='items') | map('length') | sum", scope)).toBe(many);
    expect(evaluate("rows | sort(attribute='id', reverse=true) | first", scope)).toBe(rows.at(-1));
    expect(evaluate("rows | map(attribute='id') | unique | length", scope)).toBe(many);
    expect(evaluate("text | split('\\n') | length", scope)).toBe(10_001);
    expect(evaluate("text | replace('one', 'two') | length", scope)).toBe(90_000);
    expect(evaluate('rows | to_json | from_json | length', scope)).toBe(many);
  });
});
