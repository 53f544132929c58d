import { endBranch, joinBranches, type Branch } from './branch.ts';
import type { Draft } from './draft.ts';
import type { CompiledTask } from './program.ts';
import type { JoinArrival, JoinRound } from './state.ts';

/**
 * Counts an arrival at a task with `join`, and answers the joined branch when the join fires.
 *
 * Arrivals are counted by the task they come from. A counted join fires once a round; what arrives later in that round
 * is absorbed. A round is over when every inbound task has arrived, or when one arrives again after the join fired.
 */
export function arriveAtJoin(draft: Draft, task: CompiledTask, arrival: JoinArrival): Branch | undefined {
  const inbound = draft.program.graph.inboundTasks(task.name).length;
  const round = currentRound(draft, task.name, arrival);
  const arrivals = [...round.arrivals, arrival];
  const arrived = new Set(arrivals.map(({ from }) => from)).size;
  if (round.fired) {
    endBranch(draft, arrival);
    draft.putRound(task.name, arrived === inbound ? undefined : { arrivals, fired: true });
    return undefined;
  }
  if (arrived < task.joinCount) {
    draft.putRound(task.name, { arrivals, fired: false });
    return undefined;
  }
  draft.putRound(task.name, arrived === inbound ? undefined : { arrivals, fired: true });
  return joinBranches(draft, arrivals);
}

function currentRound(draft: Draft, task: string, arrival: JoinArrival): JoinRound {
  const round = draft.round(task);
  if (round === undefined) return { arrivals: [], fired: false };
  const startsNextRound = round.fired && round.arrivals.some(({ from }) => from === arrival.from);
  return startsNextRound ? { arrivals: [], fired: false } : round;
}
