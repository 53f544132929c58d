import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { WritePolicy } from '@weftline/persistence';
import { groupCommit } from '@weftline/persistence/group-commit';
import { writeThrough } from '@weftline/persistence/write-through';
import type { PreparedCase, Scenario, Size, Strategy } from '../case.ts';
import { seededRandom } from '../statistics.ts';
import { CountingStore } from './counting-store.ts';
import { JournalWriter } from './journal-writer.ts';
import { openStore, storeUnavailable, type StoreKind } from './open-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

const recordBytes = 600;

/** Each producer appends so many records, one after the other. */
function recordsEach({ n }: Size): number {
  return n >= 1_000 ? 3 : 10;
}

/** Bytes without a pattern, and no record twice: either would flatter a store that compresses. */
function recordsOf(count: number): readonly Uint8Array[] {
  const random = seededRandom(1);
  const record = (): Uint8Array => Uint8Array.from({ length: recordBytes }, () => Math.floor(random() * 256));
  return Array.from({ length: count }, record);
}

interface AppendRun {
  readonly ns: number;
  readonly written: number;
  readonly latenciesNs: readonly number[];
  readonly writes: number;
  readonly mediumBytes: number | undefined;
  readonly loopDelayP99Ms: number;
}

const policies: Readonly<Record<string, () => WritePolicy>> = {
  'write-through': writeThrough,
  'group-commit': groupCommit,
};

function appending(kind: StoreKind, policy: string): Strategy {
  return {
    name: `${kind}, ${policy}`,
    skip: ({ n }) =>
      policy === 'write-through' && n > 100
        ? 'thousands of commits, one after the other, as with 100 producers'
        : undefined,
    unavailable: () => storeUnavailable(kind),
    async prepare(size): Promise<PreparedCase> {
      const opened = await openStore(kind);
      const counting = new CountingStore(opened.store);
      const store = (policies[policy] ?? groupCommit)()(counting);
      const writer = new JournalWriter(store);
      const total = size.n * recordsEach(size);
      const records = recordsOf(total);
      return {
        operations: total,
        async run(): Promise<AppendRun> {
          await writer.begin();
          counting.take();
          const bytesBefore = await opened.writtenBytes();
          const loop = monitorEventLoopDelay({ resolution: 1 });
          loop.enable();
          const produced = await produce(records, size, writer);
          loop.disable();
          const bytesAfter = await opened.writtenBytes();
          const mediumBytes =
            bytesBefore === undefined || bytesAfter === undefined ? undefined : bytesAfter - bytesBefore;
          const loopDelayP99Ms = loop.percentile(99) / 1e6;
          const { writes } = counting.take();
          return { ...produced, written: await writer.written(), writes, mediumBytes, loopDelayP99Ms };
        },
        check(answer) {
          const { written } = answer as AppendRun;
          if (written !== total) throw new Error(`expected ${total} records, got ${written}`);
        },
        durationNs: (answer) => (answer as AppendRun).ns,
        latenciesNs: (answer) => (answer as AppendRun).latenciesNs,
        figures: (answer) => figuresOf(answer as AppendRun, total),
        async close() {
          await store.close();
          await opened.discard();
        },
      };
    },
  };
}

/** All producers at once; each waits for one acknowledgement before its next append. */
async function produce(
  records: readonly Uint8Array[],
  { n }: Size,
  writer: JournalWriter,
): Promise<Pick<AppendRun, 'ns' | 'latenciesNs'>> {
  const latenciesNs: number[] = [];
  const left = records.values();
  const began = process.hrtime.bigint();
  const producer = async (): Promise<void> => {
    for (const record of left) {
      const before = process.hrtime.bigint();
      await writer.append(record);
      latenciesNs.push(Number(process.hrtime.bigint() - before));
    }
  };
  await Promise.all(Array.from({ length: n }, producer));
  return { ns: Number(process.hrtime.bigint() - began), latenciesNs };
}

function figuresOf(
  { writes, mediumBytes, loopDelayP99Ms }: AppendRun,
  total: number,
): Readonly<Record<string, number>> {
  const bytes = mediumBytes === undefined ? {} : { mediumBytesPerRecordByte: mediumBytes / total / recordBytes };
  return { recordsPerWrite: total / Math.max(1, writes), loopDelayP99Ms, ...bytes };
}

/** The same bytes appended to a file, a sync behind each round of the producers. */
const appendAndSync: Strategy = {
  name: 'append and sync',
  async prepare(size): Promise<PreparedCase> {
    const folder = await temporaryFolder();
    const file = await open(join(folder.path, 'floor'), 'a');
    const round = Buffer.concat(recordsOf(size.n));
    const rounds = recordsEach(size);
    return {
      operations: size.n * rounds,
      async run() {
        for (let each = 0; each < rounds; each += 1) {
          await file.write(round);
          await file.datasync();
        }
        return rounds;
      },
      check(answer) {
        if (answer !== rounds) throw new Error(`expected ${rounds} rounds`);
      },
      async close() {
        await file.close();
        await folder.discard();
      },
    };
  },
};

const sizes = [1, 10, 100, 1_000].map((n) => ({ n, c: 0 }));

export const concurrentAppends: Scenario = {
  ...{
    name: 'concurrent-appends',
    title: 'n producers append records of 600 bytes and wait for each',
    operation: 'record',
  },
  ...{ pace: 'whole-run', floor: 'append and sync', growth: [], sizes, quickSizes: sizes.slice(2) },
  ...{ baseline: 'sqlite, write-through', control: 'sqlite, group-commit' },
  notes: [
    'The store and its write policy by themselves, without an engine: one execution, ten records per producer (three with 1,000 producers).',
    'recordsPerWrite is the size of a group, each one commit and one sync; mediumBytesPerRecordByte what write() (or the log of PostgreSQL) was given for each byte of a record; loopDelayP99Ms how late the event loop was meanwhile, 1 ms of which is the probe.',
    'Not measured: several executions at once, a disk that other programs use.',
  ],
  strategies: [
    appendAndSync,
    ...(['sqlite', 'segment file', 'postgres'] as const).flatMap((kind) =>
      Object.keys(policies).map((policy) => appending(kind, policy)),
    ),
  ],
};
