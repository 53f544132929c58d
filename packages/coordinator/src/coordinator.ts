import type { WorkflowDefinition } from '@weftline/graph';
import type { ExecutionRequest, Lease } from '@weftline/persistence';
import { AttemptGate } from './attempt-gate.ts';
import { systemClock } from './clock.ts';
import { advance, type Advanced, type Core } from './core/advance.ts';
import { encodeEvent } from './core/event-codec.ts';
import type { ExecutionStarted } from './core/event.ts';
import { compileWorkflow, type Program } from './core/program.ts';
import type { CoordinatorOptions, NewExecutionOptions } from './coordinator-options.ts';
import { CoordinatorError } from './errors.ts';
import { ExecutionRunner, type RunnerStart } from './execution-runner.ts';
import { Heartbeat } from './heartbeat.ts';
import { loadExecution } from './load-execution.ts';
import { Ownership } from './ownership.ts';
import { eventRecording } from './recording/event-recording.ts';
import { eventOfRequest } from './request-event.ts';
import { RequestNotices } from './request-notices.ts';
import type { RunnerEnvironment } from './runner-environment.ts';
import { mailbox } from './state-access/mailbox.ts';
import { textOf } from './text-of.ts';
import { eventDriven } from './wake/event-driven.ts';

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
  readonly #heartbeats: Heartbeat;
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
    this.#heartbeats = new Heartbeat({
      ...{ clock: this.#env.clock, leaseMs: options.store.capabilities.leaseMs },
      send: () => this.#heartbeat(),
      isNeeded: () => this.#runners.size > 0 && !this.#closed,
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

  /**
   * Registers an execution without running it: it is durable and owned by nobody, for whoever adopts or recovers it.
   * Rejects as `start` does.
   */
  async submit(execution: NewExecutionOptions): Promise<void> {
    const { lease } = await this.#register(execution);
    await this.#ownership.giveBack(lease);
  }

  /**
   * Lets go of an execution that runs here, which anybody may take up then: attempts in flight are aborted and run again
   * there, its outcome rejects with EXECUTION_RELEASED. Without effect on others.
   */
  async release(id: string): Promise<void> {
    const runner = this.#runners.get(id);
    if (runner === undefined) return;
    const message = `execution ${id} was let go of`;
    await runner.detach(new CoordinatorError(message, { code: 'EXECUTION_RELEASED' }));
    await Promise.all(this.#releases);
  }

  /**
   * Begins no further attempt; resolves when those in flight have answered and their answers are durable. What comes next is
   * `close`, after which others go on with the executions.
   */
  async drain(): Promise<void> {
    await this.#env.gate.drain();
    await Promise.all([...this.#runners.values()].map((runner) => runner.settled()));
  }

  /** Lets go of every execution and waits until what they handed to the store is settled. The store stays open. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#heartbeats.stop();
    const noticed = this.#notices.stop();
    const reason = new CoordinatorError('the coordinator was closed', { code: 'COORDINATOR_CLOSED' });
    const detached = [...this.#runners.values()].map((runner) => runner.detach(reason));
    await Promise.allSettled([...detached, ...this.#arriving.values(), noticed]);
    await Promise.all(this.#releases);
  }

  async #register(
    execution: NewExecutionOptions,
  ): Promise<{ readonly core: Core; readonly advanced: Advanced; readonly lease: Lease }> {
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
    return { core, advanced, lease };
  }

  async #start(execution: NewExecutionOptions): Promise<ExecutionRunner> {
    const { core, advanced, lease } = await this.#register(execution);
    return this.#orRelease(lease, () => {
      this.#assertOpen();
      const runner = this.#adopt({ core, lease, state: advanced.state, priority: execution.priority });
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
      const runner = this.#adopt({ core, lease: { ...lease, head }, state, written, priority: started.priority });
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
    this.#heartbeats.schedule();
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
    if (this.#runners.size === 0) this.#heartbeats.stop();
    await this.#ownership.giveBack(lease);
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
    const runner = this.#runners.get(request.execution);
    if (runner === undefined) {
      if (this.#arriving.has(request.execution)) this.#early.push(request);
      return;
    }
    // Nobody waits for the answer; a runner that stops says so in the log and by its outcome.
    const event = eventOfRequest(request, this.#env.clock.nowMs());
    if (event !== undefined) runner.submit(event).catch(() => undefined);
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
