import { expect, test } from 'vitest';
import { run } from './run-workflow.ts';

test('a task whose "when" does not hold succeeds with null, without running its action', async () => {
  const outcome = await run(`
weftline: 1
vars: { ready: false }
tasks:
  skipped: { action: call, when: "{{ ready }}", next: { when: "{{ succeeded() }}", do: after } }
  after: { action: call, when: "{{ not ready }}", input: { from: after } }
output: "{{ task.skipped.result }}"
`);
  expect(outcome).toEqual({ status: 'succeeded', output: null, errors: [], calls: [{ from: 'after' }] });
});

test('a list whose "when" does not hold is empty', async () => {
  const outcome = await run(`
weftline: 1
tasks: { each: { action: call, when: "{{ false }}", with: [1, 2] } }
output: "{{ task.each.result }}"
`);
  expect(outcome).toMatchObject({ status: 'succeeded', output: [], calls: [] });
});

test('a "when" that cannot be evaluated fails the task', async () => {
  const outcome = await run(`
weftline: 1
vars: { box: {} }
tasks: { a: { action: call, when: "{{ box.lid }}" } }
`);
  expect(outcome).toMatchObject({ status: 'failed', errors: [{ code: 'EXPRESSION_UNDEFINED', task: 'a' }], calls: [] });
});

test.each([
  [1, 'one'],
  [2, 'two'],
  [3, 'other'],
])('transitions with "otherwise" are taken as if and else: %s leads to %s', async (value, taken) => {
  const outcome = await run(`
weftline: 1
vars: { value: ${value} }
tasks:
  choose:
    next:
      - { when: "{{ value == 1 }}", do: one }
      - { otherwise: true, when: "{{ value <= 2 }}", do: two }
      - { otherwise: true, do: other }
  one: { action: call, input: { at: one } }
  two: { action: call, input: { at: two } }
  other: { action: call, input: { at: other } }
`);
  expect(outcome).toMatchObject({ status: 'succeeded', calls: [{ at: taken }] });
});

test('a retry of the task runs the whole list again, and its transitions once', async () => {
  let failures = 2;
  const outcome = await run(
    `
weftline: 1
tasks:
  each:
    with: { items: [a, b], concurrency: 1 }
    action: call
    input: { item: "{{ item }}" }
    retry: { count: 2, scope: task }
    next: { publish: { results: "{{ result() }}" }, do: after }
  after: { action: call, input: { item: after } }
output: "{{ results }}"
`,
    {
      answer: ({ item }) => {
        failures -= item === 'b' ? 1 : 0;
        if (item === 'b' && failures >= 0) throw new Error('not yet');
        return item;
      },
    },
  );
  expect(outcome).toMatchObject({ status: 'succeeded', output: ['a', 'b'] });
  expect(outcome.calls).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'after'].map((item) => ({ item })));
});

test('a retry of the task with "when" also asks after a success, and gives up after so many', async () => {
  let answers = 0;
  const polling = (count: number): string => `
weftline: 1
tasks: { poll: { action: call, retry: { count: ${count}, delay: 1ms, scope: task, when: "{{ result() < 3 }}" } } }
output: "{{ task.poll.result }}"
`;
  expect(await run(polling(5), { answer: () => (answers += 1) })).toMatchObject({ status: 'succeeded', output: 3 });
  answers = 0;
  expect(await run(polling(1), { answer: () => (answers += 1) })).toMatchObject({ status: 'succeeded', output: 2 });
});

test('a retry of the task that is used up leaves the failure to the transitions', async () => {
  const outcome = await run(
    `
weftline: 1
tasks:
  a: { action: call, retry: { count: 1, scope: task }, next: { when: "{{ failed() }}", do: noop } }
`,
    {
      answer: () => {
        throw new Error('never');
      },
    },
  );
  expect(outcome).toMatchObject({ status: 'succeeded', calls: [{}, {}] });
});
