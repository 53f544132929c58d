import { itemContext, type ContextStrategy } from '@weftline/context';
import { parseWorkflow, type WorkflowDefinition } from '@weftline/graph';
import { advance, type Core } from '../src/core/advance.ts';
import type { Command, PullItems, RunAttempt, StartTimer } from '../src/core/command.ts';
import { decodeEvent, encodeEvent } from '../src/core/event-codec.ts';
import type { Event } from '../src/core/event.ts';
import type { TaskFailure } from '../src/core/failure.ts';
import type { Notice } from '../src/core/notice.ts';
import { compileWorkflow } from '../src/core/program.ts';
import { renderAttempt } from '../src/core/render.ts';
import { replay } from '../src/core/replay.ts';
import { prepareRetry, type RetryPlan } from '../src/core/retry-plan.ts';
import type { ExecutionOutcome, ExecutionState } from '../src/core/state.ts';
import type { RetrySelection } from '../src/core/take-back.ts';
import type { AttemptRequest } from '../src/core/attempt-request.ts';
import { answerEvents } from '../src/answer-event.ts';
import type { Pulled } from '../src/open-source.ts';
import type { AttemptOutcome } from '../src/task-executor.ts';

/** The answer to an attempt that stays in flight until a test answers it by hand. */
export const held: unique symbol = Symbol('held');

export type Answer = (request: AttemptRequest) => AttemptOutcome | typeof held;

export interface SimulationOptions {
  /** By task; a task without an answer echoes its input. */
  readonly answers?: Readonly<Record<string, Answer>>;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly context?: ContextStrategy;
  /** By task; what its source gives when it is asked for items from that index on. */
  readonly sources?: Readonly<Record<string, Source>>;
}

export type Source = (command: PullItems) => Pulled;

/** A source that gives these items, as many as are wanted. */
export function sourceOf(items: readonly unknown[]): Source {
  return ({ from, want }) => ({
    ...{ ok: true, items: items.slice(from, from + want), ended: from + want >= items.length },
    ...{ cursor: undefined, skip: Math.min(from + want, items.length) },
  });
}

export function ok(result: unknown): AttemptOutcome {
  return { ok: true, result };
}

export function failed(message = 'broken', more: Partial<TaskFailure> = {}): AttemptOutcome {
  return { ok: false, failure: { kind: 'application', message, retryable: true, ...more } };
}

/** A workflow without its first two lines, indented as it stands in the test. */
export function workflow(text: string): WorkflowDefinition {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const indent = Math.min(...lines.map((line) => line.length - line.trimStart().length));
  const body = lines.map((line) => line.slice(indent)).join('\n');
  return parseWorkflow(`weftline: 1\nname: simulated\n${body}\n`, { file: 'simulated.yaml' });
}

/** Starts a simulated execution; nothing is answered before `run`. */
export function simulate(text: string | WorkflowDefinition, options: SimulationOptions = {}): CoreSimulation {
  return new CoreSimulation(typeof text === 'string' ? workflow(text) : text, options);
}

/** Something that may happen next. */
export type Step =
  | { readonly kind: 'report'; readonly event: Event }
  | { readonly kind: 'pull'; readonly command: PullItems }
  | { readonly kind: 'answer'; readonly command: RunAttempt; readonly outcome: AttemptOutcome }
  | { readonly kind: 'timer'; readonly timer: StartTimer };

export const startAtMs = 1_700_000_000_000;

/**
 * Drives the pure core synchronously: attempts are answered by a script and time jumps from timer to timer.
 *
 * Asserted after every batch:
 * 1. `inFlight` is the number of attempts and reports that are on their way.
 * 2. No window has more items in flight than it is wide.
 * 3. An execution that has ended has no visits.
 */
export class CoreSimulation {
  readonly journal: Event[] = [];
  readonly notices: Notice[] = [];
  /** Attempts in the order in which they were handed out: `task`, `task[index]`, with `#attempt` from the second on. */
  readonly started: string[] = [];
  /** Those that were handed out without waiting for the batch that they came with. */
  readonly handedOutEarly: string[] = [];
  readonly core: Core;
  nowMs: number = startAtMs;
  state: ExecutionState;
  readonly #options: SimulationOptions;
  readonly #outcomes = new WeakMap<RunAttempt, AttemptOutcome | typeof held>();
  #attempts: RunAttempt[] = [];
  #timers: StartTimer[] = [];
  #pulls: PullItems[] = [];
  #reports: Event[] = [];
  #aborted = false;
  readonly #abortedVisits = new Set<number>();

  constructor(definition: WorkflowDefinition, options: SimulationOptions) {
    this.#options = options;
    this.core = { program: compileWorkflow(definition), context: options.context ?? itemContext() };
    const { input = {} } = options;
    const event: Event = {
      ...{ type: 'execution-started', atMs: this.nowMs, id: 'x', definition },
      ...{ input, env: { HOME: '/home' }, labels: {} },
    };
    const advanced = advance(this.core, undefined, [event], { observe: true });
    this.state = advanced.state;
    this.#take([event], undefined, advanced);
  }

  get outcome(): ExecutionOutcome {
    const { outcome } = this.state;
    if (outcome === undefined) throw new Error(`the execution is ${this.state.status}, it has not ended`);
    return outcome;
  }

  get output(): unknown {
    return this.outcome.output;
  }

  get errorCodes(): readonly string[] {
    return this.outcome.errors.map(({ code }) => code);
  }

  /** Attempts in flight, in the notation of `started`. */
  get inFlight(): readonly string[] {
    return this.#attempts.map(nameOf);
  }

  get dueAtMs(): readonly number[] {
    return this.#timers.map(({ dueAtMs }) => dueAtMs);
  }

  send(...events: readonly Event[]): void {
    const before = this.state;
    const advanced = advance(this.core, before, events, { observe: true });
    this.state = advanced.state;
    this.#take(events, before, advanced);
  }

  pause(): void {
    this.send({ type: 'pause-requested', atMs: this.nowMs });
  }

  resume(): void {
    this.send({ type: 'resume-requested', atMs: this.nowMs });
  }

  cancel(immediate = false): void {
    this.send({ type: 'cancel-requested', atMs: this.nowMs, immediate, reason: undefined });
  }

  /** Retries what has ended; answers what that does. */
  retry(selection: RetrySelection): RetryPlan {
    const { plan, event, reopened } = prepareRetry(this.core, this.journal, { selection, atMs: this.nowMs });
    this.#forgetWork();
    this.state = reopened.state;
    this.#take([event], undefined, reopened);
    return plan;
  }

  /** Answers an attempt in flight, whatever the script says. */
  answer(name: string, outcome: AttemptOutcome): void {
    const command = this.#attempts.find((candidate) => nameOf(candidate) === name);
    if (command === undefined) throw new Error(`${name} is not in flight, but ${this.inFlight.join(', ')}`);
    this.take({ kind: 'answer', command, outcome });
  }

  /** What the script, the timers and the core itself have ready, the reports first and the timers last. */
  steps(): readonly Step[] {
    const answers = this.#attempts.flatMap((command) => {
      const outcome = this.#outcomeOf(command);
      return outcome === held ? [] : [{ kind: 'answer', command, outcome } as const];
    });
    const timers = [...this.#timers].sort((left, right) => left.dueAtMs - right.dueAtMs);
    return [
      ...this.#reports.map((event) => ({ kind: 'report', event }) as const),
      ...this.#pulls.map((command) => ({ kind: 'pull', command }) as const),
      ...answers,
      ...timers.map((timer) => ({ kind: 'timer', timer }) as const),
    ];
  }

  take(step: Step): void {
    if (step.kind === 'report') {
      this.#reports = this.#reports.filter((event) => event !== step.event);
      this.send(step.event);
    } else if (step.kind === 'pull') {
      this.#pulls = this.#pulls.filter((command) => command !== step.command);
      this.send(this.#pull(step.command));
    } else if (step.kind === 'timer') {
      this.#timers = this.#timers.filter((timer) => timer !== step.timer);
      const { visit, index, attempt, dueAtMs, purpose } = step.timer;
      this.nowMs = Math.max(this.nowMs, dueAtMs);
      const fired = { type: 'timer-fired', atMs: this.nowMs, visit, index, attempt } as const;
      this.send(purpose === undefined ? fired : { ...fired, purpose });
    } else {
      this.#attempts = this.#attempts.filter((command) => command !== step.command);
      const answer = { outcome: step.outcome, atMs: this.nowMs };
      this.send(...answerEvents(this.core.program, step.command, answer));
    }
  }

  /** Takes the first step again and again, until nothing moves by itself; timers last, the earliest first. */
  run(limit = 100_000): this {
    for (let taken = 0; taken < limit; taken += 1) {
      const step = this.#firstStep();
      if (step === undefined) return this;
      this.take(step);
    }
    throw new Error(`the execution still runs after ${limit} steps`);
  }

  /** As `run`, but time stands still. */
  runNow(): this {
    for (;;) {
      const step = this.#firstStep();
      if (step === undefined || step.kind === 'timer') return this;
      this.take(step);
    }
  }

  /** The process dies and another one takes the execution up from the bytes of its journal. */
  crash(): void {
    const events = this.journal.map((event) => decodeEvent(encodeEvent(event)));
    this.#forgetWork();
    this.state = replay(this.core, undefined, events);
    if (this.state.outcome === undefined) this.send({ type: 'execution-recovered', atMs: this.nowMs });
  }

  #forgetWork(): void {
    this.#attempts = [];
    this.#timers = [];
    this.#reports = [];
    this.#pulls = [];
    this.#aborted = false;
    this.#abortedVisits.clear();
  }

  #firstStep(): Step | undefined {
    const [event] = this.#reports;
    if (event !== undefined) return { kind: 'report', event };
    const [pull] = this.#pulls;
    if (pull !== undefined) return { kind: 'pull', command: pull };
    for (const command of this.#attempts) {
      const outcome = this.#outcomeOf(command);
      if (outcome !== held) return { kind: 'answer', command, outcome };
    }
    const [first, ...rest] = this.#timers;
    if (first === undefined) return undefined;
    return { kind: 'timer', timer: rest.reduce((next, timer) => (timer.dueAtMs < next.dueAtMs ? timer : next), first) };
  }

  /** Performs an attempt once, however often its outcome is looked at. */
  #outcomeOf(command: RunAttempt): AttemptOutcome | typeof held {
    if (this.#aborted || this.#abortedVisits.has(command.visit))
      return failed('canceled', { kind: 'canceled', retryable: false });
    const outcome = this.#outcomes.get(command) ?? this.#perform(command);
    this.#outcomes.set(command, outcome);
    return outcome;
  }

  #perform(command: RunAttempt): AttemptOutcome | typeof held {
    const { batch, ...call } = command;
    if (batch === undefined) return this.#performOne(call);
    const outcomes = batch.map((item) => this.#performOne({ ...call, ...item }));
    return outcomes.includes(held) ? held : ok(outcomes);
  }

  #performOne(command: RunAttempt): AttemptOutcome | typeof held {
    const { secrets = {}, answers = {} } = this.#options;
    const rendered = renderAttempt(this.core.program, command, { execution: 'x', secrets, atMs: this.nowMs });
    if (!rendered.ok) return rendered;
    const { request } = rendered;
    if (request === undefined) return ok(null);
    return (answers[request.task] ?? echo)(request);
  }

  #pull(command: PullItems): Event {
    const { visit, task, from, attempt } = command;
    const pulled = (this.#options.sources?.[task] ?? sourceOf([]))(command);
    const place = { atMs: this.nowMs, visit, from };
    if (!pulled.ok) return { type: 'source-failed', ...place, attempt, failure: pulled.failure };
    const { items, ended, cursor, skip } = pulled;
    return { type: 'items-produced', ...place, items, ended, cursor, skip };
  }

  #take(events: readonly Event[], before: ExecutionState | undefined, advanced: ReturnType<typeof advance>): void {
    this.journal.push(...events);
    const { outcome } = this.state;
    if (outcome !== undefined && before?.outcome === undefined) {
      const { status, output, errors, finishedAtMs } = outcome;
      this.journal.push({ type: 'execution-finished', atMs: finishedAtMs, status, output, errors });
    }
    this.notices.push(...advanced.notices);
    for (const command of advanced.commands) this.#obey(command);
    this.#assertInvariants();
  }

  #obey(command: Command): void {
    switch (command.type) {
      case 'run-attempt':
        if (!command.afterDurable) this.handedOutEarly.push(nameOf(command));
        this.#attempts.push(command);
        this.started.push(nameOf(command));
        return;
      case 'pull-items':
        this.#pulls.push(command);
        return;
      case 'close-source':
        this.#pulls = this.#pulls.filter(({ visit }) => visit !== command.visit);
        return;
      case 'start-timer':
        this.#timers.push(command);
        return;
      case 'abort-attempts':
        if (command.visit !== undefined) this.#abortedVisits.add(command.visit);
        else if (command.which === 'all') this.#aborted = true;
        return;
      case 'report-event':
        this.#reports.push(command.event);
    }
  }

  #assertInvariants(): void {
    const { outcome, inFlight, visits } = this.state;
    const attempts = this.#attempts.reduce((sum, { batch }) => sum + (batch?.length ?? 1), 0);
    const onTheirWay = outcome === undefined ? attempts + this.#reports.length : 0;
    if (inFlight !== onTheirWay) throw new Error(`inFlight is ${inFlight}, but ${onTheirWay} are on their way`);
    if (outcome !== undefined && visits.size > 0) throw new Error(`${visits.size} visits outlived the execution`);
    for (const { task, items } of visits.values()) {
      const calls = items?.batch === undefined ? items?.running.size : items.calls.size;
      if (items === undefined || (calls ?? 0) <= items.concurrency || task in this.state.concurrency) continue;
      throw new Error(`${items.running.size} items of ${task} are in flight, more than ${items.concurrency}`);
    }
  }
}

function echo(request: AttemptRequest): AttemptOutcome {
  return ok(request.input);
}

function nameOf({ task, index, attempt, batch }: RunAttempt): string {
  if (batch !== undefined)
    return `${task}[${batch.map((item) => item.index).join()}]${attempt === 1 ? '' : `#${attempt}`}`;
  return `${task}${index === undefined ? '' : `[${index}]`}${attempt === 1 ? '' : `#${attempt}`}`;
}
