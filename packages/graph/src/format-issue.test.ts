import { describe, expect, it } from 'vitest';
import { yaml } from '../test/found-issues.ts';
import type { DefinitionIssue } from './errors.ts';
import { formatIssue, formatIssues, summarizeIssues } from './format-issue.ts';
import { readWorkflow, validateDefinition } from './read/read-workflow.ts';

const text = yaml`
  weftline: 1
  tasks:
    fetch:
      action: core.http
      next:
        do: proccess
    process: { input: { user: "{{ inputs.user }}" } }
`;

function issuesOf(source: string): readonly DefinitionIssue[] {
  return readWorkflow(source, { file: 'flow.yaml' }).issues;
}

describe('an issue as text', () => {
  it('shows what, where, the line with carets and what was probably meant', () => {
    expect(formatIssues(issuesOf(text))).toBe(
      [
        'error[UNKNOWN_TASK]: unknown task "proccess"',
        '  --> flow.yaml:6:11',
        ' 6 |       do: proccess',
        '   |           ^^^^^^^^ did you mean "process"?',
        '',
        'error[UNKNOWN_NAME]: nothing sets a variable "inputs"',
        '  --> flow.yaml:7:33',
        ' 7 |   process: { input: { user: "{{ inputs.user }}" } }',
        '   |                                 ^^^^^^ did you mean "input"?',
      ].join('\n'),
    );
  });

  it('shows the path where there is no text', () => {
    const definition = {
      format: 1,
      name: 'flow',
      input: {},
      vars: {},
      tasks: { fetch: { name: 'fetch', input: {}, next: [{ publish: [], do: ['fech'] }] } },
    };
    expect(formatIssues(validateDefinition(definition))).toBe(
      'error[UNKNOWN_TASK]: unknown task "fech"\n  --> tasks.fetch.next[0].do[0]\n  = did you mean "fetch"?',
    );
  });

  it('colours what a terminal colours, and nothing else', () => {
    const [issue] = issuesOf(text);
    if (issue === undefined) throw new Error('expected an issue');
    const colored = formatIssue(issue, { color: true });
    expect(colored).toContain('\u001B[1;31merror[UNKNOWN_TASK]\u001B[0m');
    expect(colored).toContain('\u001B[1;31m^^^^^^^^\u001B[0m');
    // eslint reads control characters in expressions as mistakes, hence the split.
    expect(colored.split(/\u{1B}\[[\d;]*m/u).join('')).toBe(formatIssue(issue));
  });

  it('says warning of a warning', () => {
    const [issue] = issuesOf('weftline: 1\ninput: { a: { required: true, default: 1 } }\ntasks: { a: {} }');
    expect(issue === undefined ? '' : formatIssue(issue)).toMatch(/^warning\[REQUIRED_WITH_DEFAULT\]: /);
  });

  it('keeps the carets below what they mean after tabs and wide characters', () => {
    const [issue] = issuesOf('{"weftline": 1, "tasks":\n\t{"a": {"input": {"日本": "é😀 {{ nope }}"}}}}');
    const lines = (issue === undefined ? '' : formatIssue(issue)).split('\n');
    expect(lines[2]).toBe(' 2 | \t{"a": {"input": {"日本": "é😀 {{ nope }}"}}}}');
    expect(lines[3]).toBe(`   | \t${' '.repeat(33)}^^^^`);
  });

  it('ends the carets with the line where the issue goes on', () => {
    const [issue] = issuesOf('weftline: 1\nname: "a\n  b c"\ntasks: { a: {} }');
    expect((issue === undefined ? '' : formatIssue(issue)).split('\n').slice(2)).toEqual([
      ' 2 | name: "a',
      '   |       ^^',
    ]);
  });

  it('shows the part of a very long line that matters', () => {
    const padding = 'x'.repeat(100_000);
    const [issue] = issuesOf(
      `{ weftline: 1, description: ${padding}, tasks: { a: { next: nope } }, output: ${padding} }`,
    );
    expect(issue).toMatchObject({ code: 'UNKNOWN_TASK', line: 1, column: 100_051 });
    const lines = (issue === undefined ? '' : formatIssue(issue)).split('\n');
    expect(lines[2]).toContain('tasks: { a: { next: nope } }');
    expect(lines[2]?.length).toBeLessThan(140);
    expect(lines[2]?.slice(lines[3]?.indexOf('^'))).toMatch(/^nope/);
    expect(issue?.excerpt?.length).toBeLessThan(300);
  });

  it('lets nothing through that could rewrite a terminal', () => {
    const issues = issuesOf('weftline: 1\ntasks: { a: { next: "\\e[31m\u202Ex\\a", "\\u001b]0;t\\u0007": 1 } }');
    const formatted = `${formatIssues(issues)}${formatIssue({
      ...{ code: 'X', severity: 'error', category: 'syntax', message: '\u001B[2J', path: '\u0007' },
      ...{ file: 'a\u001Bb', line: 1, column: 1, excerpt: '\u009B1m', suggestion: '\u202E' },
    })}`;
    expect(issues).toHaveLength(2);
    expect(formatted).not.toMatch(/(?!\n)\p{Cc}|[\u202A-\u202E]/u);
  });
});

describe('the message of a DefinitionError', () => {
  it.each([
    ['weftline: 1', 'flow.yaml:1:1: expected the key "tasks" with at least one task'],
    ['a: 1\n'.repeat(12), 'flow.yaml:2:1: the key "a" is written twice; the first is on line 1 (and 10 more errors)'],
    ['a: 1\n'.repeat(13), 'flow.yaml:2:1: the key "a" is written twice; the first is on line 1 (and 11 more errors)'],
    [text, 'flow.yaml:6:11: unknown task "proccess" (and 1 more error)'],
    [
      'a: 1\nb: 2',
      'flow.yaml:1:1: expected "weftline: 1", the mark of a Weftline workflow and of the version of its language (and 3 more errors)',
    ],
  ])('of %j is its first error', (source, message) => {
    expect(summarizeIssues(issuesOf(source))).toBe(message);
  });
});
