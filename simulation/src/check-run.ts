import { itemContext } from '@weftline/context';
import {
  advance,
  compileWorkflow,
  decodeEvent,
  loadExecution,
  progressOf,
  replay,
  type Event,
  type ExecutionState,
} from '@weftline/coordinator';
import type { Store } from '@weftline/persistence';
import type { Stage } from './disturbances.ts';
import { checkResults } from './check-results.ts';

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
    await checkJournal({ stage, store, execution }, tell);
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

async function checkJournal(
  { stage, store, execution }: { readonly stage: Stage; readonly store: Store; readonly execution: string },
  tell: Tell,
): Promise<void> {
  const { history } = stage;
  const events: Event[] = [];
  for await (const chunk of store.read(execution)) events.push(...chunk.map(({ data }) => decodeEvent(data)));
  const [first] = events;
  if (first?.type !== 'execution-started') {
    tell('a journal begins with its start', first?.type ?? 'it is empty');
    return;
  }
  const core = { program: compileWorkflow(first.definition), context: itemContext() };
  const { state, notices } = advance(core, undefined, events, { observe: true });
  const applied = notices.flatMap((notice) => (notice.type === 'attempt-succeeded' ? [keyOf(notice)] : []));
  const known = new Set(applied);
  if (known.size !== applied.length) tell('no completion is applied twice', repeated(applied).join(', '));
  for (const completion of history.completions.get(execution) ?? []) {
    if (!known.has(keyOf(completion))) tell('no acknowledged completion is lost', keyOf(completion));
  }
  for (const status of history.ends.get(execution) ?? []) {
    if (state.outcome?.status !== status) tell('an end that was told stands', `${status} was told`);
  }
  checkResults(state, execution, tell);
  const loaded = await loadExecution(store, execution, () => core);
  if (shown(loaded.state) !== shown(replay(core, undefined, events)))
    tell('a recovered state is the one that replay gives', `${shown(loaded.state)} and ${shown(state)}`);
}

function keyOf(completion: {
  readonly task: string;
  readonly visit: number;
  readonly item?: number | undefined;
}): string {
  return `${completion.task}/${completion.visit}/${completion.item ?? ''}`;
}

function repeated(keys: readonly string[]): readonly string[] {
  return keys.filter((key, place) => keys.indexOf(key) !== place);
}

function shown(state: ExecutionState): string {
  const { outcome, inFlight, version, final } = state;
  return JSON.stringify({ outcome, inFlight, version, known: final.entries(), progress: progressOf(state) });
}
