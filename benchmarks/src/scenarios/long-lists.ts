import { createEngine, defineSource, itemPage, type Engine } from '@weftline/engine';
import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import pLimit from 'p-limit';
import type { PreparedCase, Scenario, Strategy } from '../case.ts';
import { seededRandom } from '../statistics.ts';
import { memoryStore } from '@weftline/persistence';
import { CountingStore, type WriteCounts } from './counting-store.ts';
import { openStore, type OpenedStore } from './open-store.ts';
import { writtenByProcess } from './written-bytes.ts';

/** As many as the producers that the stores are measured with by themselves. */
const listConcurrency = 100;
const pageSize = 500;
const resultBytes = 600;
const sampledEveryMs = 20;

/** Numbers by the page, as many as the input says. */
const numbers = defineSource(async function* (input: { readonly count: number }) {
  for (let at = 0; at < input.count; at += pageSize) {
    const size = Math.min(pageSize, input.count - at);
    yield await Promise.resolve(
      itemPage(
        Array.from({ length: size }, (_, place) => at + place),
        at + size,
      ),
    );
  }
});

/** What an item answers: nothing, or a text without a pattern that would flatter a store which compresses. */
type Answer = 'null' | 'text';

interface ListKind {
  readonly name: string;
  readonly store: 'memory' | 'sqlite';
  readonly collect: 'all' | 'none' | 'count';
  readonly answer: Answer;
}

function workflow({ collect }: ListKind): WorkflowDefinition {
  return parseWorkflow(
    `
weftline: 1
name: long-list
input: { count: { type: integer, required: true } }
tasks:
  each:
    with:
      from: { action: bench.numbers, input: { count: "{{ input.count }}" } }
      concurrency: ${listConcurrency}
      collect: ${collect}
    action: bench.answer
    input: { value: "{{ item }}" }
output: { succeeded: "{{ task.each.counts.succeeded }}" }
`,
    { file: 'long-list.yaml' },
  );
}

interface LongListRun {
  readonly succeeded: unknown;
  readonly peakBytes: number;
  readonly mediumBytes: number | undefined;
  readonly counts: WriteCounts;
}

/** The most memory that the process holds above what it held before, sampled. */
class PeakMemory {
  readonly #before = process.memoryUsage.rss();
  #most = 0;
  readonly #timer = setInterval(() => this.#sample(), sampledEveryMs);

  #sample(): void {
    this.#most = Math.max(this.#most, process.memoryUsage.rss() - this.#before);
  }

  end(): number {
    this.#sample();
    clearInterval(this.#timer);
    return this.#most;
  }
}

class LongList {
  /** Of the first run: later ones begin with what earlier ones have made the process hold. */
  #peakBytes: number | undefined;
  readonly #engine: Engine;
  readonly #definition: WorkflowDefinition;
  readonly #opened: OpenedStore;
  readonly #counting: CountingStore;

  constructor(kind: ListKind, opened: OpenedStore) {
    this.#opened = opened;
    this.#counting = new CountingStore(opened.store);
    this.#definition = workflow(kind);
    const texts = textsFor(kind.answer);
    this.#engine = createEngine({
      store: this.#counting,
      actions: {
        'bench.numbers': numbers,
        'bench.answer': ({ value }: { readonly value: number }) => texts?.(value) ?? null,
      },
    });
  }

  async run(count: number): Promise<LongListRun> {
    const bytesBefore = await this.#opened.writtenBytes();
    this.#counting.take();
    const memory = new PeakMemory();
    const { status, output, errors } = await this.#engine.start(this.#definition, { input: { count } }).outcome();
    const peakBytes = (this.#peakBytes ??= memory.end());
    memory.end();
    if (status !== 'succeeded') throw new Error(`execution ${status}: ${JSON.stringify(errors)}`);
    const bytesAfter = await this.#opened.writtenBytes();
    const counts = this.#counting.take();
    const mediumBytes = bytesBefore === undefined || bytesAfter === undefined ? undefined : bytesAfter - bytesBefore;
    return { succeeded: (output as { readonly succeeded: unknown }).succeeded, peakBytes, mediumBytes, counts };
  }

  async close(): Promise<void> {
    await this.#engine.close();
    await this.#opened.discard();
  }
}

/** A new text for each item, as an action would make it: none shares its characters with another. */
function textsFor(answer: Answer): ((value: number) => string) | undefined {
  if (answer === 'null') return undefined;
  const random = seededRandom(1);
  const letters = Buffer.from(
    Array.from({ length: 16 * resultBytes }, () => Math.floor(random() * 36).toString(36)).join(''),
  );
  return (value) => {
    const at = (value * 7) % (letters.length - resultBytes);
    return letters.toString('latin1', at, at + resultBytes);
  };
}

/** A memory store that keeps no more of the journal than it has to. */
async function open(kind: ListKind['store']): Promise<OpenedStore> {
  if (kind === 'sqlite') return openStore(kind);
  const store = memoryStore({ compacts: true });
  return { store, writtenBytes: writtenByProcess, discard: () => store.close() };
}

function longList(kind: ListKind): Strategy {
  return {
    name: kind.name,
    async prepare({ n }): Promise<PreparedCase> {
      const list = new LongList(kind, await open(kind.store));
      return {
        operations: n,
        run: () => list.run(n),
        check(answer) {
          const { succeeded } = answer as LongListRun;
          if (succeeded !== n) throw new Error(`expected ${n} items, got ${String(succeeded)}`);
        },
        figures(answer) {
          const { peakBytes, mediumBytes, counts } = answer as LongListRun;
          const written = mediumBytes === undefined ? {} : { mediumBytesPerItem: mediumBytes / n };
          return {
            peakMegabytesAboveIdle: peakBytes / 1e6,
            ...{
              journalBytesPerItem: (counts.bytes - counts.snapshotBytes) / n,
              snapshotBytesPerItem: counts.snapshotBytes / n,
            },
            ...(kind.store === 'memory' ? {} : written),
          };
        },
        close: () => list.close(),
      };
    },
  };
}

/** The same source and as many promises, with neither journal nor order. */
const bareLoop: Strategy = {
  name: 'p-limit over the source',
  prepare({ n }) {
    return Promise.resolve({
      operations: n,
      async run() {
        const limit = pLimit(listConcurrency);
        let done = 0;
        for (let at = 0; at < n; at += pageSize) {
          const size = Math.min(pageSize, n - at);
          await Promise.all(Array.from({ length: size }, () => limit(async () => void (done += 1))));
        }
        return done;
      },
      check(answer) {
        if (answer !== n) throw new Error(`expected ${n} items`);
      },
    });
  },
};

const sizes = [10_000, 100_000, 1_000_000].map((n) => ({ n, c: 0 }));

export const longLists: Scenario = {
  ...{ name: 'long-lists', title: 'a list from a lazy source, by its length', operation: 'item', pace: 'whole-run' },
  ...{ floor: 'p-limit over the source', baseline: 'memory, none collected', growth: ['n'] },
  ...{ sizes, quickSizes: sizes.slice(0, 1), youngGeneration: 'as shipped' },
  notes: [
    'A source yields pages of 500 numbers with a cursor; 100 in flight, the action answers nothing, or a text of 600 bytes where it says so.',
    `peakMegabytesAboveIdle is of the whole process in its first run, over what it held before, sampled every ${sampledEveryMs} ms with V8 as it is shipped: garbage that V8 has not collected yet is in it. The memory store lets go of records that a snapshot stands for (its option compacts).`,
    'journalBytesPerItem is what the engine hands to the store, without the snapshots; mediumBytesPerItem what the process gave to write() in all, in whole pages and with checkpoints.',
    'Not measured: slow sources, sources that cannot seek.',
  ],
  strategies: [
    bareLoop,
    longList({ name: 'memory, none collected', store: 'memory', collect: 'none', answer: 'null' }),
    longList({ name: 'memory, counted', store: 'memory', collect: 'count', answer: 'null' }),
    longList({ name: 'sqlite, none collected', store: 'sqlite', collect: 'none', answer: 'null' }),
    longList({ name: 'sqlite, counted', store: 'sqlite', collect: 'count', answer: 'null' }),
    longList({ name: 'sqlite, all of 600 B collected', store: 'sqlite', collect: 'all', answer: 'text' }),
  ],
};
