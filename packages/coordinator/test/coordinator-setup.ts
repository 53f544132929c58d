import { itemContext } from '@weftline/context';
import { memoryStore, type Owner, type Store } from '@weftline/persistence';
import { onTestFinished } from 'vitest';
import type { CoordinatorOptions, NewExecutionOptions } from '../src/coordinator-options.ts';
import { Coordinator } from '../src/coordinator.ts';
import { decodeEvent } from '../src/core/event-codec.ts';
import type { Event } from '../src/core/event.ts';
import type { ExecutionRunner } from '../src/execution-runner.ts';
import type { ObservedBatch, Observer } from '../src/observers.ts';
import { SimulatedClock } from '../src/simulated-clock.ts';
import { startAtMs, workflow } from './core-simulation.ts';
import { ScriptedExecutor } from './scripted-executor.ts';

export interface CoordinatorSetup {
  readonly coordinator: Coordinator;
  readonly store: Store;
  readonly executor: ScriptedExecutor;
  readonly clock: SimulatedClock;
  readonly logs: string[];
  /** Starts a workflow without its first two lines. */
  start(text: string, more?: Partial<NewExecutionOptions>): Promise<ExecutionRunner>;
}

export function owner(id: string): Owner {
  return { id, host: 'elsewhere', pid: 1 };
}

/** A coordinator over a memory store, with simulated time; closed when the test ends. */
export function setUp(
  options: Partial<Omit<CoordinatorOptions, 'executor'>> & { readonly executor?: ScriptedExecutor } = {},
): CoordinatorSetup {
  const clock = (options.clock as SimulatedClock | undefined) ?? new SimulatedClock(startAtMs);
  const store = options.store ?? memoryStore({ nowMs: () => clock.nowMs() });
  const executor = options.executor ?? new ScriptedExecutor();
  const logs: string[] = [];
  const coordinator = new Coordinator({
    ...{ owner: owner('one'), context: itemContext(), onLog: (level, message) => logs.push(`${level}: ${message}`) },
    ...options,
    ...{ clock, store, executor },
  });
  onTestFinished(() => coordinator.close());
  return {
    ...{ coordinator, store, executor, clock, logs },
    start: (text, more = {}) =>
      coordinator.start({ id: 'x', definition: workflow(text), input: {}, env: {}, labels: {}, ...more }),
  };
}

/** The events of an execution as its journal has them. */
export async function journalOf(store: Store, id = 'x'): Promise<Event[]> {
  const events: Event[] = [];
  for await (const records of store.read(id)) events.push(...records.map(({ data }) => decodeEvent(data)));
  return events;
}

/** Keeps what it is told. */
export class RecordingObserver implements Observer {
  readonly batches: ObservedBatch[] = [];
  closed: { readonly reason: Error | undefined } | undefined;

  onBatch(batch: ObservedBatch): void {
    if (this.closed !== undefined) throw new Error('told after the end');
    this.batches.push(batch);
  }

  onClose(reason: Error | undefined): void {
    if (this.closed !== undefined) throw new Error('closed twice');
    this.closed = { reason };
  }

  get types(): readonly string[] {
    return this.batches.flatMap(({ notices }) => notices.map(({ type }) => type));
  }
}
