import { eventRecording } from '@weftline/coordinator';
import { wholeStateRecording } from '@weftline/coordinator/whole-state-recording';
import { parseWorkflow } from '@weftline/graph';
import { memoryStore, type Store } from '@weftline/persistence';
import { expect, onTestFinished, test } from 'vitest';
import { createEngine, type EngineOptions } from '../src/create-engine.ts';
import type { Engine } from '../src/engine.ts';

const definition = parseWorkflow(
  `
weftline: 1
name: recorded
input: { words: [] }
tasks:
  each:
    with: { items: "{{ input.words }}", as: word, concurrency: 1 }
    action: work
    input: { word: "{{ word }}" }
    next: { publish: { said: "{{ result() }}" }, do: last }
  last: { action: core.echo, input: { said: "{{ said }}" } }
output: "{{ task.last.result.said }}"
`,
  { file: 'recorded.yaml' },
);

function engineWith(options: EngineOptions): Engine {
  const engine = createEngine(options);
  onTestFinished(() => engine.close());
  return engine;
}

test.each([
  ['event recording', undefined, 8],
  ['event recording with snapshots', eventRecording({ snapshotBytesMin: 0 }), 8],
  ['whole-state recording', wholeStateRecording(), 1],
])('under %s the next engine goes on where the former one left', async (_name, recording, records) => {
  const store = memoryStore();
  const strategy = recording === undefined ? {} : { recording };
  let reached = (): void => undefined;
  const third = new Promise<void>((resolve) => (reached = resolve));
  const stuck = ({ word }: { word: string }): unknown =>
    word === 'c' ? new Promise(() => reached()) : word.toUpperCase();
  const first = engineWith({ store: keptOpen(store), actions: { work: stuck }, ...strategy });
  await first.start(definition, { id: 'x', input: { words: ['a', 'b', 'c', 'd'] }, labels: { file: 'recorded.yaml' } });
  await third;
  await first.close();

  const made: string[] = [];
  const work = ({ word }: { word: string }): string => (made.push(word), word.toUpperCase());
  const second = engineWith({ store, actions: { work }, ...strategy });
  expect(await second.inspect('x')).toMatchObject({
    ...{ workflow: 'recorded', labels: { file: 'recorded.yaml' }, input: { words: ['a', 'b', 'c', 'd'] } },
    progress: { tasks: [{ task: 'each', items: { succeeded: 2, running: 1, pending: 1 } }] },
  });
  const [execution] = await second.recover();
  expect(await execution?.outcome()).toMatchObject({ status: 'succeeded', output: ['A', 'B', 'C', 'D'] });
  expect(made).toEqual(['c', 'd']);
  expect((await second.inspect('x')).outcome).toMatchObject({ status: 'succeeded', output: ['A', 'B', 'C', 'D'] });
  expect((await second.get('x')).head).toBe(records);
});

/** The same store for an engine that closes it. */
function keptOpen(store: Store): Store {
  return new Proxy(store, {
    get: (_target, name: keyof Store) => {
      if (name === 'close') return async () => undefined;
      const member = store[name];
      return typeof member === 'function' ? member.bind(store) : member;
    },
  });
}
