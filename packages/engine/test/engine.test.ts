import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import { memoryStore } from '@weftline/persistence';
import { afterEach, describe, expect, test } from 'vitest';
import { createEngine, EngineError, type Engine, type ExecutionEvent } from '../src/index.ts';

const open: Engine[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
});

function engineWith(options: Parameters<typeof createEngine>[0] = {}): Engine {
  const engine = createEngine(options);
  open.push(engine);
  return engine;
}

const hello = workflow(`
weftline: 1
name: hello
input: { name: { type: string, required: true } }
tasks:
  greet: { action: greet, input: { name: "{{ input.name }}" } }
output: { greeting: "{{ task.greet.result }}" }
`);

const shout = workflow(`
weftline: 1
name: shout
input: { words: { type: array, required: true } }
tasks:
  each:
    with: { items: "{{ input.words }}", concurrency: 3 }
    action: upper
    input: { word: "{{ item }}" }
    next: { publish: { words: "{{ result() }}" }, do: join }
  join: { action: join, input: { words: "{{ words }}" } }
output: "{{ task.join.result }}"
`);

function workflow(text: string): WorkflowDefinition {
  return parseWorkflow(text, { file: 'test.yaml' });
}

const greet = ({ name }: { readonly name: string }): string => `hello ${name}`;

describe('start', () => {
  test('answers an execution that is usable at once', async () => {
    const engine = engineWith({ store: memoryStore(), actions: { greet } });
    const execution = engine.start(hello, { input: { name: 'weft' } });
    expect(execution.id).toMatch(/^[0-9A-Z]{26}$/);
    expect(await execution.outcome()).toEqual({ status: 'succeeded', output: { greeting: 'hello weft' }, errors: [] });
  });

  test('can be awaited until it is durable', async () => {
    const engine = engineWith({ actions: { greet } });
    const execution = await engine.start(hello, { input: { name: 'warp' }, id: 'one' });
    expect(execution.id).toBe('one');
    expect((await engine.get('one')).workflow).toBe('hello');
    expect((await execution.outcome()).output).toEqual({ greeting: 'hello warp' });
  });

  test.each([
    ['INPUT_INVALID', { input: { nme: 'weft' } }],
    ['EXECUTION_ID_INVALID', { input: { name: 'x' }, id: '../x' }],
  ] as const)('rejects with %s', async (code, options) => {
    const engine = engineWith({ actions: { greet } });
    await expect(engine.start(hello, options)).rejects.toMatchObject({ code });
    await expect(engine.start(hello, options).outcome()).rejects.toMatchObject({ code });
  });

  test('rejects a second execution of the same id and leaves the first alone', async () => {
    const engine = engineWith({ actions: { greet } });
    const first = await engine.start(hello, { input: { name: 'a' }, id: 'same' });
    await expect(engine.start(hello, { input: { name: 'b' }, id: 'same' })).rejects.toMatchObject({
      code: 'EXECUTION_EXISTS',
    });
    expect((await first.outcome()).output).toEqual({ greeting: 'hello a' });
  });

  test('names every action that is missing', async () => {
    const engine = engineWith({ actions: { gret: greet } });
    const error = await engine.start(hello, { input: { name: 'weft' } }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: 'ACTION_UNKNOWN', issues: [{ path: 'tasks.greet.action' }] });
  });
});

describe('a list', () => {
  const actions = {
    upper: async ({ word }: { readonly word: string }) => {
      await new Promise((resolve) => setTimeout(resolve, word.length % 3));
      return word.toUpperCase();
    },
    join: ({ words }: { readonly words: readonly string[] }) => words.join(' '),
  };

  test('gives its results in item order, whatever the finishing order', async () => {
    const words = ['one', 'four', 'seven', 'a', 'be', 'see'];
    const { output } = await engineWith({ actions }).start(shout, { input: { words } }).outcome();
    expect(output).toBe('ONE FOUR SEVEN A BE SEE');
  });

  test('tells what happens as events in order, each with its place in the journal', async () => {
    const execution = await engineWith({ actions }).start(shout, { input: { words: ['x', 'y'] } });
    const events: ExecutionEvent[] = [];
    for await (const event of execution.events()) events.push(event);
    expect(events.map(({ type }) => type)).toEqual([
      'execution-started',
      'task-started',
      'attempt-succeeded',
      'attempt-succeeded',
      'task-finished',
      'variables-published',
      'task-started',
      'attempt-succeeded',
      'task-finished',
      'execution-finished',
    ]);
    const sequences = events.map(({ sequence }) => sequence);
    expect([...sequences].sort((a, b) => a - b)).toEqual(sequences);
  });
});
