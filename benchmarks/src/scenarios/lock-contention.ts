import { itemContext } from '@weftline/context';
import {
  advance,
  compileWorkflow,
  eventDriven,
  mailbox,
  type Command,
  type Event,
  type ExecutionState,
  type StateAccessStrategy,
} from '@weftline/coordinator';
import { lockPerCompletion } from '@weftline/coordinator/lock-per-completion';
import { lockPerTask } from '@weftline/coordinator/lock-per-task';
import { parseWorkflow } from '@weftline/graph';
import type { PreparedCase, Scenario, Strategy } from '../case.ts';

/** `n` tasks begin at once, each leads to three more, and all of those to one that joins them. */
function fanOut(n: number): string {
  const tasks = Array.from({ length: n }, (_, number) => {
    const next = [0, 1, 2].map((leaf) => `leaf_${number}_${leaf}`);
    const leaves = next.map((name) => `  ${name}: { action: work, next: { do: join } }`);
    return [`  first_${number}: { action: work, next: { do: [${next.join(', ')}] } }`, ...leaves].join('\n');
  });
  return `weftline: 1\nname: fan-out\ntasks:\n${tasks.join('\n')}\n  join: { action: work, join: all }\n`;
}

type RunAttempt = Extract<Command, { readonly type: 'run-attempt' }>;

interface ContentionRun {
  readonly status: string | undefined;
  readonly completions: number;
  readonly acquisitions: number;
  readonly batches: number;
  readonly latenciesNs: readonly number[];
}

/** The real core behind a way to get at its state; every attempt answers at once, and many answer together. */
class Contention {
  readonly #core;
  readonly #started: Event;
  readonly #strategy: StateAccessStrategy;
  readonly #acquired: () => number;

  constructor(n: number, strategy: StateAccessStrategy, acquired: () => number) {
    const definition = parseWorkflow(fanOut(n), { file: 'fan-out.yaml' });
    this.#core = { program: compileWorkflow(definition), context: itemContext() };
    this.#started = { type: 'execution-started', atMs: 0, id: 'x', definition, input: {}, env: {}, labels: {} };
    this.#strategy = strategy;
    this.#acquired = acquired;
  }

  async run(): Promise<ContentionRun> {
    const acquiredBefore = this.#acquired();
    const first = advance(this.#core, undefined, [this.#started]);
    let state: ExecutionState = first.state;
    let batches = 0;
    const latenciesNs: number[] = [];
    const posted = new Map<Event, bigint>();
    const access = this.#strategy({
      wake: eventDriven(),
      apply: (events): void => {
        batches += 1;
        const advanced = advance(this.#core, state, events);
        state = advanced.state;
        const now = process.hrtime.bigint();
        for (const event of events) latenciesNs.push(Number(now - (posted.get(event) ?? now)));
        for (const command of advanced.commands) if (command.type === 'run-attempt') access.admit(() => post(command));
        if (state.outcome !== undefined) finished();
      },
    });
    const post = ({ visit, index, attempt }: RunAttempt): void => {
      const event: Event = { type: 'attempt-succeeded', atMs: 0, visit, index, attempt, result: null };
      posted.set(event, process.hrtime.bigint());
      access.post(event);
    };
    let finished: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (finished = resolve));
    for (const command of first.commands) if (command.type === 'run-attempt') post(command);
    await over;
    access.close();
    const acquisitions = this.#acquired() - acquiredBefore;
    return { status: state.outcome?.status, completions: latenciesNs.length, acquisitions, batches, latenciesNs };
  }
}

function contending(name: string, make: (onAcquire: () => void) => StateAccessStrategy): Strategy {
  return {
    name,
    prepare({ n }): Promise<PreparedCase> {
      let acquired = 0;
      const contention = new Contention(
        n,
        make(() => (acquired += 1)),
        () => acquired,
      );
      const completions = 4 * n + 1;
      return Promise.resolve({
        operations: completions,
        run: () => contention.run(),
        check(answer) {
          const run = answer as ContentionRun;
          if (run.status !== 'succeeded' || run.completions !== completions)
            throw new Error(`expected ${completions} completions, got ${run.completions} and ${String(run.status)}`);
        },
        latenciesNs: (answer) => (answer as ContentionRun).latenciesNs,
        figures: (answer) => {
          const { acquisitions, batches } = answer as ContentionRun;
          return { acquisitionsPerCompletion: acquisitions / completions, completionsPerBatch: completions / batches };
        },
      });
    },
  };
}

/** No access at all: whatever has to be applied is applied, one after the other. */
const loop: StateAccessStrategy = (options) => {
  const queue: Event[] = [];
  let [running, closed] = [false, false];
  const run = (): void => {
    running = true;
    for (let event = queue.shift(); event !== undefined && !closed; event = queue.shift()) void options.apply([event]);
    running = false;
  };
  return {
    pending: 0,
    post(event) {
      queue.push(event);
      if (!running) queueMicrotask(run);
      running = true;
    },
    admit: (start) => start(),
    close: () => (closed = true),
  };
};

export const lockContention: Scenario = {
  ...{
    name: 'lock-contention',
    title: 'n tasks complete at once, three next tasks each, and one join',
    operation: 'completion',
  },
  ...{ pace: 'whole-run', floor: 'loop', baseline: 'lock-per-task', growth: [] },
  sizes: [10, 100].map((n) => ({ n, c: 0 })),
  quickSizes: [{ n: 100, c: 0 }],
  notes: [
    'The real core; every attempt answers at once. p99 is from the posting of a completion to its being applied.',
    'JavaScript has one thread: a lock here is a queue over awaits, and costs turns of it, not waiting cores.',
    'Not measured here: several processes and a row lock in PostgreSQL, which row-locks has.',
  ],
  strategies: [
    contending('loop', () => loop),
    contending('lock-per-task', (onAcquire) => lockPerTask({ onAcquire })),
    contending('lock-per-completion', (onAcquire) => lockPerCompletion({ onAcquire })),
    contending('mailbox', () => mailbox()),
  ],
};
