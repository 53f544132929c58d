import type { Context } from '@weftline/context';
import type { Map as PersistentMap } from 'immutable';
import type { Command } from './command.ts';
import type { Beginning, BegunVisit, History } from './history.ts';
import { invariant } from './invariant.ts';
import type { Notice } from './notice.ts';
import type { CompiledTask, Program } from './program.ts';
import type { Publication } from './publication.ts';
import {
  endedVisitsMax,
  type EndedVisit,
  type ExecutionProblem,
  type ExecutionState,
  type ExecutionStatus,
  type ItemsState,
  type JoinRound,
  type Visit,
} from './state.ts';

/** The window of one list while a batch is being applied; its collections are transients of this draft. */
export type ItemsDraft = { -readonly [Key in keyof ItemsState]: ItemsState[Key] };

/** What is noted beside the state. */
export interface DraftOptions {
  readonly observe?: boolean;
  /** Whether the values of published variables are answered too. */
  readonly publications?: boolean;
  readonly history?: History | undefined;
}

/**
 * The working copy of a state during one `advance`. It is the only mutable thing in the core and never leaves it.
 *
 * Invariants:
 * 1. The state it was made from is never modified: collections are copied by `asMutable` on first write.
 * 2. After `seal` no transient is reachable any more, and the draft is not used again.
 */
export class Draft {
  readonly program: Program;
  readonly commands: Command[] = [];
  /** Undefined when nobody observes; building notices would cost every replay. */
  readonly notices: Notice[] | undefined;
  /** Undefined when nobody asked for the values, as for notices. */
  readonly publications: Publication[] | undefined;
  /** Only while the events are folded from the first one on in order to reopen the execution. */
  readonly history: History | undefined;
  /** Time of the event at hand. */
  atMs = 0;

  sequence: number;
  status: ExecutionStatus;
  failing: boolean;
  inFlight: number;
  nextVisit: number;
  version: number;
  final: Context;
  errors: readonly ExecutionProblem[];
  concurrency: ExecutionState['concurrency'];
  outcome: ExecutionState['outcome'];

  readonly #base: ExecutionState;
  readonly #windows = new Map<number, ItemsDraft>();
  readonly #visits: PersistentMap<number, Visit>;
  readonly #ordinals: PersistentMap<string, number>;
  readonly #joins: PersistentMap<string, JoinRound>;
  #ended: EndedVisit[] | undefined;

  constructor(
    program: Program,
    base: ExecutionState,
    { observe = false, publications = false, history }: DraftOptions = {},
  ) {
    this.program = program;
    this.history = history;
    this.notices = observe ? [] : undefined;
    this.publications = publications ? [] : undefined;
    this.#base = base;
    this.#visits = base.visits.asMutable();
    this.#ordinals = base.ordinals.asMutable();
    this.#joins = base.joins.asMutable();
    this.sequence = base.sequence;
    this.status = base.status;
    this.failing = base.failing;
    this.inFlight = base.inFlight;
    this.nextVisit = base.nextVisit;
    this.version = base.version;
    this.final = base.final;
    this.errors = base.errors;
    this.concurrency = base.concurrency;
    this.outcome = base.outcome;
  }

  get executionId(): string {
    return this.#base.id;
  }

  get startedAtMs(): number {
    return this.#base.startedAtMs;
  }

  task(name: string): CompiledTask {
    const task = this.program.tasks.get(name);
    invariant(task !== undefined, `task "${name}" is not in the definition`);
    return task;
  }

  /** Whether new attempts may be handed out. */
  get handsOut(): boolean {
    return this.status === 'running';
  }

  visit(id: number): Visit | undefined {
    return this.#visits.get(id);
  }

  /** Visits that have not ended, in the order in which they began. */
  visits(): readonly Visit[] {
    return [...this.#visits.values()].sort((left, right) => left.id - right.id);
  }

  get visitCount(): number {
    return this.#visits.size;
  }

  putVisit(visit: Visit): void {
    this.#visits.set(visit.id, visit);
  }

  removeVisit(id: number): void {
    this.#visits.delete(id);
    this.#windows.delete(id);
  }

  /** Counts a visit of `task` that begins; ordinals are from 1. */
  countVisit(task: string, beginning: Beginning): BegunVisit {
    const last = this.#ordinals.get(task) ?? 0;
    const begun = this.history?.begin(task, beginning) ?? { id: this.nextVisit, ordinal: last + 1, isHeld: false };
    this.nextVisit = Math.max(this.nextVisit, begun.id + 1);
    this.#ordinals.set(task, Math.max(last, begun.ordinal));
    return begun;
  }

  /** The window of a visit with items, for writing. */
  window(visit: Visit): ItemsDraft {
    const open = this.#windows.get(visit.id);
    if (open !== undefined) return open;
    const { items } = visit;
    invariant(items !== undefined, `visit ${visit.id} of "${visit.task}" has no items`);
    const window: ItemsDraft = {
      ...items,
      running: items.running.asMutable(),
      waiting: items.waiting.asMutable(),
      due: items.due.asMutable(),
      results: items.results.asMutable(),
      failures: items.failures.asMutable(),
      landed: items.landed.asMutable(),
      produced: items.produced.asMutable(),
      calls: items.calls.asMutable(),
      callOf: items.callOf.asMutable(),
      starts: items.starts.asMutable(),
    };
    this.#windows.set(visit.id, window);
    return window;
  }

  /** Lets visits that begin from now on have other numbers than all that there ever were. */
  goOnCounting({ nextVisit, ordinals }: History): void {
    this.nextVisit = nextVisit;
    for (const [task, visits] of ordinals) this.#ordinals.set(task, visits);
  }

  round(task: string): JoinRound | undefined {
    return this.#joins.get(task);
  }

  putRound(task: string, round: JoinRound | undefined): void {
    if (round === undefined) this.#joins.delete(task);
    else this.#joins.set(task, round);
  }

  /** By name, so that no order depends on how the map came about. */
  rounds(): readonly (readonly [task: string, round: JoinRound])[] {
    return [...this.#joins.entries()].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  problem(problem: ExecutionProblem): void {
    this.errors = [...this.errors, problem];
  }

  recordEnd(ended: EndedVisit): void {
    this.#ended ??= [...this.#base.ended];
    this.#ended.push(ended);
    if (this.#ended.length > 2 * endedVisitsMax) this.#ended.splice(0, this.#ended.length - endedVisitsMax);
  }

  seal(): ExecutionState {
    for (const [id, window] of this.#windows) {
      const visit = this.#visits.get(id);
      if (visit !== undefined) this.#visits.set(id, { ...visit, items: sealWindow(window) });
    }
    return {
      ...this.#base,
      sequence: this.sequence,
      status: this.status,
      failing: this.failing,
      visits: this.#visits.asImmutable(),
      inFlight: this.inFlight,
      nextVisit: this.nextVisit,
      ordinals: this.#ordinals.asImmutable(),
      joins: this.#joins.asImmutable(),
      version: this.version,
      final: this.final,
      errors: this.errors,
      concurrency: this.concurrency,
      ended: this.#ended?.slice(-endedVisitsMax) ?? this.#base.ended,
      outcome: this.outcome,
    };
  }
}

function sealWindow(window: ItemsDraft): ItemsState {
  return {
    ...window,
    running: window.running.asImmutable(),
    waiting: window.waiting.asImmutable(),
    due: window.due.asImmutable(),
    results: window.results.asImmutable(),
    failures: window.failures.asImmutable(),
    landed: window.landed.asImmutable(),
    produced: window.produced.asImmutable(),
    calls: window.calls.asImmutable(),
    callOf: window.callOf.asImmutable(),
    starts: window.starts.asImmutable(),
  };
}
