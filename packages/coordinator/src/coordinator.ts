import type { ContextStrategy } from '@weftline/context';
import type { WorkflowDefinition } from '@weftline/graph';
import type { ExecutionRequest, Lease, Owner, Store } from '@weftline/persistence';
import { AttemptGate } from './attempt-gate.ts';
import { systemClock, type Clock } from './clock.ts';
import { advance, type Core } from './core/advance.ts';
import { encodeEvent } from './core/event-codec.ts';
import type { Event, ExecutionStarted } from './core/event.ts';
import { compileWorkflow, type Program } from './core/program.ts';
import { CoordinatorError } from './errors.ts';
import { ExecutionRunner, type RunnerStart } from './execution-runner.ts';
import { loadExecution } from './load-execution.ts';
import { Ownership } from './ownership.ts';
import { eventRecording } from './recording/event-recording.ts';
import type { RecordingStrategy } from './recording/recording.ts';
import { RequestNotices } from './request-notices.ts';
import type { RunnerEnvironment } from './runner-environment.ts';
import { mailbox } from './state-access/mailbox.ts';
import type { StateAccessStrategy } from './state-access/state-access.ts';
import type { TaskExecutor } from './task-executor.ts';
import { textOf } from './text-of.ts';
import { eventDriven } from './wake/event-driven.ts';
import type { WakeStrategy } from './wake/wake.ts';

export interface CoordinatorOptions {
  readonly store: Store;
  readonly owner: Owner;
  readonly executor: TaskExecutor;
  readonly context: ContextStrategy;
  /** Default: the system clock. */
  readonly clock?: Clock;
  /** What is written for each batch of events. Default: event recording. */
  readonly recording?: RecordingStrategy;
  /** Default: mailbox. */
  readonly stateAccess?: StateAccessStrategy;
  /** Default: event-driven. */
  readonly wake?: WakeStrategy;
  /** Visible as `secret.<name>` in task inputs. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Attempts in flight over all executions; default 1,000. */
  readonly attemptsMax?: number;
  /** Events of one execution on their way to the store, above which the next ones wait; default 10,000. */
  readonly pendingRecordsMax?: number;
  /** Asked before an execution is started or recovered; throws when its definition cannot run here. */
  readonly admit?: (definition: WorkflowDefinition) => void;
  readonly onLog?: RunnerEnvironment['onLog'];
}

export type NewExecutionOptions = Omit<ExecutionStarted, 'type' | 'atMs'>;

/** Heartbeats within one lease time at least: two may fail before the lease runs out. */
const heartbeatsPerLease = 3;

/** What another process asks of an execution is noticed with a heartbeat, so a long lease must not make it wait. */
const heartbeatMsMax = 2000;

/**
 * Runs executions over one store, as one owner.
 *
 * Invariants:
 * 1. `#runners` holds the executions that this coordinator owns and that have not ended.
 * 2. `#arriving` holds those that are being started or recovered. What others ask of them meanwhile is kept in `#early`,
 *    because a heartbeat answers it once.
 * 3. A heartbeat is scheduled exactly while there are runners and leases run out. `#notices` asks for others when the store tells
 *    that something was asked of an execution here.
 * 4. `close` waits for everything that may still reach for the store: arrivals, writes and releases.
 */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #env: RunnerEnvironment;
  readonly #programs = new WeakMap<WorkflowDefinition, Program>();
  readonly #runners = new Map<string, ExecutionRunner>();
  readonly #arriving = new Map<string, Promise<ExecutionRunner>>();
  readonly #early: ExecutionRequest[] = [];
  readonly #ownership: Ownership;
  readonly #releases = new Set<Promise<void>>();
  readonly #notices: RequestNotices;
  #stopHeartbeat: (() => void) | undefined;
  #closed = false;

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    this.#env = {
      store: options.store,
      executor: options.executor,
      clock: options.clock ?? systemClock,
      recording: options.recording ?? eventRecording(),
      stateAccess: options.stateAccess ?? mailbox(),
      wake: options.wake ?? eventDriven(),
      gate: new AttemptGate(options.attemptsMax ?? 1000),
      secrets: options.secrets ?? {},
      pendingRecordsMax: options.pendingRecordsMax ?? 10_000,
      onLog: options.onLog ?? (() => undefined),
    };
    this.#notices = new RequestNotices({
      store: options.store,
      concerns: (id) => (id === undefined ? this.#runners.size > 0 : this.#runners.has(id) || this.#arriving.has(id)),
      heartbeat: () => this.#heartbeat(),
    });
    this.#ownership = new Ownership({
      store: options.store,
      owner: options.owner,
      isNeeded: (id) => this.#runners.has(id) || this.#arriving.has(id),
      onNotReleased: (execution, error) =>
        this.#env.onLog('warn', `lease not released: ${textOf(error)}`, { execution }),
    });
  }

  /** The runner of an execution that is under way here. */
  runner(id: string): ExecutionRunner | undefined {
    return this.#runners.get(id);
  }

  /** Executions under way here, those that are arriving included. */
  get executionCount(): number {
    return this.#runners.size + this.#arriving.size;
  }

  /** Resolves when the start is durable; rejects with STORE_CONFLICT when the id exists. */
  start(execution: NewExecutionOptions): Promise<ExecutionRunner> {
    return this.#arrive(execution.id, this.#start(execution));
  }

  /**
   * Takes over an unfinished execution and goes on where its journal ends; paused ones stay paused. Rejects as
   * `Store.claim` does, and with EXECUTION_FINISHED.
   */
  async recover(id: string): Promise<ExecutionRunner> {
    return this.#runners.get(id) ?? this.#arriving.get(id) ?? this.#arrive(id, this.#recover(id));
  }

  /** Lets go of every execution and waits until what they handed to the store is settled. The store stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopHeartbeat?.();
    const noticed = this.#notices.stop();
    const reason = new CoordinatorError('the coordinator was closed', { code: 'COORDINATOR_CLOSED' });
    const detached = [...this.#runners.values()].map((runner) => runner.detach(reason));
    await Promise.allSettled([...detached, ...this.#arriving.values(), noticed]);
    await Promise.all(this.#releases);
  }

  async #start(execution: NewExecutionOptions): Promise<ExecutionRunner> {
    this.#assertOpen();
    this.#options.admit?.(execution.definition);
    const core = this.#core(execution.definition);
    const event: ExecutionStarted = { type: 'execution-started', atMs: this.#env.clock.nowMs(), ...execution };
    const advanced = advance(core, undefined, [event], { observe: true });
    const lease = await this.#ownership.take(execution.id, (owner) =>
      this.#env.store.create({
        id: execution.id,
        owner,
        workflow: execution.definition.name,
        status: 'running',
        createdAtMs: event.atMs,
        records: [encodeEvent(event)],
      }),
    );
    return this.#orRelease(lease, () => {
      this.#assertOpen();
      const runner = this.#adopt({ core, lease, state: advanced.state });
      // Whoever asked for the start has the rest of this turn to observe before anything is told.
      setImmediate(() => runner.begin(advanced));
      return runner;
    });
  }

  async #recover(id: string): Promise<ExecutionRunner> {
    this.#assertOpen();
    const { store, clock } = this.#env;
    const lease = await this.#ownership.take(id, (owner) => store.claim(id, owner));
    return this.#orRelease(lease, async () => {
      const { core, state, head, ended, started, written } = await loadExecution(store, id, (definition) =>
        this.#core(definition),
      );
      if (ended) throw new CoordinatorError(`execution ${id} has ended`, { code: 'EXECUTION_FINISHED' });
      this.#assertOpen();
      this.#options.admit?.(started.definition);
      const runner = this.#adopt({ core, lease: { ...lease, head }, state, written });
      if (state.outcome !== undefined) {
        // It ended with its start, and the crash came before that was written down.
        runner.begin({ state, commands: [], notices: [] });
        return runner;
      }
      await runner.submit({ type: 'execution-recovered', atMs: clock.nowMs() });
      await this.#heartbeat();
      return runner;
    });
  }

  async #arrive(id: string, arriving: Promise<ExecutionRunner>): Promise<ExecutionRunner> {
    this.#arriving.set(id, arriving);
    try {
      return await arriving;
    } finally {
      if (this.#arriving.get(id) === arriving) this.#arriving.delete(id);
      for (const request of this.#takeEarly(id)) this.#take(request);
    }
  }

  async #orRelease<Value>(lease: Lease, use: () => Value | Promise<Value>): Promise<Value> {
    try {
      return await use();
    } catch (error) {
      await this.#ownership.giveBack(lease);
      throw error;
    }
  }

  #core(definition: WorkflowDefinition): Core {
    let program = this.#programs.get(definition);
    if (program === undefined) {
      program = compileWorkflow(definition);
      this.#programs.set(definition, program);
    }
    return { program, context: this.#options.context };
  }

  #adopt(start: RunnerStart): ExecutionRunner {
    const runner = new ExecutionRunner(this.#env, start);
    this.#runners.set(runner.id, runner);
    this.#scheduleHeartbeat();
    this.#notices.start();
    const dismiss = (): Promise<void> => this.#dismiss(start.lease);
    const release = runner
      .outcome()
      .then(dismiss, dismiss)
      .finally(() => this.#releases.delete(release));
    this.#releases.add(release);
    return runner;
  }

  async #dismiss(lease: Lease): Promise<void> {
    this.#runners.delete(lease.execution);
    if (this.#runners.size === 0) {
      this.#stopHeartbeat?.();
      this.#stopHeartbeat = undefined;
    }
    await this.#ownership.giveBack(lease);
  }

  #scheduleHeartbeat(): void {
    const { leaseMs } = this.#env.store.capabilities;
    if (this.#stopHeartbeat !== undefined || leaseMs === 0 || this.#closed) return;
    this.#stopHeartbeat = this.#env.clock.schedule(Math.min(leaseMs / heartbeatsPerLease, heartbeatMsMax), () => {
      this.#stopHeartbeat = undefined;
      void this.#heartbeat().then(() => {
        if (this.#runners.size > 0) this.#scheduleHeartbeat();
      });
    });
  }

  async #heartbeat(): Promise<void> {
    try {
      for (const request of await this.#env.store.heartbeat(this.#options.owner)) this.#take(request);
      await this.#ownership.giveBackOrphans();
    } catch (error) {
      const message = `heartbeat failed: ${textOf(error)}`;
      for (const execution of this.#runners.keys()) this.#env.onLog('warn', message, { execution });
    }
  }

  /** Passes on what somebody in another process asked of an execution. */
  #take(request: ExecutionRequest): void {
    const { execution, kind, immediate = false, reason } = request;
    const runner = this.#runners.get(execution);
    if (runner === undefined) {
      if (this.#arriving.has(execution)) this.#early.push(request);
      return;
    }
    const atMs = this.#env.clock.nowMs();
    const events: Readonly<Record<ExecutionRequest['kind'], Event>> = {
      cancel: { type: 'cancel-requested', atMs, immediate, reason },
      pause: { type: 'pause-requested', atMs },
      resume: { type: 'resume-requested', atMs },
    };
    // Nobody waits for the answer; a runner that stops says so in the log and by its outcome.
    runner.submit(events[kind]).catch(() => undefined);
  }

  #takeEarly(id: string): readonly ExecutionRequest[] {
    const early = this.#early.filter(({ execution }) => execution === id);
    const others = this.#early.filter(({ execution }) => execution !== id);
    this.#early.splice(0, Infinity, ...others);
    return early;
  }

  #assertOpen(): void {
    if (this.#closed) throw new CoordinatorError('the coordinator was closed', { code: 'COORDINATOR_CLOSED' });
  }
}
