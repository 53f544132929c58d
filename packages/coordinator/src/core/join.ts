import type { Context } from '@weftline/context';
import { List, OrderedSet } from 'immutable';
import { absorb, joinContexts } from './branch.ts';
import type { Draft } from './draft.ts';
import type { Origin } from './history.ts';
import { invariant } from './invariant.ts';
import type { CompiledTask } from './program.ts';
import { joinPlace } from './route.ts';
import type { JoinRound } from './state.ts';

/** A branch that reaches a join, from this task. */
export interface JoinArrival {
  readonly from: string;
  readonly context: Context;
  readonly origin: Origin | undefined;
  /** Arrivals on other routes are those of other rounds. */
  readonly route?: string | undefined;
}

/**
 * Counts an arrival at a task with `join`, and answers what the joined branch knows when the join fires.
 *
 * Arrivals are counted by the task they come from. A counted join fires once a round; what arrives later in that round
 * is absorbed. A round is over when every inbound task has arrived, or when one arrives again after the join fired.
 */
export function arriveAtJoin(draft: Draft, task: CompiledTask, arrival: JoinArrival): Context | undefined {
  const { from, context, origin } = arrival;
  const place = joinPlace(task.name, arrival.route);
  const round = currentRound(draft, place, from);
  const arrived = round.from.add(from);
  const isOver = arrived.size === draft.program.graph.inboundTasks(task.name).length;
  if (round.fired) {
    absorb(draft, context);
    draft.putRound(place, isOver ? undefined : { ...round, from: arrived });
    return undefined;
  }
  if (origin !== undefined) draft.history?.wait(place, origin);
  const waiting = round.waiting.push(context);
  if (arrived.size < task.joinCount) {
    draft.putRound(place, { from: arrived, waiting, fired: false });
    return undefined;
  }
  draft.putRound(place, isOver ? undefined : { from: arrived, waiting: List(), fired: true });
  const [first, ...rest] = waiting;
  invariant(first !== undefined, 'a join needs an arrival');
  return joinContexts(draft, [first, ...rest]);
}

function currentRound(draft: Draft, place: string, from: string): JoinRound {
  const round = draft.round(place);
  const startsNextRound = round?.fired === true && round.from.has(from);
  return round === undefined || startsNextRound ? { from: OrderedSet(), waiting: List(), fired: false } : round;
}
