import type { ExecutionProblem, Notice, Publication, TaskFailure, VisitHistory } from '@weftline/coordinator';
import type { SimulatedAction, SimulatedError, SimulatedVisit, SimulationResult } from './simulation-result.ts';

/** What the core remembers of a visit. */
export type VisitLookup = (visit: number) => VisitHistory | undefined;

/** Writes down what happens in a simulation, in the order in which it does. */
export class SimulationRecord {
  readonly #visitOf: VisitLookup;
  /** Place of each visit that was started, by its number. */
  readonly #places = new Map<number, number>();
  readonly #started: VisitHistory[] = [];
  readonly #actions: SimulatedAction[] = [];
  readonly #publishes: SimulationResult['publishes'][number][] = [];
  /** The message of the last time-out of a visit. */
  readonly #timeouts = new Map<number, string>();
  /** Why visits have failed, by task and ordinal. */
  readonly #reasons = new Map<string, string>();

  constructor(visitOf: VisitLookup) {
    this.#visitOf = visitOf;
  }

  /** Something of a visit is started; the visit is with the first that is. */
  start(id: number): void {
    const visit = this.#visitOf(id);
    if (visit === undefined || this.#places.has(id)) return;
    this.#places.set(id, this.#started.length);
    this.#started.push(visit);
  }

  act(action: SimulatedAction): void {
    this.#actions.push(action);
  }

  fail(visit: number, { kind, message }: TaskFailure): void {
    if (kind === 'timeout') this.#timeouts.set(visit, message);
    else this.#timeouts.delete(visit);
  }

  advanced(notices: readonly Notice[], publications: readonly Publication[]): void {
    for (const { task, vars } of publications) this.#publishes.push({ task, vars });
    for (const notice of notices) {
      if (notice.type !== 'task-finished' || notice.error === undefined) continue;
      this.#reasons.set(`${notice.task}/${notice.visit}`, notice.error.message);
    }
  }

  /** The task that was started last. */
  get lastTask(): string | undefined {
    return this.#started.at(-1)?.task;
  }

  result(
    end: Pick<SimulationResult, 'status' | 'output'> & { readonly errors: readonly ExecutionProblem[] },
  ): SimulationResult {
    return {
      status: end.status,
      output: end.output,
      errors: end.errors.map(errorOf),
      executed: this.#started.map(({ task }) => task),
      actions: this.#actions,
      publishes: this.#publishes,
      tasks: this.#started.map((visit) => this.#visit(visit)),
    };
  }

  #visit(visit: VisitHistory): SimulatedVisit {
    const { task, parents } = visit;
    const prev = parents.flatMap((parent) => this.#places.get(parent) ?? []);
    return { task, status: this.#statusOf(visit), prev: prev.sort((left, right) => left - right) };
  }

  #statusOf({ id, task, ordinal, end, itemCount }: VisitHistory): SimulatedVisit['status'] {
    if (end === 'open') return 'running';
    const timeout = itemCount === 0 ? this.#timeouts.get(id) : undefined;
    const timedOut = end === 'failed' && timeout !== undefined && timeout === this.#reasons.get(`${task}/${ordinal}`);
    return timedOut ? 'timed-out' : end;
  }
}

function errorOf({ task, item, code, message, details }: ExecutionProblem): SimulatedError {
  const first = item ?? firstItem(details);
  return { ...(task === undefined ? {} : { task }), ...(first === undefined ? {} : { item: first }), code, message };
}

/** The index that the failure of a list names. */
function firstItem(details: unknown): number | undefined {
  const first = memberOf(details, 'first');
  const index = memberOf(first, 'index');
  return typeof index === 'number' ? index : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
