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
import { CountingStore } from './counting-store.ts';
import { openStore, type OpenedStore, type StoreKind } from './open-store.ts';
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
}

interface Writing {
  readonly name: string;
  readonly kind: StoreKind;
  readonly policy: () => WritePolicy;
  readonly engine?: Pick<EngineOptions, 'recording' | 'stateAccess'>;
}

/** One completion, one batch, one write: what the policies are for shows only where completions are not batched before them. */
const oneByOne: StateAccessStrategy = lockPerCompletion();

const writings: readonly Writing[] = (['sqlite', 'segment file'] as const).flatMap((kind) => [
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
    async prepare(size): Promise<PreparedCase> {
      const opened = await openStore(kind);
      const counting = new CountingStore(opened.store);
      const fan = new FanOut(size);
      const engine = createEngine({
        ...{ store: counting, writePolicy: policy(), actions: fan.actions },
        ...strategies,
      });
      let counts = counting.take();
      return {
        operations: size.n,
        async run() {
          const run = await fan.run(engine, counting);
          counts = counting.take();
          return run;
        },
        check(answer) {
          const { status, missing } = answer as FanOutRun;
          if (status !== 'succeeded' || missing > 0)
            throw new Error(`execution ${status}, ${missing} branches without a result`);
        },
        durationNs: (answer) => (answer as FanOutRun).ns,
        figures: (answer) => ({
          ...{ writesPerCompletion: counts.writes / size.n, bytesPerCompletion: counts.bytes / size.n },
          lostRecords: (answer as FanOutRun).lost,
        }),
        close: () => closeAll(engine, opened),
      };
    },
  };
}

async function closeAll(engine: Engine, opened: OpenedStore): Promise<void> {
  await engine.close();
  await opened.discard();
}

/** Runs a fan-out whose branches all answer when the last of them has begun. */
class FanOut {
  readonly #definition;
  readonly #n: number;
  #waiting: (() => void)[] = [];
  #allBegan: () => void = () => undefined;

  constructor(size: Size) {
    this.#n = size.n;
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
      // Lengths differ, as those of real results do: a rewrite of equal length would flatter a store that compares pages.
      return { number, text: 'x'.repeat(500 + number) };
    },
  };

  /** Timed from the moment at which all branches may answer to the outcome. */
  async run(engine: Engine, medium: CountingStore): Promise<FanOutRun> {
    this.#waiting = [];
    const began = new Promise<void>((resolve) => (this.#allBegan = resolve));
    const execution: Execution = await engine.start(this.#definition);
    await began;
    medium.take();
    const before = process.hrtime.bigint();
    for (const answer of this.#waiting) answer();
    const { status } = await execution.outcome();
    const ns = Number(process.hrtime.bigint() - before);
    // Behind the write policy, so that what it has only acknowledged does not count; asking the engine writes that first.
    const written = (await medium.get(execution.id))?.head ?? 0;
    const { progress, summary } = await engine.inspect(execution.id);
    const kept = progress.tasks.filter(
      ({ task, status: state }) => task.startsWith('branch_') && state === 'succeeded',
    ).length;
    // No more than a hundred ended visits are shown.
    return { status, ns, missing: Math.min(this.#n, 100) - kept, lost: summary.head - written };
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
    'writesPerCompletion counts calls of Store.append behind the policy, each one commit and one sync; bytesPerCompletion what they were given.',
    'lostRecords: acknowledged and not on the medium at the moment of the outcome, which a crash would have taken. Write-behind may lose up to 50 ms, 10,000 records or 16 MiB (its defaults).',
    'Not measured: PostgreSQL, power cuts (the persistence package tests them), bytes that the medium writes beside ours.',
  ],
  strategies: [rawAppend, ...writings.map(writing)],
};
