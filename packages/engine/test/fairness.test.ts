import { parseWorkflow } from '@weftline/graph';
import { memoryStore, type Store } from '@weftline/persistence';
import { expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../src/index.ts';

const definition = parseWorkflow(
  `
weftline: 1
name: shared
input: { count: 10 }
tasks:
  each: { with: { items: "{{ range(input.count) }}", concurrency: 5000, collect: count }, action: work }
output: "{{ task.each.counts.succeeded }}"
`,
  { file: 'shared.yaml' },
);

it('a list of a hundred thousand items does not keep one of ten waiting', async () => {
  const engine = createEngine({
    attemptsMax: 10,
    actions: { work: () => new Promise((resolve) => setImmediate(resolve, null)) },
  });
  onTestFinished(() => engine.close());
  const large = await engine.start(definition, { input: { count: 100_000 } });
  await expect.poll(() => large.progress().tasks[0]?.items?.succeeded).toBeGreaterThan(10);
  const small = engine.start(definition, { input: { count: 10 } });
  const before = large.progress().tasks[0]?.items?.succeeded ?? 0;
  expect(await small.outcome()).toMatchObject({ status: 'succeeded', output: 10 });
  const meanwhile = (large.progress().tasks[0]?.items?.succeeded ?? 0) - before;
  expect(meanwhile).toBeLessThan(5000);
  await large.cancel({ immediate: true });
  await large.outcome();
});

it('an execution begins as many attempts in its turn as it has priority, after a recovery too', async () => {
  const store = memoryStore();
  const started = createEngine({ store: keptOpen(store), actions: { work: () => new Promise(() => undefined) } });
  await started.start(definition, { id: 'low', input: { count: 4000 } });
  await started.start(definition, { id: 'high', input: { count: 4000 }, priority: 4 });
  await started.close();
  const engine = createEngine({
    ...{ store, attemptsMax: 5 },
    actions: { work: () => new Promise((resolve) => setImmediate(resolve, null)) },
  });
  onTestFinished(() => engine.close());
  const executions = await engine.recover();
  const done = (id: string): number =>
    executions.find((each) => each.id === id)?.progress().tasks[0]?.items?.succeeded ?? 0;
  await executions.find(({ id }) => id === 'high')?.outcome();
  expect(done('low')).toBeGreaterThan(500);
  expect(done('low')).toBeLessThan(2000);
});

it.each([0, 1.5, 1001, NaN])('refuses the priority %s', async (priority) => {
  const engine = createEngine({ actions: { work: () => null } });
  onTestFinished(() => engine.close());
  await expect(engine.start(definition, { priority }).outcome()).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
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
