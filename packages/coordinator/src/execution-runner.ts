import type { WorkflowDefinition } from '@weftline/graph';
import type { Lease } from '@weftline/persistence';
import { answerEvents, pulledEvent } from './answer-event.ts';
import { logOfAttempts } from './attempt-log.ts';
import { AttemptSet } from './attempt-set.ts';
import { advance, type Advanced, type Core } from './core/advance.ts';
import type { AbortAttempts, Command, PullItems, RunAttempt, StartTimer } from './core/command.ts';
import type { Event } from './core/event.ts';
import type { ExecutionOutcome, ExecutionState } from './core/state.ts';
import { Deferred } from './deferred.ts';
import { Journal, summaryOf } from './journal.ts';
import type { Written } from './recording/recording.ts';
import { ObserverSet, type Observer } from './observers.ts';
import type { Pulled } from './open-source.ts';
import { recordable } from './recordable.ts';
import type { RunnerEnvironment } from './runner-environment.ts';
import { SourceSet } from './source-set.ts';
import type { StateAccess } from './state-access/state-access.ts';
import type { AttemptOutcome } from './task-executor.ts';
import { textOf } from './text-of.ts';

export interface RunnerStart {
  readonly core: Core;
  readonly lease: Lease;
  /** The state that the journal up to `lease.head` leads to. */
  readonly state: ExecutionState;
  /** As `ExecutionStarted.priority`. */
  readonly priority?: number | undefined;
  /** Default: nothing but the start. */
  readonly written?: Written;
}

/**
 * Runs one execution: takes its events one batch at a time to the core, its records to the store and its commands to the
 * world.
 *
 * Invariants:
 * 1. `#state` is changed by `#apply` alone, and holds everything that was applied, durable or not.
 * 2. A command with `afterDurable`, a notice and the outcome leave only after the records of their batch are durable.
 * 3. After `#stopped` is set nothing is applied, written or performed any more, the outcome is settled, and nobody who
 *    waits for an acknowledgement or a change is left waiting.
 */
export class ExecutionRunner {
  readonly id: string;
  readonly #core: Core;
  readonly #env: RunnerEnvironment;
  readonly #journal: Journal;
  readonly #access: StateAccess;
  readonly #observers: ObserverSet;
  readonly #attempts: AttemptSet;
  readonly #sources: SourceSet;
  readonly #timers = new Set<() => void>();
  readonly #outcome = new Deferred<ExecutionOutcome>();
  readonly #acknowledgements = new Map<Event, Deferred<void>>();
  readonly #changes = new Set<() => void>();
  #state: ExecutionState;
  /** The state whose events are all durable. */
  #durableState: ExecutionState;
  #lastWrite: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(env: RunnerEnvironment, start: RunnerStart) {
    this.id = start.lease.execution;
    this.#env = env;
    this.#core = start.core;
    const written = start.written ?? { snapshotBytes: 0, recordBytes: 0 };
    this.#journal = new Journal(env.store, start.lease, env.recording(written));
    this.#state = start.state;
    this.#durableState = start.state;
    this.#observers = new ObserverSet((error) => {
      env.onLog('error', `an observer failed and is told nothing more: ${textOf(error)}`, { execution: this.id });
    });
    const shared = {
      ...env,
      execution: this.id,
      priority: start.priority ?? 1,
      program: start.core.program,
      onLog: logOfAttempts(env, this.id),
      onBug: (error: unknown) => this.#break(error),
    };
    this.#attempts = new AttemptSet({
      ...shared,
      onOutcome: (command, outcome) => this.#report(command, outcome),
    });
    this.#sources = new SourceSet({ ...shared, onPulled: (command, pulled) => this.#reportItems(command, pulled) });
    this.#access = env.stateAccess({ apply: (events) => this.#apply(events), wake: env.wake });
    // Nobody need ask for the outcome; a failure of the engine itself has been logged by then.
    this.#outcome.promise.catch(() => undefined);
  }

  get definition(): WorkflowDefinition {
    return this.#core.program.definition;
  }

  nowMs(): number {
    return this.#env.clock.nowMs();
  }

  /** As applied so far, durable or not. */
  get state(): ExecutionState {
    return this.#state;
  }

  outcome(): Promise<ExecutionOutcome> {
    return this.#outcome.promise;
  }

  observe(observer: Observer): () => void {
    return this.#observers.add(observer);
  }

  /** Performs what a batch asks for that is durable without having been applied here: the first one, or none. */
  begin(advanced: Advanced): void {
    if (this.#stopped) return;
    const { state, commands, notices } = advanced;
    this.#observers.deliver({ sequence: sequenceOf(state), atMs: state.startedAtMs, notices });
    for (const command of commands) this.#perform(command);
    const ended = state.outcome;
    if (ended === undefined) return;
    const summary = summaryOf(state, undefined, ended.finishedAtMs);
    this.#follow(this.#journal.append({ records: [], ended, state, summary }), () => this.#finish(ended));
  }

  /** Hands in an event; resolves once it is durable or the execution has ended, rejects when the runner stops before. */
  async submit(event: Event): Promise<void> {
    if (this.#stopped) {
      await this.#outcome.promise;
      return;
    }
    // A copy of its own, so that the same object may be handed in twice.
    const own = { ...event };
    const acknowledgement = new Deferred<void>();
    this.#acknowledgements.set(own, acknowledgement);
    this.#access.post(own);
    await acknowledgement.promise;
  }

  /** Resolves when the durable state fulfils `condition`; rejects when the runner stops before. */
  async until(condition: (state: ExecutionState) => boolean): Promise<void> {
    while (!condition(this.#durableState)) {
      if (this.#stopped) {
        await this.#outcome.promise;
        return;
      }
      await new Promise<void>((resolve) => this.#changes.add(resolve));
    }
  }

  /** Resolves when whatever attempts have answered so far is durable. */
  async settled(): Promise<void> {
    while (this.#access.pending > 0 && !this.#stopped) await new Promise(setImmediate);
    await this.#lastWrite;
  }

  /** Lets go of the execution: attempts are told to stop, their outcomes are left for whoever recovers it. */
  async detach(reason: Error): Promise<void> {
    this.#stop(reason);
    await this.#lastWrite;
  }

  #apply(posted: readonly Event[]): void | Promise<void> {
    if (this.#stopped) return undefined;
    try {
      const { events, records } = recordable(posted);
      const before = this.#state;
      const advanced = advance(this.#core, before, events, { observe: this.#observers.size > 0 });
      this.#state = advanced.state;
      const ended = before.outcome === undefined ? advanced.state.outcome : undefined;
      const summary = summaryOf(advanced.state, before, this.#env.clock.nowMs());
      const written = this.#journal.append({ records, ended, state: advanced.state, summary });
      for (const command of advanced.commands) if (!command.afterDurable) this.#perform(command);
      this.#follow(written, () => this.#onDurable({ advanced, events, ended }));
      return this.#journal.isBehind(this.#env.pendingRecordsMax) ? this.#lastWrite : undefined;
    } catch (error) {
      this.#break(error);
      return undefined;
    }
  }

  #follow(written: Promise<void>, onDurable: () => void): void {
    this.#lastWrite = written.then(onDurable).catch((error: unknown) => this.#break(error));
  }

  #onDurable(batch: {
    readonly advanced: Advanced;
    readonly events: readonly Event[];
    readonly ended: ExecutionOutcome | undefined;
  }): void {
    const { advanced, events, ended } = batch;
    if (this.#stopped) return;
    this.#durableState = advanced.state;
    for (const command of advanced.commands) if (command.afterDurable) this.#perform(command);
    const sequence = sequenceOf(advanced.state);
    this.#observers.deliver({ sequence, atMs: events.at(-1)?.atMs ?? 0, notices: advanced.notices });
    if (this.#acknowledgements.size > 0) this.#acknowledge(events);
    if (ended === undefined) this.#tellChange();
    else this.#finish(ended);
  }

  #tellChange(): void {
    for (const changed of this.#changes) changed();
    this.#changes.clear();
  }

  #acknowledge(events: readonly Event[]): void {
    for (const event of events) {
      this.#acknowledgements.get(event)?.resolve();
      this.#acknowledgements.delete(event);
    }
  }

  #perform(command: Command): void {
    if (this.#stopped) return;
    switch (command.type) {
      case 'run-attempt':
        this.#attempts.run(command, (start) => this.#access.admit(start));
        return;
      case 'pull-items':
        this.#sources.pull(command);
        return;
      case 'close-source':
        this.#sources.close(command.visit);
        return;
      case 'start-timer':
        this.#startTimer(command);
        return;
      case 'abort-attempts':
        this.#abort(command);
        return;
      case 'report-event':
        this.#access.post(command.event);
    }
  }

  #abort({ which, visit }: AbortAttempts): void {
    const message = visit === undefined ? 'the execution was canceled' : 'the list has failed and was canceled';
    if (which === 'all') this.#attempts.cancel(message, visit);
    else this.#attempts.refuse(message, visit);
  }

  #report(command: RunAttempt, outcome: AttemptOutcome): void {
    const answer = { outcome, atMs: this.#env.clock.nowMs() };
    for (const event of answerEvents(this.#core.program, command, answer)) this.#access.post(event);
  }

  #reportItems(command: PullItems, pulled: Pulled): void {
    this.#access.post(pulledEvent(command, pulled, this.#env.clock.nowMs()));
  }

  #startTimer({ visit, index, attempt, dueAtMs, purpose }: StartTimer): void {
    const { clock } = this.#env;
    const cancel = clock.schedule(dueAtMs - clock.nowMs(), () => {
      this.#timers.delete(cancel);
      const event = { type: 'timer-fired', atMs: clock.nowMs(), visit, index, attempt } as const;
      this.#access.post(purpose === undefined ? event : { ...event, purpose });
    });
    this.#timers.add(cancel);
  }

  #finish(outcome: ExecutionOutcome): void {
    this.#release();
    this.#outcome.resolve(outcome);
    for (const acknowledgement of this.#acknowledgements.values()) acknowledgement.resolve();
    this.#acknowledgements.clear();
    this.#observers.close();
    this.#tellChange();
  }

  /** The engine cannot go on with this execution; it stays as the journal has it. */
  #break(error: unknown): void {
    if (this.#stopped) return;
    const reason = error instanceof Error ? error : new Error(textOf(error));
    this.#stop(reason);
    this.#env.onLog('error', `execution stopped: ${reason.message}`, { execution: this.id });
  }

  #stop(reason: Error): void {
    if (this.#stopped) return;
    this.#release();
    this.#attempts.abandon(reason.message);
    this.#outcome.reject(reason);
    for (const acknowledgement of this.#acknowledgements.values()) acknowledgement.reject(reason);
    this.#acknowledgements.clear();
    this.#observers.close(reason);
    this.#tellChange();
  }

  #release(): void {
    this.#stopped = true;
    this.#sources.closeAll();
    this.#access.close();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}

/** As `ObservedBatch.sequence` tells it. */
function sequenceOf({ sequence, outcome }: ExecutionState): number {
  return outcome === undefined ? sequence : sequence + 1;
}
