import { describe, expect, it } from 'vitest';
import { readWorkflow } from '../read/read-workflow.ts';

/** Code and suggestion of what is found in one of the templates of a workflow that has a little of everything. */
function issuesOf(place: Readonly<Partial<Record<Place, string>>>): readonly string[] {
  const quoted = (name: Place, fallback: string): string => JSON.stringify(place[name] ?? fallback);
  const text = `
    weftline: 1
    input: { limit: 3, "read-only": false }
    vars: { first: 1, middle: ${quoted('vars', 'x')}, last: 2 }
    tasks:
      plain:
        action: x
        input: { x: ${quoted('input', 'x')} }
        timeout: ${quoted('timeout', '1s')}
        delay: ${quoted('delay', '1s')}
        retry: { count: ${quoted('count', '{{ 1 }}')}, when: ${quoted('retry.when', 'true')} }
        next: [{ when: ${quoted('when', 'true')}, publish: { published: ${quoted('publish', 'x')} }, do: list-lines }]
      list-lines:
        action: x
        with: { items: ${quoted('items', '{{ [] }}')}, as: row, concurrency: ${quoted('concurrency', '{{ 1 }}')} }
        input: { x: ${quoted('item input', 'x')} }
        timeout: ${quoted('item timeout', '1s')}
        delay: ${quoted('item delay', '1s')}
        retry: { count: 1, delay: ${quoted('item retry', '1s')}, when: ${quoted('item retry.when', 'true')} }
        next: [{ when: ${quoted('item when', 'true')}, do: noop }]
    output: ${quoted('output', 'x')}
  `.replaceAll('\n    ', '\n');
  const { issues } = readWorkflow(text, { file: 'flow.yaml' });
  return issues.map(({ code, suggestion }) => (suggestion === undefined ? code : `${code} → ${suggestion}`));
}

type Place =
  | ('vars' | 'input' | 'timeout' | 'delay' | 'count' | 'retry.when' | 'when' | 'publish' | 'output')
  | ('items' | 'concurrency' | 'item input' | 'item timeout' | 'item delay' | 'item retry')
  | ('item retry.when' | 'item when');

const places: readonly Place[] = [
  ...(['vars', 'input', 'timeout', 'delay', 'count', 'retry.when', 'when', 'publish', 'output'] as const),
  ...(['items', 'concurrency', 'item input', 'item timeout', 'item delay', 'item retry'] as const),
  ...(['item retry.when', 'item when'] as const),
];

function allowedIn(expression: string): readonly Place[] {
  return places.filter((place) => issuesOf({ [place]: `{{ ${expression} }}` }).length === 0);
}

function allBut(...others: readonly Place[]): readonly Place[] {
  return places.filter((place) => !others.includes(place));
}

const itemPlaces: readonly Place[] = ['item input', 'item timeout', 'item retry', 'item retry.when'];
const outcomePlaces: readonly Place[] = ['retry.when', 'when', 'publish', 'item retry.when', 'item when'];

describe('what may be read where', { timeout: 60_000 }, () => {
  it.each<readonly [expression: string, allowed: readonly Place[]]>([
    ['input.limit', places],
    ['input["read-only"]', places],
    ['input', places],
    ['vars', places],
    ['first', places],
    ['vars.first', places],
    ['env.HOME', places],
    ['execution.id', places],
    ['now()', places],
    ['last', allBut('vars')],
    ['published', allBut('vars')],
    ['vars.published', allBut('vars')],
    ['task.plain.result', allBut('vars')],
    ['task["list-lines"].failed_items', allBut('vars')],
    ['task', allBut('vars')],
    ['attempt', allBut('vars', 'output')],
    ['item', itemPlaces],
    ['item.id', itemPlaces],
    ['index', itemPlaces],
    ['row.id', itemPlaces],
    ['secret.key', ['input', 'item input']],
    ['secret["key"]', ['input', 'item input']],
    ['secret', []],
    ['result()', outcomePlaces],
    ['error()', outcomePlaces],
    ['succeeded()', outcomePlaces],
    ['failed()', outcomePlaces],
    ['timed_out()', outcomePlaces],
    ['canceled()', outcomePlaces],
    ['completed()', outcomePlaces],
    ['nowhere', []],
    ['vars.nowhere', []],
    ['input.nowhere', []],
    ['task.nowhere', []],
    ['execution.nowhere', []],
    ['toString', []],
    ['input.constructor', []],
    ['nowhere | default(1)', []],
  ])('%s', (expression, allowed) => {
    expect(allowedIn(expression)).toEqual(allowed);
  });
});

describe('the issue says what is wrong', () => {
  it.each<readonly [place: Place, expression: string, expected: string]>([
    ['input', 'limit', 'UNKNOWN_NAME → input.limit'],
    ['input', 'plain', 'UNKNOWN_NAME → task.plain'],
    ['input', 'frist', 'UNKNOWN_NAME → first'],
    ['input', 'vars.frist', 'UNKNOWN_NAME → vars.first'],
    ['item input', 'rwo', 'UNKNOWN_NAME → row'],
    ['input', 'inptu.limit', 'UNKNOWN_NAME → input'],
    ['input', 'input.limti', 'UNKNOWN_INPUT → input.limit'],
    ['input', 'input.readonly', 'UNKNOWN_INPUT → input["read-only"]'],
    ['input', 'task.plian.result', 'UNKNOWN_TASK_REFERENCE → task.plain'],
    ['input', 'task.list', 'UNKNOWN_TASK_REFERENCE → task["list-lines"]'],
    ['input', 'execution.started', 'UNKNOWN_MEMBER → execution.started_at'],
    ['vars', 'last', 'MISPLACED_NAME'],
    ['vars', 'middle', 'MISPLACED_NAME'],
    ['vars', 'task.plain', 'MISPLACED_NAME'],
    ['output', 'attempt', 'MISPLACED_NAME'],
    ['input', 'row', 'MISPLACED_NAME'],
    ['item when', 'row', 'MISPLACED_NAME'],
    ['input', 'item', 'MISPLACED_NAME'],
    ['output', 'failed()', 'MISPLACED_FUNCTION'],
    ['when', 'secret.key', 'SECRET_EXPOSED'],
    ['input', 'secret', 'SECRET_EXPOSED'],
    ['input', '1 +', 'EXPRESSION_SYNTAX'],
    ['when', 'faild()', 'EXPRESSION_SYNTAX → failed'],
    ['input', '('.repeat(100) + '1' + ')'.repeat(100), 'EXPRESSION_LIMIT'],
  ])('in %s: {{ %s }}', (place, expression, expected) => {
    expect(issuesOf({ [place]: `{{ ${expression} }}` })).toEqual([expected]);
  });

  it('of a hyphen that would be a minus', () => {
    expect(issuesOf({ input: '{{ task.list-lines.result }}' })).toEqual([
      'UNKNOWN_TASK_REFERENCE → task["list-lines"]',
      'UNKNOWN_NAME',
    ]);
  });

  it('of another language, wherever an expression may stand', () => {
    for (const place of places) {
      expect(issuesOf({ [place]: '<% ctx().x %>{{ 1 }}' })).toEqual(['OTHER_LANGUAGE']);
      expect(issuesOf({ [place]: '{{ 1 }} {{ ctx(x) }} <% ctx(x) %>' })).toEqual(['OTHER_LANGUAGE']);
    }
    expect(issuesOf({ input: 'a <% b', output: '%> c <%' })).toEqual([]);
    expect(issuesOf({ input: '{{ "<" }}% b %>' })).toEqual([]);
  });

  it('of several expressions in one text', () => {
    expect(issuesOf({ output: '{{ item }} and {{ nope }} {{ failed() }}' })).toEqual([
      'MISPLACED_NAME',
      'UNKNOWN_NAME',
      'MISPLACED_FUNCTION',
    ]);
  });

  it('where one expression must be all of the text', () => {
    expect(issuesOf({ when: '{{ first }} and {{ last }}' })).toEqual(['EXPRESSION_SYNTAX']);
    expect(issuesOf({ items: '{{ [1] }} {{ [2] }}' })).toEqual(['EXPRESSION_SYNTAX']);
    expect(issuesOf({ timeout: '{{ first }}s' })).toEqual(['EXPRESSION_SYNTAX']);
  });
});

describe('keys of maps', () => {
  it('are not evaluated, which is said', () => {
    const text = 'weftline: 1\ntasks: { a: { input: { "{{ x }}": 1 } } }';
    const { issues } = readWorkflow(text, { file: 'flow.yaml' });
    expect(issues.map(({ code, line, column }) => [code, line, column])).toEqual([['TEMPLATE_NOT_RENDERED', 2, 24]]);
  });
});
