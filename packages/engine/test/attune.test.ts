import { readWorkflow } from '@weftline/graph';
import { describe, expect, test } from 'vitest';
import { failing, places, run, type Call } from './run-workflow.ts';

// What a workflow of Attune does when it runs, row by row of its semantics, and the workflows that show it off.

const task = (name: string, rest = ''): string => `  - { name: ${name}, action: call, input: { at: ${name} }${rest} }`;
const workflow = (...tasks: readonly string[]): string => ['version: 1.0.0', 'tasks:', ...tasks].join('\n');

describe('transitions', () => {
  test.each<readonly [readonly string[], readonly string[]]>([
    [[], ['a', 's', 'c']],
    [['a'], ['a', 'f', 'c']],
  ])('after the failure of %j run %j', async (failures, expected) => {
    const text = workflow(
      task('a', ', on_success: s, on_failure: f, on_timeout: t, on_complete: c'),
      ...['s', 'f', 't', 'c'].map((name) => task(name)),
    );
    const outcome = await run(text, { answer: failing(...failures) });
    expect(outcome.status).toBe('succeeded');
    expect(places(outcome)).toEqual(expected);
  });

  test('after a time-out, failed() does not hold', async () => {
    const text = workflow(
      task('a', ', timeout: 0.01, on_failure: f, on_timeout: t').replace('action: call', 'action: never'),
      task('f'),
      task('t'),
    );
    const outcome = await run(text, { actions: { never: () => new Promise(() => undefined) } });
    expect(outcome.status).toBe('succeeded');
    expect(places(outcome)).toEqual(['t']);
  });

  test.each([
    [1, 'one'],
    [2, 'two'],
    [3, 'other'],
  ])('of a decision only the first that holds is taken, the default only if none does: %s', async (value, taken) => {
    const decision =
      '[{ default: true, next: other }, { when: "{{ result() == 1 }}", next: one }, { when: "{{ result() <= 2 }}", next: two }]';
    const text = workflow(task('a', `, decision: ${decision}`), task('one'), task('two'), task('other'));
    const outcome = await run(text, { answer: ({ at }) => (at === 'a' ? value : null) });
    expect(places(outcome)).toEqual(['a', taken]);
  });

  test('publish in order: names for the whole result, and templates', async () => {
    const text = `${workflow(task('a', ', next: [{ publish: [all, { part: "{{ all.x }}" }] }]'))}
output_map: { all: "{{ workflow.all }}", part: "{{ part }}" }`;
    expect((await run(text, { answer: () => ({ x: 1 }) })).output).toEqual({ all: { x: 1 }, part: 1 });
  });

  test('a failure that schedules nothing fails the workflow, publishing or not', async () => {
    const text = workflow(task('a', ', next: [{ when: "{{ failed() }}", publish: [{ x: 1 }] }]'));
    expect((await run(text, { answer: failing('a') })).status).toBe('failed');
  });

  test('a condition that cannot be evaluated fails the workflow', async () => {
    const text = workflow(task('a', ', next: [{ when: "{{ result().x }}", do: [b] }]'), task('b'));
    const outcome = await run(text, { answer: () => ({}) });
    expect(outcome).toMatchObject({ status: 'failed', errors: [{ code: 'EXPRESSION_UNDEFINED' }] });
    expect(places(outcome)).toEqual(['a']);
  });
});

describe('joins and cycles', () => {
  const fork = (rest = ''): string =>
    workflow(
      task('a', ', next: [{ do: [b, c] }]'),
      task('b', ', on_success: j'),
      task('c', ', on_success: j'),
      task('j', rest),
    );

  test('without a join a task runs once, when the first arrives', async () => {
    expect(places(await run(fork())).filter((at) => at === 'j')).toEqual(['j']);
  });

  test('a join waits for so many', async () => {
    expect(places(await run(fork(', join: 2')))).toEqual(['a', 'b', 'c', 'j']);
  });

  test('a join that is not met fails the workflow', async () => {
    expect(await run(fork(', join: 2'), { answer: failing('c') })).toMatchObject({ status: 'failed' });
  });

  test('a cycle runs as long as its condition holds', async () => {
    let left = 2;
    const text = workflow(task('s', ', on_success: a'), task('a', ', next: [{ when: "{{ result() > 0 }}", do: [a] }]'));
    const outcome = await run(text, { answer: ({ at }) => (at === 'a' ? left-- : null) });
    expect(places(outcome)).toEqual(['s', 'a', 'a', 'a']);
  });
});

describe('lists', () => {
  const list = (rest = ''): string => `
version: 1.0.0
parameters: { xs: { type: array, default: [a, b, c] } }
tasks:
  - { name: each, action: call, with_items: "{{ parameters.xs }}", input: { at: "{{ item }}", index: "{{ index }}" }${rest} }
output_map: { results: "{{ task.each }}" }
`;

  test('give their results in the order of the items, one after the other by default', async () => {
    let running = 0;
    const answer = async ({ at }: Call): Promise<unknown> => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
      return at;
    };
    const outcome = await run(list(), { answer });
    expect(outcome.output).toEqual({ results: ['a', 'b', 'c'] });
    expect(outcome.calls).toEqual(['a', 'b', 'c'].map((at, index) => ({ at, index })));
  });

  test('in batches give lists as items', async () => {
    expect((await run(list(', batch_size: 2'))).calls).toEqual([
      { at: ['a', 'b'], index: 0 },
      { at: ['c'], index: 1 },
    ]);
  });

  test('run to their end after a failure, and then fail', async () => {
    const outcome = await run(list(', concurrency: 2'), { answer: failing('a') });
    expect(outcome).toMatchObject({ status: 'failed', output: { results: [null, 'b', 'c'] } });
  });

  test('retry each item by itself, as far as "on_error" holds', async () => {
    const outcome = await run(list(', retry: { count: 2, on_error: "{{ item == \'a\' }}" }'), {
      answer: failing('a', 'b'),
    });
    expect(places(outcome)).toEqual(['a', 'b', 'c', 'a', 'a']);
  });

  test('that are empty succeed', async () => {
    expect(await run(list(), { input: { xs: [] } })).toMatchObject({ status: 'succeeded', output: { results: [] } });
  });

  test('cannot be a map', async () => {
    const text = list().replace('type: array, default: [a, b, c]', 'type: object');
    const outcome = await run(text, { input: { xs: { a: 1 } } });
    expect(outcome).toMatchObject({ status: 'failed', errors: [{ code: 'ITEMS_NOT_A_LIST' }] });
  });
});

describe('tasks', () => {
  test('whose "when" does not hold do nothing', async () => {
    const outcome = await run(workflow(task('a', ', when: "{{ false }}", on_success: b'), task('b')));
    expect(places(outcome)).toEqual(['b']);
  });

  test('without input are given all parameters, defaults in the place of null included', async () => {
    const text = `
version: 1.0.0
parameters: { x: { type: integer, default: 1 }, y: { type: integer } }
tasks: [{ name: a, action: call }]
`;
    expect((await run(text, { input: { x: null, y: 2 } })).calls).toEqual([{ x: 1, y: 2 }]);
  });

  test('wait for their delay, and are retried with a back-off', async () => {
    let failures = 1;
    const outcome = await run(
      workflow(task('a', ', delay: 0.001, retry: { count: 1, delay: 0.001, backoff: linear, max_delay: 1 }')),
      {
        answer: () => {
          if (failures-- > 0) throw new Error('once');
          return 1;
        },
      },
    );
    expect(outcome).toMatchObject({ status: 'succeeded', calls: [{ at: 'a' }, { at: 'a' }] });
  });

  test('variables are values, and no templates', async () => {
    const text = `
version: 1.0.0
vars: { text: "{{ result() }}" }
tasks: [{ name: a, action: call, input: { at: "{{ workflow.text }}" } }]
`;
    expect(places(await run(text))).toEqual(['{{ result() }}']);
  });

  test('of the type parallel run together; what follows is decided by how all of them came out', async () => {
    const text = `
version: 1.0.0
tasks:
  - name: checks
    type: parallel
    tasks:
      - { name: disk, action: call, input: { at: disk } }
      - { name: net, action: call, input: { at: net } }
    on_success: good
    on_failure: bad
${task('good')}
${task('bad')}
`;
    expect(places(await run(text))).toEqual(['disk', 'net', 'good']);
    const failed = await run(text, { answer: failing('disk') });
    expect(failed.status).toBe('succeeded');
    expect(places(failed)).toEqual(['disk', 'net', 'bad']);
    const unhandled = await run(text.replace('    on_failure: bad\n', '').replace(task('bad'), ''), {
      answer: failing('disk'),
    });
    expect(unhandled.status).toBe('failed');
    expect(places(unhandled)).toEqual(['disk', 'net']);
  });
});

const deployment = `
ref: deployments.deploy_app
version: 1.0.0
parameters:
  app: { type: string, required: true }
  environment: { type: string, default: staging, enum: [staging, production] }
  regions: { type: array, default: [north, south, east] }
vars: { deployed: [], approved: false }
tasks:
  - name: validate
    action: call
    input: { at: validate, app: "{{ parameters.app }}" }
    retry: { count: 2, delay: 0.001, backoff: constant }
    decision:
      - { when: "{{ failed() }}", next: report_failure }
      - { when: "{{ parameters.environment == 'production' }}", next: approve }
      - { default: true, next: deploy }
  - name: approve
    action: call
    input: { at: approve }
    timeout: 3600
    next:
      - { when: "{{ succeeded() }}", publish: [{ approved: "{{ result() == 'approve' }}" }], do: [deploy] }
      - { when: "{{ failed() }}", do: [report_failure] }
      - { when: "{{ timed_out() }}", do: [report_failure] }
  - name: deploy
    action: call
    with_items: "{{ parameters.regions }}"
    concurrency: 2
    input: { at: "{{ item }}" }
    next:
      - { when: "{{ succeeded() }}", publish: [{ deployed: "{{ result() }}" }], do: [summary] }
      - { when: "{{ failed() }}", do: [rollback] }
  - name: rollback
    action: call
    with_items: "{{ reversed(parameters.regions) }}"
    input: { at: "{{ 'rollback ' + item }}" }
    on_complete: report_failure
  - { name: summary, action: call, input: { at: summary, regions: "{{ length(workflow.deployed) }}" } }
  - { name: report_failure, action: call, input: { at: report_failure } }
output_map:
  regions: "{{ workflow.deployed }}"
  approved: "{{ approved }}"
`;

const rollingBack = `
version: 1.0.0
tasks:
${['build', 'test', 'push', 'migrate', 'release']
  .map((name, at, names) => task(name, `, on_success: ${names[at + 1] ?? 'ready'}, on_failure: rollback`))
  .join('\n')}
${task('ready', ', retry: { count: 3, delay: 0.001 }, on_success: notify, on_failure: rollback')}
${task('rollback', ', on_complete: cleanup')}
${task('cleanup', ', on_complete: notify')}
${task('notify', ', next: [{ publish: [{ told: "{{ result() }}" }] }]')}
output_map: { told: "{{ told }}" }
`;

const inquiry = `
version: 1.0.0
tasks:
  - { name: ask, action: core.ask, on_success: answer }
  - name: answer
    action: core.noop
    wait_for: { inquiry: "{{ task.ask.id }}" }
    next:
      - { when: "{{ result().response == 'yes' }}", do: [go] }
      - { when: "{{ timed_out() }}", do: [go] }
  - { name: go, action: core.noop }
`;

const cacheIteration = `
version: 1.0.0
tasks:
  - name: sync
    action: core.noop
    iterate_cache: { owner_type: pack, owner_ref: crm, namespace: users, page_size: 100 }
    batch_size: 25
    concurrency: 4
    retry: { count: 3, delay: 5, backoff: exponential, max_delay: 60 }
    timeout: 300
    next:
      - { when: "{{ succeeded() }}", publish: [{ status: done }], do: [report] }
  - { name: report, action: core.noop }
output_map: { status: "{{ status }}" }
`;

describe('workflows that show Attune off', () => {
  test('a deployment to several regions', async () => {
    const outcome = await run(deployment, { input: { app: 'web' }, answer: failing() });
    expect(outcome).toMatchObject({
      status: 'succeeded',
      output: { regions: ['north', 'south', 'east'], approved: false },
    });
    expect(places(outcome)).toEqual(['validate', 'north', 'south', 'east', 'summary']);
  });

  test('a deployment that has to be approved', async () => {
    const outcome = await run(deployment, { input: { app: 'web', environment: 'production' }, answer: failing() });
    expect(outcome.output).toMatchObject({ approved: true });
    expect(places(outcome).slice(0, 3)).toEqual(['validate', 'approve', 'north']);
  });

  test('a deployment that is rolled back', async () => {
    const outcome = await run(deployment, { input: { app: 'web' }, answer: failing('south') });
    const rolledBack = ['rollback east', 'rollback south', 'rollback north', 'report_failure'];
    expect(outcome.status).toBe('succeeded');
    expect(places(outcome)).toEqual(['validate', 'north', 'south', 'east', ...rolledBack]);
  });

  test('a deployment that is not valid, after its retries', async () => {
    const outcome = await run(deployment, { input: { app: 'web' }, answer: failing('validate') });
    expect(places(outcome)).toEqual(['validate', 'validate', 'validate', 'report_failure']);
  });

  test('a chain whose every step can be rolled back', async () => {
    const good = await run(rollingBack, { answer: failing() });
    expect(good.output).toEqual({ told: 'notify' });
    expect(places(good)).toEqual(['build', 'test', 'push', 'migrate', 'release', 'ready', 'notify']);
    const bad = await run(rollingBack, { answer: failing('push') });
    expect(bad.status).toBe('succeeded');
    expect(places(bad)).toEqual(['build', 'test', 'push', 'rollback', 'cleanup', 'notify']);
  });

  test.each([
    ['that wait for an answer', inquiry, 'wait_for'],
    ['over a data cache', cacheIteration, 'iterate_cache'],
  ])('those %s are refused by name', (_, text, key) => {
    const { definition, issues } = readWorkflow(text, { file: 'test.yaml' });
    expect(definition).toBeUndefined();
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatchObject({ code: 'UNSUPPORTED_KEY', message: expect.stringContaining(key) as string });
  });
});
