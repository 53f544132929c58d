import { itemContext } from '@weftline/context';
import {
  advance,
  CoordinatorError,
  History,
  type Command,
  type Core,
  type Event,
  type ExecutionState,
  type Program,
} from '@weftline/coordinator';
import type { MockAnswers } from './mock-answers.ts';
import { SimulationRecord } from './simulation-record.ts';
import type { SimulationResult } from './simulation-result.ts';
import { isWork, startWork, visitOf, type StartedWork, type Work } from './started-work.ts';

export interface SimulationSetup {
  readonly program: Program;
  /** Checked, with defaults. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly answers: MockAnswers;
  /** Completions after which it is broken off. */
  readonly stepsMax: number;
}

type Timer = Extract<Command, { type: 'start-timer' }>;

const execution = 'simulation';

/** Late enough for everybody, and early enough for every delay that follows to end at a date. */
const latestMs = 8e15;

/**
 * Drives the core as an engine would, with mocks in the place of actions.
 *
 * Invariants:
 * 1. `#ready` is what the core has handed out and nobody has started, `#started` what has been started and not completed;
 *    both are in order.
 * 2. While a wave is being completed the execution is paused, so that nothing is handed out that a later completion of the
 *    same wave would have kept from starting.
 */
export class Simulation {
  readonly #setup: SimulationSetup;
  readonly #core: Core;
  readonly #history = new History();
  readonly #record = new SimulationRecord((visit) => this.#history.visits.get(visit));
  /** Visits whose attempts in flight are not wanted any more. */
  readonly #aborted = new Set<number>();
  #state: ExecutionState | undefined;
  #ready: Work[] = [];
  readonly #started: StartedWork[] = [];
  readonly #timers: Timer[] = [];
  #steps = 0;
  /** Time passes only where something has to be waited for, and then at once. */
  #nowMs = 0;

  constructor(setup: SimulationSetup) {
    this.#setup = setup;
    this.#core = { program: setup.program, context: itemContext() };
  }

  /** Starts everything that is ready, completes all of it, and asks again. */
  runInWaves(): SimulationResult {
    this.#begin();
    while (this.#start()) {
      this.#send({ type: 'pause-requested', atMs: this.#nowMs });
      for (const work of this.#started.splice(0)) this.#complete(work);
      this.#passTime();
      this.#send({ type: 'resume-requested', atMs: this.#nowMs });
    }
    return this.#end();
  }

  /** Starts everything that is ready, completes what was started first, and asks again. */
  runEagerly(): SimulationResult {
    this.#begin();
    while (this.#start()) {
      const first = this.#started.shift();
      if (first !== undefined) this.#complete(first);
      this.#passTime();
    }
    return this.#end();
  }

  #begin(): void {
    const { program, input, env } = this.#setup;
    const { definition } = program;
    this.#send({ type: 'execution-started', atMs: this.#nowMs, id: execution, definition, input, env, labels: {} });
    this.#passTime();
  }

  /** False when nothing is left to complete, or enough was. */
  #start(): boolean {
    if (this.#steps >= this.#setup.stepsMax) return false;
    while (this.#ready.length + this.#started.length === 0 && this.#timers.length > 0) this.#passTime();
    const surroundings = { ...this.#setup, record: this.#record, execution, atMs: this.#nowMs };
    for (const work of this.#ready.splice(0)) this.#started.push(startWork(work, surroundings));
    return this.#started.length > 0;
  }

  #complete({ visit, completion, abortion }: StartedWork): void {
    this.#steps += 1;
    this.#send(...(this.#aborted.has(visit) ? abortion : completion));
  }

  /** Delays and back-offs are over as soon as they begin. */
  #passTime(): void {
    for (const { visit, index, attempt, dueAtMs, purpose } of this.#timers.splice(0)) {
      this.#nowMs = Math.max(this.#nowMs, Math.min(dueAtMs, latestMs));
      const fired = { type: 'timer-fired', atMs: this.#nowMs, visit, index, attempt } as const;
      this.#send(purpose === undefined ? fired : { ...fired, purpose });
    }
  }

  #send(...events: readonly Event[]): void {
    if (this.#state?.outcome !== undefined) return;
    const options = { observe: true, publications: true, history: this.#history };
    const { state, commands, notices, publications = [] } = advance(this.#core, this.#state, events, options);
    this.#state = state;
    this.#record.advanced(notices, publications);
    for (const command of commands) this.#obey(command);
  }

  #obey(command: Command): void {
    if (isWork(command)) this.#ready.push(...eachItem(command));
    else if (command.type === 'start-timer') this.#timers.push(command);
    else if (command.type === 'close-source') this.#drop(command.visit);
    else if (command.visit !== undefined) this.#aborted.add(command.visit);
  }

  /** A source that nobody has begun to read is not read any more. */
  #drop(visit: number): void {
    this.#ready = this.#ready.filter((work) => work.type !== 'pull-items' || visitOf(work) !== visit);
  }

  #end(): SimulationResult {
    const { outcome, errors = [] } = this.#state ?? {};
    if (outcome !== undefined) return this.#record.result(outcome);
    const { stepsMax } = this.#setup;
    if (this.#steps < stepsMax) {
      throw new CoordinatorError('the simulation stands still and has not ended', { code: 'INVARIANT_BROKEN' });
    }
    const message = `the execution has not ended after ${stepsMax} steps`;
    const task = this.#record.lastTask;
    const exceeded = { code: 'STEPS_EXCEEDED', message, ...(task === undefined ? {} : { task }) };
    return this.#record.result({ status: 'failed', output: null, errors: [...errors, exceeded] });
  }
}

/** A mock answers item by item, also where one call is for several. */
function eachItem(work: Work): readonly Work[] {
  if (work.type !== 'run-attempt' || work.batch === undefined) return [work];
  const { batch, ...call } = work;
  return batch.map((item) => ({ ...call, ...item }));
}
