import type { AttemptFailed, AttemptSucceeded, Event } from './event.ts';
import { invariant } from './invariant.ts';
import type { ItemCounts, OutcomeStatus, Visit } from './state.ts';

/** Where a branch comes from: which visit was left by which of its ways. Undefined for an entry task. */
export interface Origin {
  readonly visit: number;
  readonly way: number;
}

/** How a visit comes about. */
export interface Beginning {
  /** None for an entry task, several for a join. */
  readonly origins: readonly Origin[];
  /** How often the engine command `retry` brought it about. */
  readonly repeats: number;
}

export interface BegunVisit {
  readonly id: number;
  readonly ordinal: number;
  /** It waits until the execution is reopened. */
  readonly isHeld: boolean;
}

/** What became of a visit, as far as a retry has to know. */
export interface VisitHistory {
  readonly id: number;
  readonly task: string;
  readonly ordinal: number;
  /** The visits that led to it; several for a join. */
  readonly parents: readonly number[];
  end: OutcomeStatus | 'open';
  /** What it left behind was not taken up: its failure stands, or the way that it took failed. */
  stands: boolean;
  /** The engine command `retry` led to a further visit in its place. */
  isRepeated: boolean;
  /** Items of its list, once it has ended; 0 for others. */
  itemCount: number;
  /** The last answer: its attempt number, negative for a failure; 0 where there is none. */
  answer: number;
  /** The same for each item. */
  readonly itemAnswers: number[];
  /** Items, or -1 for the visit as a whole, whose last answer was that they were canceled. */
  readonly canceled: Set<number>;
}

/** A reopening as the answers that it takes back. */
export interface Reopening {
  /** How many reopenings there were up to this one. */
  readonly number: number;
  readonly visits: ReadonlyMap<number, SetAside>;
}

/** The attempts of one visit whose answers are taken back. */
export interface SetAside {
  /** 0 where the visit as a whole has nothing taken back. */
  readonly attempt: number;
  readonly items: ReadonlyMap<number, number>;
}

interface Numbers {
  readonly id: number;
  readonly ordinal: number;
  /** Began with that reopening; 0 for one that began by an event. */
  readonly heldUntil: number;
}

/**
 * What is remembered of an execution while its events are folded from the first one on, so that it can be reopened.
 * Nothing of it is in the state: executions that are never reopened pay nothing for it.
 *
 * A reopening folds all events again without the answers that it takes back. Whatever did not depend on them comes about
 * as before, and keeps its numbers; whatever did has not happened.
 *
 * Invariants:
 * 1. `#numbers` tells the numbers of every visit that ever began by what brought it about, so that the same visit is
 *    recognized in every later fold. What follows from a visit that was reopened is brought about anew each time.
 * 2. No number is given twice: `nextVisit` and `ordinals` are above all that were.
 */
export class History {
  nextVisit = 1;
  /** Events of the fold under way so far, ends included. */
  eventCount = 0;
  readonly ordinals: Map<string, number> = new Map();
  /** The visits of the fold under way. */
  visits: Map<number, VisitHistory> = new Map();
  readonly #numbers = new Map<string, Numbers>();
  #reopenings: readonly Reopening[] = [];
  /** How many reopenings the fold under way has passed. */
  #passed = 0;
  /** Visits that the fold has come to and that begin with a later reopening, by the number of that. */
  #held = new Map<number, number>();
  /** By task with a join: what waits there. */
  #waiting = new Map<string, Origin[]>();

  /** Begins a fold from the first event on, up to the last of these reopenings. */
  foldAgain(reopenings: readonly Reopening[]): void {
    this.#reopenings = reopenings;
    this.#passed = 0;
    this.eventCount = 0;
    this.visits = new Map();
    this.#held = new Map();
    this.#waiting = new Map();
  }

  /** Whether events that happened before are folded once more. */
  get isFoldingAgain(): boolean {
    return this.#passed < this.#reopenings.length;
  }

  /** The event that the execution was reopened with has been reached; answers its number and the visits that begin with it. */
  reopened(): { readonly number: number; readonly begin: ReadonlySet<number> } {
    this.#passed += 1;
    const begin = new Set<number>();
    for (const [id, reopening] of this.#held) {
      if (reopening !== this.#passed) continue;
      this.#held.delete(id);
      begin.add(id);
    }
    return { number: this.#passed, begin };
  }

  /** Whether a visit waits for a reopening. */
  holds(visit: number): boolean {
    return this.#held.has(visit);
  }

  /** The number of the reopening that takes an answer back; undefined where it stands. */
  takenBack(event: AttemptSucceeded | AttemptFailed): number | undefined {
    for (const { visits, number } of this.#reopenings) {
      const aside = visits.get(event.visit);
      if (aside === undefined) continue;
      const attempt = event.index === undefined ? aside.attempt : aside.items.get(event.index);
      if (attempt === event.attempt) return number;
    }
    return undefined;
  }

  /** A branch waits at a join. */
  wait(task: string, origin: Origin): void {
    const waiting = this.#waiting.get(task);
    if (waiting === undefined) this.#waiting.set(task, [origin]);
    else waiting.push(origin);
  }

  /** What the branch that a join lets go comes from. */
  takeWaiting(task: string): readonly Origin[] {
    const waiting = this.#waiting.get(task) ?? [];
    this.#waiting.delete(task);
    return waiting;
  }

  /** The numbers of a visit that begins, and whether it has to wait for a reopening. */
  begin(task: string, { origins, repeats }: Beginning): BegunVisit {
    const origin = `${task} ${origins.map((each) => this.#nameOf(each)).join(' ')}`;
    const numbers = this.#numbers.get(origin) ?? this.#newNumbers(task);
    this.#numbers.set(origin, numbers);
    const { id, ordinal, heldUntil } = numbers;
    const parents = [...new Set(origins.map(({ visit }) => visit))];
    this.visits.set(id, {
      ...{ id, task, ordinal, parents, end: 'open', stands: false, isRepeated: false, itemCount: 0 },
      ...{ answer: 0, itemAnswers: [], canceled: new Set() },
    });
    if (repeats > 0) for (const parent of parents) this.#expect(parent).isRepeated = true;
    const isHeld = heldUntil > this.#passed;
    if (isHeld) this.#held.set(id, heldUntil);
    return { id, ordinal, isHeld };
  }

  /** The work of a visit is over. */
  end(
    { id }: Visit,
    end: { readonly status: OutcomeStatus; readonly stands: boolean; readonly counts: ItemCounts | undefined },
  ): void {
    const visit = this.#expect(id);
    visit.end = end.status;
    visit.stands = end.stands;
    visit.itemCount = end.counts?.total ?? 0;
  }

  /** Counts the event, and notes answers; of several for one attempt the first counts, as for the core. */
  note(event: Event): void {
    this.eventCount += 1;
    if (event.type !== 'attempt-succeeded' && event.type !== 'attempt-failed') return;
    const visit = this.visits.get(event.visit);
    if (visit === undefined) return;
    const before = event.index === undefined ? visit.answer : (visit.itemAnswers[event.index] ?? 0);
    if (event.attempt <= Math.abs(before)) return;
    const answer = event.type === 'attempt-failed' ? -event.attempt : event.attempt;
    if (event.index === undefined) visit.answer = answer;
    else visit.itemAnswers[event.index] = answer;
    const isCanceled = event.type === 'attempt-failed' && event.failure.kind === 'canceled';
    if (isCanceled) visit.canceled.add(event.index ?? -1);
    else visit.canceled.delete(event.index ?? -1);
  }

  #expect(id: number): VisitHistory {
    const visit = this.visits.get(id);
    invariant(visit !== undefined, `visit ${id} was never begun`);
    return visit;
  }

  /** A visit that was reopened leaves anew: its ways are not those that it took before. */
  #nameOf({ visit, way }: Origin): string {
    const last = this.#reopenings.findLast(({ visits }) => visits.has(visit));
    return `${visit}.${last?.number ?? 0}.${way}`;
  }

  #newNumbers(task: string): Numbers {
    const id = this.nextVisit;
    this.nextVisit += 1;
    const ordinal = (this.ordinals.get(task) ?? 0) + 1;
    this.ordinals.set(task, ordinal);
    return { id, ordinal, heldUntil: this.isFoldingAgain ? this.#reopenings.length : 0 };
  }
}
