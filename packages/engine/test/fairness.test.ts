import { parseWorkflow } from '@weftline/graph';
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
