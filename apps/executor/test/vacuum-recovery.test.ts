import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '@weftline/engine';
import type { Engine, ExecutionInspection } from '@weftline/engine';
import { parseWorkflow } from '@weftline/graph';
import { memoryStore } from '@weftline/persistence';
import type { Store } from '@weftline/persistence';
import { segmentFileStore } from '@weftline/persistence/segment-file-store';
import { sqliteStore } from '@weftline/persistence-sqlite';
import { expect, it, vi } from 'vitest';

// A long list over stores that are compacted while it runs, and before it is taken up again.

vi.setConfig({ testTimeout: 120_000 });

const itemCount = 10_000;
const stuckFrom = 7_000;

const definition = parseWorkflow(
  `
weftline: 1
name: long
tasks:
  each:
    with: { items: "{{ range(${itemCount}) }}", concurrency: 100 }
    action: work
    input: { n: "{{ item }}" }
    next: { publish: { results: "{{ result() }}" }, do: sum }
  sum: { action: sum, input: { results: "{{ results }}" } }
output: "{{ task.sum.result }}"
`,
  { file: 'long.yaml' },
);

const text = 'some text that a result carries';
const resultOf = (n: number): object => ({ n, text });
const sum = ({ results }: { results: { n: number }[] }): number => results.reduce((total, { n }) => total + n, 0);

const stores: Readonly<Record<string, (directory: string) => Store>> = {
  memory: () => memoryStore(),
  'segment file': (directory) => segmentFileStore({ directory, segmentBytesMax: 64 * 1024 }),
  sqlite: (directory) => sqliteStore({ path: join(directory, 'store.db') }),
};

it.each(Object.entries(stores))('recovers from a %s store that was compacted', async (_, open) => {
  const directory = await mkdtemp(join(tmpdir(), 'weftline-vacuum-'));
  const store = open(directory);
  try {
    const dropped = await leaveBehind(store);
    const before = await inspect(store);
    const report = await store.maintenance?.vacuum({ endedBeforeMs: Date.now() });
    expect(dropped + (report?.recordsDropped ?? 0)).toBeGreaterThan(1_000);
    expect(await inspect(store)).toEqual(before);
    const made: number[] = [];
    const work = ({ n }: { n: number }): object => {
      made.push(n);
      return resultOf(n);
    };
    await withEngine({ store, work }, async (engine) => {
      const [execution] = await engine.recover();
      expect(await execution?.outcome()).toMatchObject({
        ...{ status: 'succeeded', output: (itemCount * (itemCount - 1)) / 2 },
      });
    });
    // What had no durable completion, and nothing else.
    expect(made.every((n) => n >= stuckFrom)).toBe(true);
    expect(made.length).toBe(itemCount - stuckFrom);
    await store.maintenance?.vacuum();
    expect((await inspect(store)).outcome).toMatchObject({ status: 'succeeded' });
  } finally {
    await store.close();
    await rm(directory, { recursive: true });
  }
});

/** Runs until all items that can have completed, with a vacuum now and then, and stops; answers how many records were dropped. */
async function leaveBehind(store: Store): Promise<number> {
  let completed = 0;
  let dropped = 0;
  let reached = (): void => undefined;
  const done = new Promise<void>((resolve) => (reached = resolve));
  const vacuums: Promise<void>[] = [];
  const work = ({ n }: { n: number }): unknown => {
    if (n >= stuckFrom) return n === stuckFrom + 50 ? new Promise(() => reached()) : new Promise(() => undefined);
    completed++;
    if (completed % 1_000 === 0) vacuums.push(vacuum());
    return resultOf(n);
  };
  const vacuum = async (): Promise<void> => {
    const report = await store.maintenance?.vacuum();
    dropped += report?.recordsDropped ?? 0;
  };
  await withEngine({ store, work }, async (engine) => {
    await engine.start(definition, { id: 'x' });
    await done;
    await Promise.all(vacuums);
  });
  return dropped;
}

function inspect(store: Store): Promise<ExecutionInspection> {
  return withEngine({ store, work: () => undefined }, (engine) => engine.inspect('x'));
}

async function withEngine<Result>(
  { store, work }: { readonly store: Store; readonly work: (input: { n: number }) => unknown },
  use: (engine: Engine) => Promise<Result>,
): Promise<Result> {
  const kept = new Proxy(store, {
    get: (_target, name: keyof Store) => {
      if (name === 'close') return async () => undefined;
      const member = store[name];
      return typeof member === 'function' ? (member.bind(store) as unknown) : member;
    },
  });
  const engine = createEngine({ store: kept, actions: { work, sum } });
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}
