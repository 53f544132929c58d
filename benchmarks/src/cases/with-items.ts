import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type Engine } from '@weftline/engine';
import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import { memoryStore, type Store } from '@weftline/persistence';
import { segmentFileStore } from '@weftline/persistence/segment-file-store';
import { sqliteStore } from '@weftline/persistence-sqlite';
import pLimit from 'p-limit';
import type { BenchmarkCase, PreparedCase } from '../case.ts';

const concurrency = 50;
const sizes = [{ n: 10_000, c: 0 }];

/** A list whose action does nothing but answer its item, so that what is measured is the engine. */
const definition: WorkflowDefinition = parseWorkflow(
  `
weftline: 1
name: with-items
input:
  values: { type: array, required: true }
tasks:
  each:
    with: { items: "{{ input.values }}", concurrency: ${concurrency} }
    action: bench.identity
    input: { value: "{{ item }}" }
output: "{{ task.each.result }}"
`,
  { file: 'with-items.yaml' },
);

const identity = ({ value }: { readonly value: number }): number => value;

function valuesOf(n: number): readonly number[] {
  return Array.from({ length: n }, (_, index) => index);
}

function checkValues(n: number, answer: unknown): void {
  const expected = JSON.stringify(valuesOf(n));
  if (JSON.stringify(answer) !== expected)
    throw new Error(`expected the ${n} items in order, got ${JSON.stringify(answer).slice(0, 80)}`);
}

/** The same loop over promises, with neither journal nor context: what any engine pays at least. */
const floor: BenchmarkCase = {
  scenario: 'with-items',
  strategy: 'p-limit (floor)',
  floor: true,
  sizes,
  prepare({ n }) {
    const values = valuesOf(n);
    return Promise.resolve({
      run() {
        const limit = pLimit(concurrency);
        return Promise.all(values.map((value) => limit(async () => identity({ value }))));
      },
      check: (answer) => checkValues(n, answer),
      close: () => Promise.resolve(),
    });
  },
};

interface OpenStore {
  readonly store: Store;
  discard(): Promise<void>;
}

function onStore(strategy: string, open: () => Promise<OpenStore>): BenchmarkCase {
  return {
    scenario: 'with-items',
    strategy,
    floor: false,
    sizes,
    async prepare({ n }): Promise<PreparedCase> {
      const opened = await open();
      const engine = createEngine({ store: opened.store, actions: { 'bench.identity': identity } });
      const values = valuesOf(n);
      return {
        run: () => runOnce(engine, values),
        check: (answer) => checkValues(n, answer),
        async close() {
          await engine.close();
          await opened.discard();
        },
      };
    },
  };
}

async function runOnce(engine: Engine, values: readonly number[]): Promise<unknown> {
  const { status, output, errors } = await engine.start(definition, { input: { values } }).outcome();
  if (status !== 'succeeded') throw new Error(`execution ${status}: ${JSON.stringify(errors)}`);
  return output;
}

async function inTemporaryFolder(open: (folder: string) => Store): Promise<OpenStore> {
  const folder = await mkdtemp(join(tmpdir(), 'weftline-bench-'));
  return { store: open(folder), discard: () => rm(folder, { recursive: true, force: true }) };
}

export const withItems: readonly BenchmarkCase[] = [
  floor,
  onStore('memory store', () => Promise.resolve({ store: memoryStore(), discard: () => Promise.resolve() })),
  onStore('segment-file store, group commit', () => inTemporaryFolder((directory) => segmentFileStore({ directory }))),
  onStore('SQLite store, group commit', () =>
    inTemporaryFolder((folder) => sqliteStore({ path: join(folder, 'bench.db') })),
  ),
];
