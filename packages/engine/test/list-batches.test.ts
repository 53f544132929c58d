import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action } from '@weftline/actions';
import { parseWorkflow } from '@weftline/graph';
import { sqliteStore } from '@weftline/persistence-sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../src/index.ts';

let folder: string;
const open: Engine[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weftline-batches-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((engine) => engine.close()));
  await rm(folder, { recursive: true, force: true });
});

function engineOn(work: Action): Engine {
  const engine = createEngine({ store: sqliteStore({ path: join(folder, 'engine.db') }), actions: { work } });
  open.push(engine);
  return engine;
}

const definition = parseWorkflow(
  `
weftline: 1
name: batches
input: { count: 95 }
tasks:
  each:
    with: { items: "{{ range(input.count) }}", batch: { size: 10 }, concurrency: 2, tolerate: 100% }
    action: work
    input: { n: "{{ item }}", half: "{{ 1 / (item - 50) }}" }
    retry: { count: 2, delay: 1ms }
output: { result: "{{ task.each.result }}", failed: "{{ task.each.failed_items | map(attribute='index') }}" }
`,
  { file: 'batches.yaml' },
);

const numbersOf = (input: unknown): number[] =>
  (input as { readonly items: readonly { readonly n: number }[] }).items.map(({ n }) => n);

describe('a list in batches, over SQLite', () => {
  it('runs every item once more after a crash at most, in the calls that were lost', async () => {
    const calls: string[] = [];
    let reached = (): void => undefined;
    const half = new Promise<void>((resolve) => (reached = resolve));
    const first = engineOn((input, { idempotencyKey }) => {
      const numbers = numbersOf(input);
      if (numbers.some((n) => n >= 40)) return new Promise(() => (calls.push(idempotencyKey), reached()));
      return numbers;
    });
    await first.start(definition, { id: 'x' });
    await half;
    await first.close();

    const again: string[] = [];
    const second = engineOn((input, { idempotencyKey, items = [] }) => {
      again.push(idempotencyKey);
      expect(items.map(({ item }) => item)).toEqual(numbersOf(input));
      return numbersOf(input).map((n, at) => {
        if (n === 77) return { error: { message: 'never', retryable: false } };
        return n % 9 === 0 && items[at]?.attempt === 1 ? { error: 'once more' } : n;
      });
    });
    const [execution] = await second.recover();
    const outcome = await execution?.outcome();
    const numbers = Array.from({ length: 95 }, (_, n) => (n === 50 || n === 77 ? null : n));
    expect(outcome).toMatchObject({ status: 'succeeded', output: { result: numbers, failed: [50, 77] } });
    expect(calls.length).toBeGreaterThan(0);
    expect(again.slice(0, calls.length).sort()).toEqual(calls.sort());
  });

  it('fails every item of a call whose answer is none', async () => {
    const outcome = await engineOn(() => 'done')
      .start(definition, { input: { count: 3 } })
      .outcome();
    expect(outcome).toMatchObject({ status: 'succeeded', output: { failed: [0, 1, 2] } });
  });
});

describe('the concurrency of a list', () => {
  it('can be changed while it runs, and stays changed when another engine goes on', async () => {
    const text = `
weftline: 1
name: wide
tasks:
  each: { with: { items: "{{ range(40) }}", concurrency: 1 }, action: work, input: { n: "{{ item }}" } }
output: "{{ task.each.result | length }}"
`;
    let running = 0;
    let most = 0;
    const held: (() => void)[] = [];
    const work: Action = () => {
      running += 1;
      most = Math.max(most, running);
      return new Promise((resolve) => held.push(() => ((running -= 1), resolve(1))));
    };
    const first = engineOn(work);
    const execution = await first.start(parseWorkflow(text, { file: 'wide.yaml' }), { id: 'x' });
    expect(running).toBeLessThanOrEqual(1);
    await execution.setConcurrency('each', 7);
    await expect.poll(() => running).toBe(7);
    await expect(execution.setConcurrency('other', 7)).rejects.toMatchObject({ code: 'TASK_UNKNOWN' });
    await expect(execution.setConcurrency('each', 0)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await first.close();
    running = 0;
    most = 0;
    const second = engineOn(work);
    const [recovered] = await second.recover();
    await expect.poll(() => running).toBe(7);
    await expect(second.setConcurrency('nothing', 'each', 3)).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    await second.setConcurrency('x', 'each', 3);
    while (recovered?.progress().status === 'running') {
      for (const release of held.splice(0)) release();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(await recovered?.outcome()).toMatchObject({ status: 'succeeded', output: 40 });
    expect(most).toBe(7);
  });
});
