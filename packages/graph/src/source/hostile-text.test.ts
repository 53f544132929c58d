import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foundIn } from '../../test/found-issues.ts';
import { formatIssues } from '../format-issue.ts';
import { parseWorkflow, readWorkflow } from '../read/read-workflow.ts';
import { DefinitionError } from '../errors.ts';

function codesOf(text: string): ReadonlySet<string> {
  return new Set(foundIn(text).map((found) => found.split(' ')[0] ?? ''));
}

const many = 100_000;
/** More than there are places in a list of issues. */
const enough = 21_000;

describe('a text made to do harm', { timeout: 60_000 }, () => {
  it.each([
    ['open lists', '['.repeat(many)],
    ['nested lists', '['.repeat(enough) + ']'.repeat(enough)],
    ['open maps', '{'.repeat(enough)],
    ['nested maps', '{a: '.repeat(enough)],
    ['list marks', '- '.repeat(enough)],
    ['key marks', '? '.repeat(enough)],
    ['value marks', ': '.repeat(enough)],
    ['keys', 'a: '.repeat(enough)],
    ['block maps', Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['lists within a task', `weftline: 1\ntasks: { a: { input: { x: ${'['.repeat(many)}${']'.repeat(many)} } } }`],
  ])('of %s is nested too deeply', (_, text) => {
    expect(codesOf(text)).toEqual(new Set(['NESTING_TOO_DEEP']));
  });

  it('may be nested a hundred levels deep', () => {
    const nested = (levels: number): string =>
      `weftline: 1\nvars: { a: ${'['.repeat(levels)}${']'.repeat(levels)} }\ntasks: { a: {} }`;
    expect(foundIn(nested(98))).toEqual([]);
    expect(codesOf(nested(99))).toEqual(new Set(['NESTING_TOO_DEEP']));
  });

  it.each([
    ['anchors', '&a '.repeat(enough)],
    ['tags', '!a '.repeat(enough)],
    ['aliases', '*a '.repeat(enough)],
    ['commas', `[${','.repeat(enough)}`],
    ['directives', '%a\n'.repeat(enough)],
    ['quotes', '"'.repeat(enough)],
    ['duplicate keys', 'a:\n'.repeat(enough)],
    ['unknown keys', `weftline: 1\n${Array.from({ length: enough }, (_, at) => `k${at}: 1\n`).join('')}`],
    ['bad expressions', `weftline: 1\ntasks: { a: {} }\nvars: { v: [${'"{{ x }}", '.repeat(enough)}] }`],
    ['enough references', `weftline: 1\ntasks: { a: {} }\nvars: { v: "${'{{ x }}'.repeat(enough)}" }`],
  ])('of %s gives a bounded list of issues', (_, text) => {
    const { issues } = readWorkflow(text, { file: 'flow.yaml' });
    expect(issues.length).toBeGreaterThan(9_000);
    expect(issues).toHaveLength(10_001);
    expect(issues.at(-1)?.code).toBe('TOO_MANY_ISSUES');
  });

  it.each([
    ['single quotes', "'".repeat(many)],
    ['documents', '---\n'.repeat(many)],
    ['line breaks', '\n'.repeat(many)],
    [
      'marks of another language that is not closed',
      `weftline: 1\nvars: { v: "${'<%'.repeat(many)}" }\ntasks: { a: {} }`,
    ],
    ['half characters', '\uD800\uDFFF\uD800'],
    ['marks of the parser itself', '\u0002\u0018\u001F'],
  ])('of %s is read', (_, text) => {
    expect(readWorkflow(text, { file: 'flow.yaml' }).issues.length).toBeLessThan(10);
  });

  it('that repeats itself by aliases is bounded by what it would grow to', () => {
    const level = (at: number): string =>
      `  a${at + 1}: &a${at + 1} [${Array.from({ length: 10 }, () => `*a${at}`).join(', ')}]\n`;
    const levels = (count: number): string => Array.from({ length: count }, (_, at) => level(at)).join('');
    const text = (count: number): string => `weftline: 1\ntasks: { t: {} }\nvars:\n  a0: &a0 [x]\n${levels(count)}`;
    expect(foundIn(text(4))).toEqual([]);
    expect(codesOf(text(20))).toEqual(new Set(['ALIAS_LIMIT']));
  });

  it('is refused when it is longer than the reader takes in', () => {
    expect(codesOf('#'.repeat(32 * 1024 * 1024 + 1))).toEqual(new Set(['DOCUMENT_TOO_LARGE']));
  });
});

const fragments = fc.constantFrom(
  ...[
    'weftline: 1\n',
    'tasks:\n',
    '  a:\n',
    '    next:',
    '{',
    '}',
    '[',
    ']',
    '- ',
    ': ',
    '? ',
    ', ',
    '\n',
    '  ',
    '\t',
    '&x ',
    '*x',
    '!t ',
  ],
  ...[
    '"',
    "'",
    '|\n',
    '>-\n',
    '{{ ',
    ' }}',
    '<% ',
    '%>',
    '#',
    '\\',
    '\\u00',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '<<: ',
    '__proto__',
    'do: ',
  ],
  ...[
    'when: ',
    'retry: ',
    'with: ',
    'items: ',
    'input: ',
    'join: ',
    'publish: ',
    'item',
    'result()',
    '1e999',
    '.nan',
    '~',
    '\uFEFF',
    '\r\n',
  ],
  ...[
    '\u0000',
    '\u0085',
    '\u2028',
    '\uD800',
    '😀',
    'constructor',
    'timeout: ',
    '10s',
    'vars: ',
    'output: ',
    'name: ',
    'input.a',
    '| ',
  ],
);

describe('any text at all', { timeout: 60_000 }, () => {
  const check = (text: string): void => {
    const { definition, issues } = readWorkflow(text, { file: 'flow.yaml' });
    expect(definition === undefined).toBe(issues.some(({ severity }) => severity === 'error'));
    expect(formatIssues(issues)).not.toMatch(/(?![\n\t])\p{Cc}/u);
    for (const { line, column, excerpt } of issues) {
      expect(line === undefined || (line >= 1 && (column ?? 0) >= 1 && excerpt !== undefined)).toBe(true);
    }
    try {
      parseWorkflow(text, { file: 'flow.yaml' });
    } catch (error) {
      expect(error).toBeInstanceOf(DefinitionError);
    }
  };

  it('gives a definition or issues, never another error', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 300 });
  });

  it('that is nearly a workflow gives a definition or issues, never another error', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 40 }), (parts) => check(`weftline: 1\ntasks:\n${parts.join('')}`)),
      { numRuns: 500 },
    );
  });
});
