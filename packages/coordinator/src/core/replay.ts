import { advance, type Advanced, type Core } from './advance.ts';
import type { Event, ExecutionReopened } from './event.ts';
import { History, type Reopening, type SetAside } from './history.ts';
import type { ExecutionState } from './state.ts';
import { invariant } from './invariant.ts';

/**
 * Folds events back into the state they led to when they happened. Commands are dropped: what was in flight is handed
 * out again by `execution-recovered`. Where an execution was reopened the events have to begin with the first one.
 */
export function replay(core: Core, state: ExecutionState | undefined, events: readonly Event[]): ExecutionState {
  if (state === undefined && events.some(isReopening)) return replayAll(core, events).state;
  return advance(core, state, events).state;
}

export interface Replayed {
  readonly state: ExecutionState;
  readonly history: History;
}

/**
 * Folds all events of an execution and remembers what a reopening has to know. Takes one fold, and one more for
 * every former reopening.
 */
export function replayAll(core: Core, events: readonly Event[]): Replayed {
  const history = new History();
  const places = events.flatMap((event, place) => (isReopening(event) ? [place] : []));
  const reopenings = reopeningsOf(events);
  let state: ExecutionState | undefined;
  for (let passed = 0; passed <= places.length; passed += 1) {
    history.foldAgain(reopenings.slice(0, passed));
    state = fold(core, events.slice(0, places[passed]), history);
  }
  invariant(state !== undefined, 'an execution has a first event');
  return { state, history };
}

/** The state of an execution that has ended with these events, and what must be done, when it is reopened by this one. */
export function reopen(
  core: Core,
  { history }: Replayed,
  { events, event }: { readonly events: readonly Event[]; readonly event: ExecutionReopened },
): Advanced {
  history.foldAgain(reopeningsOf([...events, event]));
  return advance(core, fold(core, events, history), [event], { observe: true, history });
}

/** Commands of events that are folded again are let go of after so many. */
const chunkLength = 1000;

function fold(core: Core, events: readonly Event[], history: History): ExecutionState | undefined {
  let state: ExecutionState | undefined;
  for (let from = 0; from < events.length; from += chunkLength) {
    state = advance(core, state, events.slice(from, from + chunkLength), { history }).state;
  }
  return state;
}

function reopeningsOf(events: readonly Event[]): readonly Reopening[] {
  return events.filter(isReopening).map(({ takenBack }, place) => ({
    number: place + 1,
    visits: new Map(takenBack.map((visit): [number, SetAside] => [visit.visit, setAsideFrom(visit)])),
  }));
}

function setAsideFrom({ attempt, items }: ExecutionReopened['takenBack'][number]): SetAside {
  const attempts = new Map<number, number>();
  for (const [first, last, itemAttempt] of items) {
    for (let index = first; index <= last; index += 1) attempts.set(index, itemAttempt);
  }
  return { attempt, items: attempts };
}

function isReopening(event: Event): event is ExecutionReopened {
  return event.type === 'execution-reopened';
}
