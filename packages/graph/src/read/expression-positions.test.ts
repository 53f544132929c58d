import { describe, expect, it } from 'vitest';
import { foundIn, yaml } from '../../test/found-issues.ts';
import { readWorkflow } from './read-workflow.ts';

/** The text that an issue underlines. */
function marked(text: string): readonly (string | undefined)[] {
  const lines = text.split('\n');
  return readWorkflow(text, { file: 'flow.yaml' }).issues.map(({ line = 1, column = 1, endLine, endColumn }) =>
    endLine === line ? lines[line - 1]?.slice(column - 1, (endColumn ?? 0) - 1) : lines[line - 1]?.slice(column - 1),
  );
}

function inputOf(value: string): string {
  return `weftline: 1\ntasks:\n  a:\n    action: x\n    input:\n      x: ${value}\n`;
}

describe('an issue in an expression points at its part of the text', () => {
  it.each([
    ['plain', 'some text {{ input.nope }} and more', 'UNKNOWN_INPUT 6:23'],
    ['in double quotes', '"{{ input.nope }}"', 'UNKNOWN_INPUT 6:14'],
    ['after escapes in double quotes', '"tab\\t\\u00e9\\x41\\U0001F600 \\"{{ input.nope }}\\""', 'UNKNOWN_INPUT 6:42'],
    ['after doubled single quotes', "'it''s {{ input.nope }}'", 'UNKNOWN_INPUT 6:20'],
    ['plain over several lines', 'first\n        second {{ input.nope }}\n\n        last', 'UNKNOWN_INPUT 7:19'],
    ['in quotes over several lines', '"first \\\n        {{ input.nope }} \n\n         x"', 'UNKNOWN_INPUT 7:12'],
    ['in single quotes over lines', "'a\n\n        {{ input.nope }}'", 'UNKNOWN_INPUT 8:12'],
    ['in a literal block', '|\n        first\n          more {{ input.nope }}\n        last', 'UNKNOWN_INPUT 8:19'],
    ['in a folded block', '>-\n        first\n\n        {{ input.nope }}', 'UNKNOWN_INPUT 9:12'],
    ['in a block with explicit indentation', '|2+ # why\n          {{ input.nope }}\n\n', 'UNKNOWN_INPUT 7:14'],
    ['behind an anchor and a tag', '&anchor !!str "{{ input.nope }}"', 'UNKNOWN_INPUT 6:28'],
  ])('%s', (_, value, expected) => {
    const text = inputOf(value);
    expect(foundIn(text)).toEqual([expected]);
    expect(marked(text)).toEqual(['input.nope']);
    expect(foundIn(text.replaceAll('\n', '\r\n'))).toEqual([expected]);
  });

  it('as JSON has it', () => {
    const text = JSON.stringify({ weftline: 1, tasks: { a: { input: { x: '"\n {{ input.nope }}' } } } });
    expect(marked(text)).toEqual(['input.nope']);
  });

  it('where several are in one text', () => {
    const text = inputOf('"{{ input.a }} {{ task.b }} {{ c }} {{ secret }}"');
    expect(marked(text)).toEqual(['input.a', 'task.b', 'c', 'secret']);
  });

  it('where the expression is not closed', () => {
    expect(foundIn(inputOf('"text {{ 1 + "'))).toEqual(['EXPRESSION_SYNTAX 6:16']);
  });

  it('where the text comes by an alias, at its anchor', () => {
    const text = yaml`
      weftline: 1
      tasks:
        a: { input: { x: &text "{{ item }}" } }
        b: { input: { x: *text } }
    `;
    expect(foundIn(text)).toEqual(['MISPLACED_NAME 3:30', 'MISPLACED_NAME 3:30']);
  });
});

describe('an issue points at what was written, shorthands included', () => {
  it.each([
    ['with: "{{ input.nope }}"\n    action: x', 'tasks.a.with', 'UNKNOWN_INPUT 4:15'],
    ['with: ["{{ input.nope }}"]\n    action: x', 'tasks.a.with[0]', 'UNKNOWN_INPUT 4:16'],
    ['with: { items: [{ y: "{{ input.nope }}" }] }\n    action: x', 'tasks.a.with.items[0].y', 'UNKNOWN_INPUT 4:30'],
    ['retry: "{{ input.nope }}"', 'tasks.a.retry', 'UNKNOWN_INPUT 4:16'],
    ['retry: { count: 1, max_delay: "{{ input.nope }}" }', 'tasks.a.retry.max_delay', 'UNKNOWN_INPUT 4:39'],
    ['timeout: "{{ input.nope }}"', 'tasks.a.timeout', 'UNKNOWN_INPUT 4:18'],
    ['delay: "{{ input.nope }}"', 'tasks.a.delay', 'UNKNOWN_INPUT 4:16'],
    ['next: nope', 'tasks.a.next', 'UNKNOWN_TASK 4:11'],
    ['next: [fail, nope]', 'tasks.a.next[1]', 'UNKNOWN_TASK 4:18'],
    ['next: { do: nope }', 'tasks.a.next.do', 'UNKNOWN_TASK 4:17'],
    ['next: [{ do: [fail, nope] }]', 'tasks.a.next[0].do[1]', 'UNKNOWN_TASK 4:25'],
    ['next: { when: "{{ input.nope }}", do: fail }', 'tasks.a.next.when', 'UNKNOWN_INPUT 4:23'],
    ['next: { when: input.nope, do: fail }', 'tasks.a.next.when', 'UNKNOWN_INPUT 4:19'],
    ['next: { publish: { u: 1, v: "{{ input.nope }}" } }', 'tasks.a.next.publish.v', 'UNKNOWN_INPUT 4:37'],
    ['next: { publish: [{ u: 1 }, { v: "{{ input.nope }}" }] }', 'tasks.a.next.publish[1].v', 'UNKNOWN_INPUT 4:42'],
    ['input: { "a b": ["{{ input.nope }}"] }', 'tasks.a.input["a b"][0]', 'UNKNOWN_INPUT 4:26'],
    ['input: "{{ input.nope }}"', 'tasks.a.input', 'UNKNOWN_INPUT 4:16'],
  ])('%s', (written, path, expected) => {
    const text = `weftline: 1\ntasks:\n  a:\n    ${written}\n`;
    expect(foundIn(text)).toEqual([expected]);
    expect(readWorkflow(text, { file: 'flow.yaml' }).issues.map((issue) => issue.path)).toEqual([path]);
  });
});
