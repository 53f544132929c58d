import { itemContext } from '@weftline/context';
import {
  advance,
  compileWorkflow,
  decodeEvent,
  loadExecution,
  progressOf,
  replay,
  type Core,
  type Event,
  type ExecutionState,
} from '@weftline/coordinator';
import type { Store } from '@weftline/persistence';
import type { AcknowledgedCompletion } from './history.ts';

/** What somebody was told of one execution, and the store that has to bear it out. */
export interface Promised {
  readonly store: Store;
  readonly execution: string;
  readonly completions: readonly AcknowledgedCompletion[];
  /** The status of every end that was told. */
  readonly ends: readonly string[];
}

/** What the journal says. */
export interface CheckedJournal {
  readonly core: Core;
  readonly events: readonly Event[];
  /** Where replay of all events leads. */
  readonly state: ExecutionState;
}

type Tell = (law: string, detail: string) => void;

/** Holds the journal of an execution, and its recovered state, against what was promised; undefined when it has no start. */
export async function checkJournal(promised: Promised, tell: Tell): Promise<CheckedJournal | undefined> {
  const { store, execution } = promised;
  const events: Event[] = [];
  for await (const chunk of store.read(execution)) events.push(...chunk.map(({ data }) => decodeEvent(data)));
  const [first] = events;
  if (first?.type !== 'execution-started') {
    tell('a journal begins with its start', first?.type ?? 'it is empty');
    return undefined;
  }
  const core = { program: compileWorkflow(first.definition), context: itemContext() };
  const { state } = advance(core, undefined, events);
  const applied = appliedCompletions(core, events);
  const known = new Set(applied);
  if (known.size !== applied.length) tell('no completion is applied twice', repeated(applied).join(', '));
  for (const completion of promised.completions) {
    if (!known.has(keyOf(completion))) tell('no acknowledged completion is lost', keyOf(completion));
  }
  for (const status of promised.ends) {
    if (state.outcome?.status !== status) tell('an end that was told stands', `${status} was told`);
  }
  const loaded = await loadExecution(store, execution, () => core);
  if (shown(loaded.state) !== shown(replay(core, undefined, events)))
    tell('a recovered state is the one that replay gives', `${shown(loaded.state)} and ${shown(state)}`);
  return { core, events, state };
}

/** The keys of completions in the order in which the events apply them. */
export function appliedCompletions(core: Core, events: readonly Event[]): readonly string[] {
  const { notices } = advance(core, undefined, events, { observe: true });
  return notices.flatMap((notice) => (notice.type === 'attempt-succeeded' ? [keyOf(notice)] : []));
}

/** Names a completion within its execution. */
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
