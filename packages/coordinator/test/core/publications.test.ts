import { itemContext } from '@weftline/context';
import { expect, test } from 'vitest';
import { advance } from '../../src/core/advance.ts';
import type { Event } from '../../src/core/event.ts';
import { History } from '../../src/core/history.ts';
import { compileWorkflow } from '../../src/core/program.ts';
import { startAtMs, workflow } from '../core-simulation.ts';

const definition = workflow(`
  tasks:
    a:
      next:
        - { publish: { x: "{{ 1 + 1 }}", y: "{{ x * 2 }}" }, do: b }
        - { when: "{{ failed() }}", publish: { z: 1 } }
    b: {}
`);
const core = { program: compileWorkflow(definition), context: itemContext() };
const at = { atMs: startAtMs };
const started: Event = { type: 'execution-started', ...at, id: 'x', definition, input: {}, env: {}, labels: {} };
const succeeded: Event = { type: 'attempt-succeeded', ...at, visit: 1, index: undefined, attempt: 1, result: null };

test('tells the values that transitions that hold have published, to whoever asks', () => {
  const { publications } = advance(core, undefined, [started, succeeded], { publications: true });
  expect(publications).toEqual([{ visit: 1, task: 'a', vars: { x: 2, y: 4 } }]);
  expect(advance(core, undefined, [started, succeeded])).not.toHaveProperty('publications');
});

test('remembers which visits led to a visit, without those that a join let pass', () => {
  const joined = workflow(`
    tasks:
      a: { next: { do: [b, c] } }
      b: { next: { do: j } }
      c: { next: { do: j } }
      j: { join: any, next: { when: "{{ n < 1 }}", publish: { n: "{{ n + 1 }}" }, do: [b] } }
    vars: { n: 0 }
  `);
  const history = new History();
  const succeed = (visit: number): Event => ({ ...succeeded, visit });
  const events = [{ ...started, definition: joined }, ...[1, 2, 3, 4, 5].map(succeed)];
  advance({ ...core, program: compileWorkflow(joined) }, undefined, events, { history });
  const led = [...history.visits.values()].map(({ task, parents }) => [task, parents]);
  expect(led).toEqual([
    ['a', []],
    ['b', [1]],
    ['c', [1]],
    ['j', [2]],
    ['b', [4]],
    ['j', [5]],
  ]);
});
