import { describe, expect, test } from 'vitest';
import { failing, places, run } from './run-workflow.ts';

// What a workflow of Orquesta does when it runs, row by row of its semantics.

/** A task that calls the action with its own name. */
const task = (name: string, rest = ''): string => `  ${name}: { action: call, input: { at: ${name} }${rest} }`;

const workflow = (...tasks: readonly string[]): string => ['version: 1.0', 'tasks:', ...tasks].join('\n');

describe('inputs, variables and output', () => {
  const text = `
version: 1.0
input:
  - given
  - fallback: 5
  - computed: <% ctx(fallback) + 1 %>
vars:
  - first: <% ctx(computed) * 2 %>
  - second: <% ctx(first) + 1 %>
tasks: { a: {} }
output:
  - all: <% ctx(given) %> <% ctx(fallback) %> <% ctx(computed) %> <% ctx(first) %> <% ctx(second) %>
  - again: <% ctx(all) %>!
`;

  test('see those before them', async () => {
    expect((await run(text)).output).toEqual({ all: 'None 5 6 12 13', again: 'None 5 6 12 13!' });
  });

  test('are what was given, null included', async () => {
    const input = { given: 'x', fallback: 1, computed: null };
    const { status, errors } = await run(text, { input });
    expect({ status, errors }).toMatchObject({ status: 'failed', errors: [{ code: 'EXPRESSION_TYPE' }] });
    expect((await run(text, { input: { ...input, computed: 3 } })).output).toMatchObject({ all: 'x 1 3 6 7' });
  });

  test('can have names that mean something elsewhere', async () => {
    const text = `
version: 1.0
input: [env: prod, index: 1]
tasks: { a: {} }
output: [{ text: "<% ctx(env) %><% ctx().index %>" }]
`;
    expect((await run(text)).output).toEqual({ text: 'prod1' });
  });

  test('are rendered whatever the status, as far as they can be', async () => {
    const outcome = await run(
      `${workflow(task('a', ', next: [{ when: <% failed() %>, publish: [{ why: failed }], do: fail }]'))}
output: [{ why: <% ctx(why) %> }, { missing: <% ctx(why).x %> }]`,
      { answer: failing('a') },
    );
    expect(outcome).toMatchObject({ status: 'failed', output: { why: 'failed', missing: null } });
  });
});

describe('transitions', () => {
  test('without a condition hold after a failure too, and take it up', async () => {
    const outcome = await run(workflow(task('a', ', next: [{ do: b }]'), task('b')), { answer: failing('a') });
    expect(outcome.status).toBe('succeeded');
    expect(places(outcome)).toEqual(['a', 'b']);
  });

  test('are all taken that hold, and publish in order', async () => {
    const next =
      ', next: [{ publish: [{ x: 1 }, { y: <% ctx(x) + 1 %> }], do: b }, { when: <% succeeded() %>, do: "c, d" }]';
    const outcome = await run(`${workflow(task('a', next), task('b'), task('c'), task('d'))}
output: [{ y: <% ctx(y) %> }]`);
    expect(outcome.output).toEqual({ y: 2 });
    expect(places(outcome).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('publish inline, with the types that are written', async () => {
    const outcome =
      await run(`${workflow(task('a', `, next: [{ publish: 'n=1 t="1" b=true z=null l=[1, 2] e=<% result() %>', do: b }]`), task('b'))}
output: [{ n: <% ctx(n) %> }, { t: <% ctx(t) %> }, { b: <% ctx(b) %> }, { z: <% ctx(z) %> }, { l: <% ctx(l) %> }, { e: <% ctx(e) %> }]`);
    const output = { n: 1, t: '1', b: true, z: null, l: [1, 2], e: null };
    expect(outcome.output).toEqual(output);
  });

  test.each([
    ['noop', 'succeeded'],
    ['continue', 'failed'],
    ['fail', 'failed'],
  ])('command %s after a failure: %s', async (command, status) => {
    const text = workflow(task('a', `, next: [{ when: <% failed() %>, do: ${command} }]`));
    expect((await run(text, { answer: failing('a') })).status).toBe(status);
  });

  test('without "do" end the branch and let a failure stand', async () => {
    const text = workflow(task('a', ', next: [{ publish: [{ x: 1 }] }]'));
    expect((await run(text, { answer: failing('a') })).status).toBe('failed');
    expect((await run(text)).status).toBe('succeeded');
  });

  test('run what is named beside fail, and nothing behind it', async () => {
    const outcome = await run(
      workflow(task('a', ', next: [{ do: [b, fail] }]'), task('b', ', next: [{ do: c }]'), task('c')),
    );
    expect(outcome.status).toBe('failed');
    expect(places(outcome)).toEqual(['a', 'b']);
  });

  test('command retry runs the task again, three times at most', async () => {
    const outcome = await run(workflow(task('a', ', next: [{ when: <% failed() %>, do: retry }]')), {
      answer: failing('a'),
    });
    expect(outcome.status).toBe('failed');
    expect(places(outcome)).toEqual(['a', 'a', 'a', 'a']);
  });

  test('that cannot be evaluated fail the workflow', async () => {
    const outcome = await run(workflow(task('a', ', next: [{ when: <% result().x = 1 %>, do: b }]'), task('b')));
    expect(outcome).toMatchObject({ status: 'failed', errors: [{ code: 'EXPRESSION_UNDEFINED', task: 'a' }] });
  });

  test('take a remediated failure back: the workflow goes on and succeeds', async () => {
    const text = workflow(
      task('a', ', next: [{ when: <% succeeded() %>, do: b }, { when: <% failed() %>, do: c }]'),
      task('b'),
      task('c'),
    );
    const outcome = await run(text, { answer: failing('a') });
    expect(outcome.status).toBe('succeeded');
    expect(places(outcome)).toEqual(['a', 'c']);
  });
});

describe('joins', () => {
  const fork = (join: string): readonly string[] => [
    task('a', ', next: [{ do: [b, c, d] }]'),
    task('b', ', next: [{ do: j }]'),
    task('c', ', next: [{ do: j }]'),
    task('d', ', next: [{ when: <% succeeded() %>, do: j }]'),
    task('j', `, join: ${join}`),
  ];

  test('over all run once when all have arrived', async () => {
    const outcome = await run(workflow(...fork('all')));
    expect(outcome.status).toBe('succeeded');
    expect(places(outcome).filter((at) => at === 'j')).toEqual(['j']);
    expect(places(outcome).at(-1)).toBe('j');
  });

  test('over a number run once', async () => {
    const outcome = await run(workflow(...fork('2')));
    expect(places(outcome).filter((at) => at === 'j')).toEqual(['j']);
  });

  test('over all fail where a branch is not taken', async () => {
    const outcome = await run(
      workflow(
        task('a', ', next: [{ do: [b, c] }]'),
        task('b', ', next: [{ do: j }]'),
        task('c', ', next: [{ when: <% false %>, do: j }]'),
        task('j', ', join: all'),
      ),
    );
    expect(outcome).toMatchObject({ status: 'failed', errors: [{ code: 'JOIN_UNMET', task: 'j' }] });
  });

  test('count several transitions of one task once', async () => {
    const outcome = await run(
      workflow(
        task('a', ', next: [{ do: j }, { when: <% succeeded() %>, do: j }, { do: b }]'),
        task('b', ', next: [{ do: j }]'),
        task('j', ', join: all'),
      ),
    );
    expect(places(outcome).filter((at) => at === 'j')).toEqual(['j']);
  });

  test('lay whole contexts over each other: the last to arrive brings back what it only inherited', async () => {
    const late = `
version: 1.0
tasks:
  a: { next: [{ publish: [{ x: old }], do: [changes, waits] }] }
  changes: { next: [{ publish: [{ x: new }], do: j }] }
  waits: { next: [{ do: waits2 }] }
  waits2: { next: [{ do: j }] }
  j: { join: all }
output: [{ x: <% ctx(x) %> }]
`;
    expect((await run(late)).output).toEqual({ x: 'old' });
  });

  test('never bring back what inputs and vars set', async () => {
    const text = `
version: 1.0
input: [y: given]
vars: [x: old]
tasks:
  a: { next: [{ do: [changes, waits] }] }
  changes: { next: [{ publish: [{ x: new }, { y: set }], do: j }] }
  waits: { next: [{ do: waits2 }] }
  waits2: { next: [{ do: j }] }
  j: { join: all }
output: [{ x: <% ctx(x) %> }, { y: <% ctx(y) %> }]
`;
    expect((await run(text)).output).toEqual({ x: 'new', y: 'set' });
  });
});

describe('splits and cycles', () => {
  test('a task reached by two ways runs once for each, with what that way knows', async () => {
    const text = `
version: 1.0
tasks:
  a: { next: [{ do: [b, c] }] }
  b: { next: [{ publish: [{ from: b }], do: s }] }
  c: { next: [{ publish: [{ from: c }], do: s }] }
  s: { action: call, input: { at: <% ctx(from) %> } }
`;
    expect(places(await run(text)).toSorted()).toEqual(['b', 'c']);
  });

  test('joins behind a split count each way by itself', async () => {
    const text = `
version: 1.0
tasks:
  a: { next: [{ do: [b, c] }] }
  b: { next: [{ publish: [{ from: b }], do: s }] }
  c: { next: [{ publish: [{ from: c }], do: s }] }
  s: { next: [{ do: [x, y] }] }
  x: { next: [{ do: j }] }
  y: { next: [{ do: j }] }
  j: { join: all, action: call, input: { at: <% ctx(from) %> } }
`;
    expect(places(await run(text)).toSorted()).toEqual(['b', 'c']);
  });

  test('splits multiply', async () => {
    const text = `
version: 1.0
tasks:
  a: { next: [{ do: [b, c] }] }
  b: { next: [{ do: s }] }
  c: { next: [{ do: s }] }
  s: { next: [{ do: d }, { do: e }] }
  d: { next: [{ do: t }] }
  e: { next: [{ do: t }] }
  t: { action: call, input: { at: t } }
`;
    expect(places(await run(text))).toEqual(['t', 't', 't', 't']);
  });

  test('a cycle goes round until its condition ends it', async () => {
    const text = `
version: 1.0
vars: [n: 0]
tasks:
  start: { next: [{ do: loop }] }
  loop:
    action: call
    input: { at: <% ctx(n) %> }
    next:
      - when: <% ctx(n) < 3 %>
        publish: [n: <% ctx(n) + 1 %>]
        do: loop
`;
    expect(places(await run(text))).toEqual([0, 1, 2, 3]);
  });

  test('a join in a cycle waits in every round', async () => {
    const text = `
version: 1.0
vars: [n: 0]
tasks:
  start: { next: [{ do: round }] }
  round: { next: [{ do: [x, y] }] }
  x: { next: [{ do: j }] }
  y: { next: [{ do: j }] }
  j:
    join: all
    action: call
    input: { at: <% ctx(n) %> }
    next: [{ when: <% ctx(n) < 2 %>, publish: [n: <% ctx(n) + 1 %>], do: round }]
`;
    expect(places(await run(text))).toEqual([0, 1, 2]);
  });

  test('task_status tells how a task came out, and null before it ran', async () => {
    const text = `${workflow(task('a', ', next: [{ do: b }]'), task('b'))}
output: [{ a: <% task_status(a) %> }, { b: "{{ task_status('b') }}" }]`;
    expect((await run(text)).output).toEqual({ a: 'succeeded', b: 'succeeded' });
  });
});

describe('lists', () => {
  const list = (items: string, { input = '<% item() %>', rest = '' } = {}): string => `
version: 1.0
input: [xs: null]
tasks:
  each:
    with: ${items}
    action: call
    input: { at: "${input}" }${rest}
    next: [{ when: <% completed() %>, publish: [{ results: <% result() %> }], do: noop }]
output: [{ results: <% ctx(results) %> }]
`;

  test.each<readonly [string, string, readonly unknown[], readonly unknown[]]>([
    ['<% ctx(xs) %>', '<% item() %>', ['p', 'q'], ['p', 'q']],
    ['x in <% ctx(xs) %>', '<% item(x) %>', ['p', 'q'], ['p', 'q']],
    ['x in <% ctx(xs) %>', '<% item(x) %>', [['p', 1], ['q']], ['p', 'q']],
    [
      'x, y in <% ctx(xs) %>',
      '<% item(x) %><% item(y) %>',
      [
        ['p', 1],
        ['q', 2],
      ],
      ['p1', 'q2'],
    ],
    ['x, y in <% zip(ctx(xs), list(1, 2)) %>', '<% item().x %><% item(y) %>', ['p', 'q'], ['p1', 'q2']],
    ['"x in {{ ctx(\'xs\') }}"', "{{ item('x') }}", ['p'], ['p']],
    ['{ items: <% ctx(xs) %>, concurrency: 0 }', '<% item() %>', ['p', 'q'], ['p', 'q']],
    ['{ items: x in <% ctx(xs) %>, concurrency: <% 1 + 1 %> }', '<% item(x) %>', ['p', 'q'], ['p', 'q']],
  ])('%s shows each item as %s', async (items, input, xs, results) => {
    const outcome = await run(list(items, { input }), { input: { xs }, answer: ({ at }) => at });
    expect(outcome).toMatchObject({ status: 'succeeded', output: { results } });
  });

  test('run all at once without a limit', async () => {
    let running = 0;
    let release: (result: null) => void = () => undefined;
    const all = new Promise<null>((resolve) => {
      release = resolve;
    });
    const answer = (): Promise<null> => {
      running += 1;
      if (running === 100) release(null);
      return all;
    };
    const xs = Array.from({ length: 100 }, (_, index) => index);
    expect(await run(list('<% ctx(xs) %>'), { input: { xs }, answer })).toMatchObject({ status: 'succeeded' });
  });

  test('that are empty succeed with []', async () => {
    expect(await run(list('<% ctx(xs) %>'), { input: { xs: [] } })).toMatchObject({
      output: { results: [] },
      calls: [],
    });
  });

  test.each([[null], ['text'], [{ a: 1 }]])('cannot be %j', async (xs) => {
    const text = list('<% ctx(xs) %>').replace('do: noop', 'do: continue');
    const outcome = await run(text, { input: { xs } });
    expect(outcome).toMatchObject({ status: 'failed', errors: [{ code: 'ITEMS_NOT_A_LIST', task: 'each' }] });
  });

  test('go on with what has begun after a failure, and begin nothing new', async () => {
    const outcome = await run(list('{ items: <% ctx(xs) %>, concurrency: 1 }'), {
      input: { xs: ['a', 'b', 'c'] },
      answer: failing('b'),
    });
    expect(outcome).toMatchObject({ status: 'succeeded', output: { results: ['a', null, null] } });
    expect(places(outcome)).toEqual(['a', 'b']);
    const together = await run(list('<% ctx(xs) %>'), { input: { xs: ['a', 'b', 'c'] }, answer: failing('a') });
    expect(together).toMatchObject({ status: 'succeeded', output: { results: [null, 'b', 'c'] } });
  });

  test('are retried as a whole', async () => {
    let failures = 1;
    const outcome = await run(list('{ items: <% ctx(xs) %>, concurrency: 1 }', { rest: '\n    retry: { count: 2 }' }), {
      input: { xs: ['a', 'b'] },
      answer: ({ at }) => {
        if (at === 'b' && failures-- > 0) throw new Error('once');
        return at;
      },
    });
    expect(outcome).toMatchObject({ status: 'succeeded', output: { results: ['a', 'b'] } });
    expect(places(outcome)).toEqual(['a', 'b', 'a', 'b']);
  });
});

describe('retry and delay', () => {
  test('a task that failed is done again, without looking at its transitions meanwhile', async () => {
    let failures = 2;
    const outcome = await run(
      workflow(task('a', ', retry: { count: 3, delay: <% 0 %> }, next: [{ do: b }]'), task('b')),
      {
        answer: ({ at }) => {
          if (at === 'a' && failures-- > 0) throw new Error('not yet');
          return at;
        },
      },
    );
    expect(outcome.status).toBe('succeeded');
    expect(places(outcome)).toEqual(['a', 'a', 'a', 'b']);
  });

  test('a task is done again while "when" holds, also after a success', async () => {
    let answers = 0;
    const text = workflow(task('a', ', retry: { count: <% 5 %>, when: <% result() < 3 %> }'));
    expect((await run(text, { answer: () => (answers += 1) })).calls).toHaveLength(3);
  });

  test('a "when" that cannot be evaluated fails the workflow', async () => {
    const outcome = await run(workflow(task('a', ', retry: { count: 1, when: <% result().x %> }')));
    expect(outcome).toMatchObject({ status: 'failed', errors: [{ code: 'EXPRESSION_UNDEFINED', task: 'a' }] });
  });

  test('a delay may be an expression, and must give a duration', async () => {
    expect((await run(workflow(task('a', ', delay: <% 0 %>')))).status).toBe('succeeded');
    expect(await run(workflow(task('a', ", delay: <% 'soon' %>")))).toMatchObject({ status: 'failed', calls: [] });
  });
});

describe('actions and values', () => {
  test('parameters may stand behind the name of the action', async () => {
    const text = `
version: 1.0
input: [who: you]
tasks: { a: { action: call text="hello <% ctx(who) %>" n=2 who=<% ctx(who) %> } }
`;
    expect((await run(text)).calls).toEqual([{ text: 'hello you', n: 2, who: 'you' }]);
  });

  test('the whole input may be an expression', async () => {
    const text = `
version: 1.0
vars: [all: { at: there }]
tasks: { a: { action: call, input: <% ctx(all) %> } }
`;
    expect((await run(text)).calls).toEqual([{ at: 'there' }]);
  });

  test('what an expression yields is never evaluated again', async () => {
    const text = `
version: 1.0
input: [text: null]
vars: [secret: hidden]
tasks: { a: { action: call, input: { at: <% ctx(text) %> } } }
`;
    expect((await run(text, { input: { text: '<% ctx(secret) %>' } })).calls).toEqual([{ at: '<% ctx(secret) %>' }]);
  });

  test('publishing a map replaces the one before', async () => {
    const text = `
version: 1.0
vars: [m: { a: 1 }]
tasks: { a: { next: [{ publish: [{ m: { b: 2 } }], do: noop }] } }
output: [{ m: <% ctx(m) %> }]
`;
    expect((await run(text)).output).toEqual({ m: { b: 2 } });
  });

  test('a failure stops what has not begun, and lets what runs finish', async () => {
    const text = workflow(
      task('a', ', next: [{ do: [b, c] }]'),
      task('b'),
      task('c', ', next: [{ do: d }]'),
      task('d'),
    );
    const outcome = await run(text, { answer: failing('b') });
    expect(outcome.status).toBe('failed');
    expect(places(outcome)).toEqual(['a', 'b', 'c']);
  });
});
