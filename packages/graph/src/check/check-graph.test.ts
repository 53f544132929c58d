import { describe, expect, it } from 'vitest';
import { foundIn } from '../../test/found-issues.ts';
import { readWorkflow } from '../read/read-workflow.ts';

/** A workflow of tasks written one on a line; the first is on line 3. */
function flow(...tasks: readonly string[]): string {
  return ['weftline: 1', 'tasks:', ...tasks.map((task) => `  ${task}`), ''].join('\n');
}

function messagesOf(text: string): readonly string[] {
  return readWorkflow(text, { file: 'flow.yaml' }).issues.map(({ message }) => message);
}

type Case = readonly [fact: string, tasks: readonly string[], expected: readonly string[]];

describe('cycles', () => {
  it.each<Case>([
    ['without a condition never end', ['s: { next: a }', 'a: { next: b }', 'b: { next: a }'], ['ENDLESS_CYCLE 5:14']],
    ['of one task never end', ['s: { next: a }', 'a: { next: a }'], ['ENDLESS_CYCLE 4:14']],
    [
      'are not left by other transitions, since all that hold are taken',
      ['s: { next: a }', 'a: { next: [a, { when: "{{ failed() }}", do: b }] }', 'b: {}'],
      ['ENDLESS_CYCLE 4:15'],
    ],
    [
      'never end where the condition is always true',
      ['s: { next: a }', 'a: { next: { when: "{{ true }}", do: b } }', 'b: { next: { when: completed(), do: a } }'],
      ['ENDLESS_CYCLE 5:39'],
    ],
    [
      'never end where they split and join again',
      ['s: { next: [b, c] }', 'a: { next: [b, c] }', 'b: { next: d }', 'c: { next: d }', 'd: { join: all, next: a }'],
      ['ENDLESS_CYCLE 7:25'],
    ],
    [
      'are reported one by one',
      ['s: { next: [a, b] }', 'a: { next: a }', 'b: { next: c }', 'c: { next: b }'],
      ['ENDLESS_CYCLE 4:14', 'ENDLESS_CYCLE 6:14'],
    ],
    [
      'with one condition can end',
      ['s: { next: a }', 'a: { next: b }', 'b: { next: { when: "{{ failed() }}", do: a } }'],
      [],
    ],
    [
      'that can fail the execution can end',
      ['s: { next: a }', 'a: { next: [a, { when: "{{ failed() }}", do: fail }] }'],
      [],
    ],
    [
      'through a join that waits for another task are not endless',
      [
        's: { next: [a, t] }',
        't: { next: a }',
        'a: { join: 2, next: { when: "{{ failed() }}", do: b } }',
        'b: { next: a }',
      ],
      [],
    ],
    ['need a way in', ['a: { next: b }', 'b: { next: { when: "{{ failed() }}", do: a } }'], ['NO_ENTRY_TASK 3:3']],
    ['without way in or out are both', ['a: { next: a }'], ['NO_ENTRY_TASK 3:3', 'ENDLESS_CYCLE 3:14']],
    ['by the engine command retry are bounded by it', ['a: { next: { do: retry } }'], []],
  ])('%s', (_, tasks, expected) => {
    expect(foundIn(flow(...tasks))).toEqual(expected);
  });

  it('are named from the task that is written first', () => {
    const text = flow('s: { next: c }', 'a: { next: b }', 'b: { next: c }', 'c: { next: a }');
    expect(messagesOf(text)).toEqual([
      'the cycle "a" → "b" → "c" → "a" never ends, because each of these transitions always holds',
    ]);
  });
});

describe('joins', () => {
  it.each<Case>([
    [
      'wait for no more tasks than lead to them',
      ['a: { next: c }', 'b: { next: c }', 'c: { join: 3 }'],
      ['JOIN_NEVER_MET 5:14'],
    ],
    ['count a task once', ['a: { next: [b, b, { do: [b, b] }] }', 'b: { join: 2 }'], ['JOIN_NEVER_MET 4:14']],
    ['need something that leads to them', ['a: { join: all }'], ['JOIN_NEVER_MET 3:14']],
    ['need something that leads to them, any of them', ['a: { join: any }', 'b: {}'], ['JOIN_NEVER_MET 3:14']],
    [
      'cannot wait for what they start',
      ['s: { next: a }', 'a: { join: all, next: b }', 'b: { next: { when: "{{ failed() }}", do: a } }'],
      ['JOIN_NEVER_MET 4:14'],
    ],
    [
      'cannot wait for each other',
      ['s: { next: [a, b] }', 'a: { join: all, next: b }', 'b: { join: all, next: a }'],
      ['JOIN_NEVER_MET 4:14', 'JOIN_NEVER_MET 5:14'],
    ],
    [
      'cannot wait for a task that never runs',
      ['s: { next: a }', 'a: { join: 2 }', 'lost: { next: [{ when: "{{ failed() }}", do: lost }, a] }'],
      ['JOIN_NEVER_MET 4:14', 'UNREACHABLE_TASK 5:3'],
    ],
    ['of one task are met by it', ['a: { next: b }', 'b: { join: all }'], []],
    ['are met by conditions that may hold', ['a: { next: { when: "{{ failed() }}", do: b } }', 'b: { join: all }'], []],
    [
      'of any can be in a cycle',
      ['s: { next: a }', 'a: { join: any, next: b }', 'b: { next: { when: "{{ failed() }}", do: a } }'],
      [],
    ],
    ['may be a number of those that lead to them', ['a: { next: c }', 'b: { next: c }', 'c: { join: 2 }'], []],
  ])('%s', (_, tasks, expected) => {
    expect(foundIn(flow(...tasks))).toEqual(expected);
  });

  it('say what they wait for', () => {
    const text = flow('s: { next: a }', 'a: { join: all, next: b }', 'b: { next: { when: "{{ failed() }}", do: a } }');
    expect(messagesOf(text)).toEqual(['the join of "a" waits for 2 of "s", "b", but "b" cannot run before it']);
  });
});

describe('tasks', () => {
  it('that nothing leads to from an entry are only warned of, since the workflow runs without them', () => {
    const text = flow('s: {}', 'a: { next: { when: "{{ failed() }}", do: b } }', 'b: { next: a }');
    const { definition, issues } = readWorkflow(text, { file: 'flow.yaml' });
    expect(definition).toBeDefined();
    expect(issues.map(({ code, severity, line }) => [code, severity, line])).toEqual([
      ['UNREACHABLE_TASK', 'warning', 4],
      ['UNREACHABLE_TASK', 'warning', 5],
    ]);
  });

  it('that do not exist are named as written, with a hint where several stand in one text', () => {
    expect(messagesOf(flow('a: { next: "b, c" }', 'b: {}', 'c: {}'))).toEqual([
      'unknown task "b, c"; several tasks are written as a list',
    ]);
  });
});
