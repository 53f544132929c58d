import { itemContext } from '@weftline/context';
import {
  Adoption,
  Coordinator,
  eventRecording,
  mailbox,
  type Event,
  type ExecutionRunner,
  type StateAccessStrategy,
} from '@weftline/coordinator';
import type { WorkflowDefinition } from '@weftline/graph';
import { groupCommit, type Owner } from '@weftline/persistence';
import { DatabaseLink, type LinkFaults } from './database-link.ts';
import type { Database } from './database.ts';
import type { History } from './history.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { simulatedWork } from './simulated-work.ts';
import type { World } from './world.ts';

export interface ExecutorProcessOptions {
  readonly world: World;
  readonly database: Database;
  readonly history: History;
  readonly leaseMs: number;
  readonly faults: LinkFaults;
}

/** An executor as it runs in life: a coordinator over a link to the database, which also takes up what nobody runs. */
export class ExecutorProcess {
  readonly process: SimulatedProcess;
  readonly link: DatabaseLink;
  readonly #history: History;
  readonly #coordinator: Coordinator;

  constructor(id: string, options: ExecutorProcessOptions) {
    const { world, database, history, leaseMs, faults } = options;
    this.#history = history;
    this.process = new SimulatedProcess(world, id);
    this.link = new DatabaseLink({ world, process: this.process, database, faults, leaseMs });
    // No process of this machine: whether it lives is known by its lease alone.
    const owner: Owner = { id, host: 'simulated.invalid', pid: 1 };
    const store = groupCommit({ recordsMax: world.random.integer(1, 50) })(this.link);
    this.#coordinator = new Coordinator({
      ...{ store, owner, context: itemContext(), clock: this.process, wake: this.process.wake },
      stateAccess: answersTwice(world, this.process),
      recording: eventRecording({ snapshotBytesMin: world.random.pick([500, 5_000, 256 * 1024]) }),
      executor: simulatedWork(world, this.process, (key) => history.called(key)),
      attemptsMax: world.random.integer(3, 40),
      pendingRecordsMax: world.random.integer(5, 200),
      onLog: (level, message, { execution }) => this.#note(`${level} ${execution}: ${message}`),
    });
    new Adoption({
      ...{ coordinator: this.#coordinator, store, clock: this.process, name: id, intervalMs: 2_000 },
      executionsMax: 100,
      onAdopted: (runner) => this.#watch(runner),
      onFailure: (error, execution) => this.#note(`not adopted ${execution ?? ''}: ${String(error)}`),
    });
  }

  /** Hands in an execution that this process then runs, or that somebody else takes up when it dies. */
  async start(id: string, definition: WorkflowDefinition): Promise<void> {
    this.#history.definitions.set(id, definition);
    try {
      const runner = await this.#coordinator.start({ id, definition, input: {}, env: {}, labels: {} });
      this.#history.startsAcknowledged.add(id);
      this.#watch(runner);
    } catch (error) {
      this.#note(`not started ${id}: ${String(error)}`);
    }
  }

  #watch(runner: ExecutionRunner): void {
    runner.observe({
      onBatch: (batch) => {
        if (this.process.isAlive) this.#history.observed(runner.id, batch);
      },
      onClose: (reason) => this.#note(`closed ${runner.id}: ${reason?.message ?? 'at its end'}`),
    });
  }

  #note(text: string): void {
    this.#history.log.push(`${this.process.nowMs()} ${this.process.id} ${text}`);
  }
}

/** Now and then an answer comes a second time, as it may over a queue that delivers at least once. */
function answersTwice(world: World, process: SimulatedProcess): StateAccessStrategy {
  const share = world.random.pick([0, 0.01, 0.1]);
  return (options) => {
    const access = mailbox()(options);
    const post = (event: Event): void => {
      access.post(event);
      if (!event.type.startsWith('attempt-') || !world.random.chance(share)) return;
      process.schedule(world.random.integer(0, 500), () => access.post({ ...event }));
    };
    return new Proxy(access, {
      get(target, name) {
        const member: unknown = name === 'post' ? post : Reflect.get(target, name, target);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  };
}
