import { checkJournal } from './check-journal.ts';
import { checkResults } from './check-results.ts';
import type { Stage } from './disturbances.ts';

/** A law that a run broke. */
export interface Violation {
  readonly law: string;
  readonly execution: string;
  readonly detail: string;
}

/** Holds what a run left behind against what was promised while it went on. */
export async function checkRun(stage: Stage, isOver: boolean): Promise<readonly Violation[]> {
  const { database, history } = stage;
  const violations: Violation[] = [];
  const { store } = database;
  if (store === undefined) return [{ law: 'the database comes back', execution: '', detail: 'it is down' }];
  for (const execution of history.definitions.keys()) {
    const tell = (law: string, detail: string): void => void violations.push({ law, execution, detail });
    const summary = await store.get(execution);
    if (summary === undefined) {
      if (history.startsAcknowledged.has(execution)) tell('an acknowledged start is kept', 'no such execution');
      continue;
    }
    if (!isOver && summary.finishedAtMs === undefined && summary.status !== 'paused')
      tell('every execution comes to an end or waits', `it is ${summary.status} after everything was mended`);
    checkFence(stage, execution, tell);
    const completions = history.completions.get(execution) ?? [];
    const ends = history.ends.get(execution) ?? [];
    const checked = await checkJournal({ store, execution, completions, ends }, tell);
    if (checked !== undefined) checkResults(checked.state, execution, tell);
  }
  return violations;
}

type Tell = (law: string, detail: string) => void;

/**
 * An append follows the one before it under the same lease, or the head that the lease was given at. One whose outcome is unknown
 * may stand between them.
 */
function checkFence({ database }: Stage, execution: string, tell: Tell): void {
  const leases = database.history.leases.get(execution) ?? [];
  const appends = database.history.appends.get(execution) ?? [];
  const heads = new Map(leases.map(({ epoch, head }) => [epoch, head]));
  const uncertain = new Map(
    appends.flatMap(({ isCertain, epoch, sequence, records }) =>
      isCertain ? [] : [[`${epoch}/${sequence}`, records] as const],
    ),
  );
  let last = 0;
  for (const { isCertain, epoch, sequence, records, leaseEpoch } of appends) {
    if (!isCertain) continue;
    if (epoch < last) tell('epochs never go back', `${epoch} wrote after ${last}`);
    if (epoch < leaseEpoch) tell('a stale epoch writes nothing', `${epoch} wrote under lease ${leaseEpoch}`);
    last = epoch;
    let head = heads.get(epoch) ?? Number.NaN;
    while (head + 1 < sequence) {
      const between = uncertain.get(`${epoch}/${head + 1}`) ?? 0;
      if (between === 0) break;
      head += between;
    }
    if (sequence !== head + 1) tell('the journal has no gaps', `epoch ${epoch}: ${sequence} follows ${head}`);
    heads.set(epoch, sequence - 1 + records);
  }
  for (const [place, { epoch }] of leases.entries()) {
    const former = leases[place - 1];
    if (former !== undefined && epoch <= former.epoch)
      tell('every lease has a higher epoch', `${epoch} after ${former.epoch}`);
  }
}
