import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { mailbox, type StateAccessStrategy } from '@weftline/coordinator';
import { lockPerCompletion } from '@weftline/coordinator/lock-per-completion';
import { wholeStateRecording } from '@weftline/coordinator/whole-state-recording';
import { createEngine, type Engine, type EngineOptions, type Execution } from '@weftline/engine';
import { parseWorkflow } from '@weftline/graph';
import type { WritePolicy } from '@weftline/persistence';
import { groupCommit } from '@weftline/persistence/group-commit';
import { writeBehind } from '@weftline/persistence/write-behind';
import { writeThrough } from '@weftline/persistence/write-through';
import type { PreparedCase, Scenario, Size, Strategy } from '../case.ts';
import { seededRandom } from '../statistics.ts';
import { CountingStore, type WriteCounts } from './counting-store.ts';
import { openStore, storeUnavailable, type OpenedStore, type StoreKind } from './open-store.ts';
import { textResult } from './task-results.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** One task fills the state with `c` results of 10 KB, then `n` branches complete at the same moment. */
function fanOut({ n, c }: Size): string {
  const branches = Array.from({ length: n }, (_, number) => `branch_${number}`);
  const branch = (name: string, number: number): string =>
    `  ${name}: { action: bench.complete, input: { number: ${number} } }`;
  return `
weftline: 1
name: fan-out
tasks:
  fill: { action: bench.results, input: { count: ${c} }, next: { do: [${branches.join(', ')}] } }
${branches.map(branch).join('\n')}
`;
}

interface FanOutRun {
  readonly status: string;
  readonly ns: number;
  /** Branches whose result the journal does not have. */
  readonly missing: number;
  /** Records that a crash at the moment of the outcome would have taken. */
  readonly lost: number;
  readonly counts: WriteCounts;
  /** Written to the medium meanwhile, by whoever writes it; undefined where nobody counts. */
  readonly mediumBytes: number | undefined;
}

interface Writing {
  readonly name: string;
  readonly kind: StoreKind;
  readonly policy: () => WritePolicy;
  readonly engine?: Pick<EngineOptions, 'recording' | 'stateAccess'>;
}

/** One completion, one batch, one write: what the policies are for shows only where completions are not batched before them. */
const oneByOne: StateAccessStrategy = lockPerCompletion();

const writings: readonly Writing[] = (['sqlite', 'segment file', 'postgres'] as const).flatMap((kind) => [
  {
    ...{ name: `${kind}: whole state, write-through`, kind, policy: writeThrough },
    engine: { recording: wholeStateRecording(), stateAccess: oneByOne },
  },
  { name: `${kind}: deltas, write-through`, kind, policy: writeThrough, engine: { stateAccess: oneByOne } },
  { name: `${kind}: deltas, write-behind`, kind, policy: writeBehind, engine: { stateAccess: oneByOne } },
  { name: `${kind}: deltas, group-commit`, kind, policy: groupCommit, engine: { stateAccess: mailbox() } },
]);

function writing({ name, kind, policy, engine: strategies }: Writing): Strategy {
  return {
    name,
    unavailable: () => storeUnavailable(kind),
    async prepare(size): Promise<PreparedCase> {
      const opened = await openStore(kind);
      const counting = new CountingStore(opened.store);
      const fan = new FanOut(size, { counting, writtenBytes: opened.writtenBytes });
      const engine = createEngine({
        ...{ store: counting, writePolicy: policy(), actions: fan.actions },
        ...strategies,
      });
      return {
        operations: size.n,
        run: () => fan.run(engine),
        check(answer) {
          const { status, missing } = answer as FanOutRun;
          if (status !== 'succeeded' || missing > 0)
            throw new Error(`execution ${status}, ${missing} branches without a result`);
        },
        durationNs: (answer) => (answer as FanOutRun).ns,
        figures: (answer) => figuresOf(answer as FanOutRun, size.n),
        close: () => closeAll(engine, opened),
      };
    },
  };
}

function figuresOf({ counts, lost, mediumBytes }: FanOutRun, completions: number): Readonly<Record<string, number>> {
  const { writes, records, bytes } = counts;
  return {
    ...{ writesPerCompletion: writes / completions, rowsPerCompletion: records / completions },
    ...{ bytesPerCompletion: bytes / completions, lostRecords: lost },
    ...(mediumBytes === undefined ? {} : { mediumBytesPerCompletion: mediumBytes / completions }),
  };
}

async function closeAll(engine: Engine, opened: OpenedStore): Promise<void> {
  await engine.close();
  await opened.discard();
}

/**
 * About 500 characters each. Lengths differ, as those of real results do: a rewrite of equal length would flatter a store that
 * compares pages; and letters follow no pattern, which would flatter one that compresses.
 */
function resultTexts(n: number): readonly string[] {
  const random = seededRandom(1);
  const letter = (): string => Math.floor(random() * 36).toString(36);
  return Array.from({ length: n }, (_, number) => Array.from({ length: 500 + number }, letter).join(''));
}

/** Runs a fan-out whose branches all answer when the last of them has begun. */
class FanOut {
  readonly #definition;
  readonly #n: number;
  readonly #texts: readonly string[];
  readonly #counting: CountingStore;
  readonly #writtenBytes: OpenedStore['writtenBytes'];
  #waiting: (() => void)[] = [];
  #allBegan: () => void = () => undefined;

  constructor(size: Size, { counting, writtenBytes }: Pick<OpenedStore, 'writtenBytes'> & { counting: CountingStore }) {
    this.#n = size.n;
    this.#texts = resultTexts(size.n);
    this.#counting = counting;
    this.#writtenBytes = writtenBytes;
    this.#definition = parseWorkflow(fanOut(size), { file: 'fan-out.yaml' });
  }

  readonly actions = {
    'bench.results': ({ count }: { readonly count: number }): unknown =>
      Array.from({ length: count }, (_, task) => textResult(task)),
    'bench.complete': async ({ number }: { readonly number: number }): Promise<unknown> => {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        if (this.#waiting.length === this.#n) this.#allBegan();
      });
      return { number, text: this.#texts[number] };
    },
  };

  /** Timed from the moment at which all branches may answer to the outcome. */
  async run(engine: Engine): Promise<FanOutRun> {
    this.#waiting = [];
    const began = new Promise<void>((resolve) => (this.#allBegan = resolve));
    const execution: Execution = await engine.start(this.#definition);
    await began;
    const bytesBefore = await this.#writtenBytes();
    this.#counting.take();
    const before = process.hrtime.bigint();
    for (const answer of this.#waiting) answer();
    const { status } = await execution.outcome();
    const ns = Number(process.hrtime.bigint() - before);
    // Behind the write policy, so that what it has only acknowledged does not count; asking the engine writes that first.
    const written = (await this.#counting.get(execution.id))?.head ?? 0;
    const counts = this.#counting.take();
    const bytesAfter = await this.#writtenBytes();
    const { progress, summary } = await engine.inspect(execution.id);
    const kept = progress.tasks.filter(
      ({ task, status: state }) => task.startsWith('branch_') && state === 'succeeded',
    ).length;
    // No more than a hundred ended visits are shown.
    const mediumBytes = bytesBefore === undefined || bytesAfter === undefined ? undefined : bytesAfter - bytesBefore;
    return { status, ns, missing: Math.min(this.#n, 100) - kept, lost: summary.head - written, counts, mediumBytes };
  }
}

/** The same bytes appended to a file by themselves, with a sync behind each. */
const rawAppend: Strategy = {
  name: 'append and sync',
  async prepare({ n }): Promise<PreparedCase> {
    const folder = await temporaryFolder();
    const file = await open(join(folder.path, 'floor'), 'a');
    const record = Buffer.alloc(600, 120);
    return {
      operations: n,
      async run() {
        await file.write(Buffer.concat(Array.from({ length: n }, () => record)));
        await file.datasync();
        return n;
      },
      check(answer) {
        if (answer !== n) throw new Error(`expected ${n} records`);
      },
      async close() {
        await file.close();
        await folder.discard();
      },
    };
  },
};

export const stateWrites: Scenario = {
  ...{ name: 'state-writes', title: 'n branches complete at once, with a state of c results of 10 KB' },
  ...{ operation: 'completion', pace: 'whole-run', floor: 'append and sync', growth: [] },
  baseline: 'sqlite: whole state, write-through',
  control: 'sqlite: deltas, group-commit',
  sizes: [1, 10, 100].map((n) => ({ n, c: 100 })),
  quickSizes: [{ n: 100, c: 100 }],
  notes: [
    'n branches of a fan-out answer at the same moment; timed from then to the outcome, which is the last write.',
    'whole state: the state is rewritten with every completion, as the analysis found it. deltas: what happened is appended.',
    'writesPerCompletion counts calls of Store.append behind the policy, each one commit and one sync; rowsPerCompletion the records they hold, bytesPerCompletion what they were given, mediumBytesPerCompletion what came of it: bytes given to write() by the process, or the write-ahead log of PostgreSQL (of the whole server).',
    'lostRecords: acknowledged and not on the medium at the moment of the outcome, which a crash would have taken. Write-behind may lose up to 50 ms, 10,000 records or 16 MiB (its defaults).',
    'Not measured: power cuts (the persistence package tests them); with write-behind, medium bytes of what is still waiting (its figures hold the filling, which it had not written yet).',
  ],
  strategies: [rawAppend, ...writings.map(writing)],
};
