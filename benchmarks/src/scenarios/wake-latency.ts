import { eventDriven, type WakeStrategy } from '@weftline/coordinator';
import { polling } from '@weftline/coordinator/polling';
import { createEngine, type Engine } from '@weftline/engine';
import { parseWorkflow } from '@weftline/graph';
import type { PreparedCase, Scenario, Strategy } from '../case.ts';

const idleMs = 400;

const definition = parseWorkflow(
  `
weftline: 1
name: tail
input: { values: { type: array, required: true }, idle_ms: 0 }
tasks:
  wait: { action: bench.wait, input: { ms: "{{ input.idle_ms }}" }, next: { do: each } }
  each: { with: { items: "{{ input.values }}", concurrency: 10 }, action: bench.last }
output: "{{ task.each.result | length }}"
`,
  { file: 'tail.yaml' },
);

interface TailRun {
  readonly output: unknown;
  readonly tailNs: number;
  readonly idleWakeUps: number;
  readonly idleCpuMsPerSecond: number;
}

/** Counts how often a wake runs. */
function counted(strategy: WakeStrategy): { readonly wake: WakeStrategy; readonly runs: () => number } {
  let runs = 0;
  return {
    wake: (run) =>
      strategy(() => {
        runs += 1;
        run();
      }),
    runs: () => runs,
  };
}

function tail(name: string, strategy: WakeStrategy): Strategy {
  return {
    name,
    prepare({ n }): Promise<PreparedCase> {
      const { wake, runs } = counted(strategy);
      const probe = new TailProbe(runs);
      const engine = createEngine({ wake, actions: probe.actions });
      return Promise.resolve({
        operations: 1,
        run: () => probe.run(engine, n),
        check(answer) {
          if ((answer as TailRun).output !== n)
            throw new Error(`expected ${n} results, got ${String((answer as TailRun).output)}`);
        },
        durationNs: (answer) => (answer as TailRun).tailNs,
        figures: (answer) => {
          const { idleWakeUps, idleCpuMsPerSecond } = answer as TailRun;
          return { idleWakeUps, idleCpuMsPerSecond };
        },
        close: () => engine.close(),
      });
    },
  };
}

/** Watches an execution that first waits for a slow action, and then runs a short list. */
class TailProbe {
  readonly #runs: () => number;
  #lastItem = 0n;
  #idleWakeUps = 0;
  #idleCpuMs = 0;

  constructor(runs: () => number) {
    this.#runs = runs;
  }

  readonly actions = {
    'bench.wait': async ({ ms }: { readonly ms: number }): Promise<number> => {
      // What brought this action about has been taken up by then.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const [wakeUps, cpu] = [this.#runs(), process.cpuUsage()];
      await new Promise((resolve) => setTimeout(resolve, ms));
      const { user, system } = process.cpuUsage(cpu);
      this.#idleWakeUps = this.#runs() - wakeUps;
      this.#idleCpuMs = (user + system) / 1000;
      return ms;
    },
    'bench.last': async (): Promise<null> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      this.#lastItem = process.hrtime.bigint();
      return null;
    },
  };

  async run(engine: Engine, n: number): Promise<TailRun> {
    const input = { values: Array.from({ length: n }, (_, index) => index), idle_ms: idleMs };
    const { output } = await engine.start(definition, { input }).outcome();
    const tailNs = Number(process.hrtime.bigint() - this.#lastItem);
    const idleCpuMsPerSecond = (this.#idleCpuMs * 1000) / idleMs;
    return { output, tailNs, idleWakeUps: this.#idleWakeUps, idleCpuMsPerSecond };
  }
}

const sizes = [{ n: 20, c: 0 }];

export const wakeLatency: Scenario = {
  ...{ name: 'wake-latency', title: 'from the last item to the end, and what waiting costs', operation: 'end' },
  ...{ pace: 'whole-run', floor: 'event-driven', baseline: 'polling 100 ms', growth: [], sizes, quickSizes: sizes },
  notes: [
    `An execution waits ${idleMs} ms for a slow action (idleWakeUps and idleCpuMsPerSecond are of that time), then runs 20 items of 1 ms; timed from the answer of the last one to the outcome, in memory.`,
    'Not measured: many executions that wait at once.',
  ],
  strategies: [
    tail('polling 100 ms', polling()),
    tail('polling 1 ms', polling({ intervalMs: 1 })),
    tail('event-driven', eventDriven()),
  ],
};
