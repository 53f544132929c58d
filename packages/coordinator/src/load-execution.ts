import type { WorkflowDefinition } from '@weftline/graph';
import { StoreError, type JournalSnapshot, type Store } from '@weftline/persistence';
import type { Core } from './core/advance.ts';
import { decodeEvent } from './core/event-codec.ts';
import type { ExecutionStarted } from './core/event.ts';
import { replay } from './core/replay.ts';
import { decodeState } from './core/state-codec.ts';
import type { ExecutionState } from './core/state.ts';
import { CoordinatorError } from './errors.ts';
import type { Written } from './recording/recording.ts';

export interface LoadedExecution {
  readonly core: Core;
  readonly started: ExecutionStarted;
  readonly state: ExecutionState;
  /** Sequence of the last record that the state stands for. */
  readonly head: number;
  /** The end has been written, and is not only what the events lead to. */
  readonly ended: boolean;
  readonly written: Written;
}

/** The start is the first record of every execution, however it is recorded. */
const startSequence = 1;

/**
 * The state of an execution as it was recorded: its last snapshot, if there is one, and the records behind it, chunk by
 * chunk; memory is bounded by the state, not by the journal. Only the first record is read in any case, for the
 * definition.
 */
export async function loadExecution(
  store: Store,
  id: string,
  coreOf: (definition: WorkflowDefinition) => Core,
): Promise<LoadedExecution> {
  const started = await readStart(store, id);
  const core = coreOf(started.definition);
  for (let tried = -1; ;) {
    const snapshot = await store.readSnapshot(id);
    try {
      return await loadAfter(snapshot, { store, id, core, started });
    } catch (error) {
      const isCompacted = error instanceof StoreError && error.code === 'STORE_COMPACTED';
      // Records are dropped only behind a newer snapshot, of which the owner has taken one meanwhile.
      const sequence = snapshot?.sequence ?? 0;
      if (!isCompacted || sequence <= tried) throw error;
      tried = sequence;
    }
  }
}

async function loadAfter(
  snapshot: JournalSnapshot | undefined,
  {
    store,
    id,
    core,
    started,
  }: Pick<LoadedExecution, 'core' | 'started'> & { readonly store: Store; readonly id: string },
): Promise<LoadedExecution> {
  let state = snapshot === undefined ? replay(core, undefined, [started]) : decodeState(snapshot.data, core);
  let head = snapshot?.sequence ?? startSequence;
  let ended = snapshot !== undefined && state.outcome !== undefined;
  let recordBytes = 0;
  for await (const records of store.read(id, { after: head })) {
    const events = records.map(({ data }) => decodeEvent(data));
    state = replay(core, state, events);
    head = records.at(-1)?.sequence ?? head;
    ended ||= events.some(({ type }) => type === 'execution-finished');
    recordBytes = records.reduce((sum, { data }) => sum + data.length, recordBytes);
  }
  const written = { snapshotBytes: snapshot?.data.length ?? 0, recordBytes };
  return { core, started: sharing(started, state), state, head, ended, written };
}

async function readStart(store: Store, id: string): Promise<ExecutionStarted> {
  for await (const [first] of store.read(id)) {
    const event = first === undefined ? undefined : decodeEvent(first.data);
    if (event?.type === 'execution-started') return event;
    break;
  }
  throw withoutStart(id);
}

/** A snapshot holds the input and the environment too; one of each is let go. */
function sharing(started: ExecutionStarted, { root, labels }: ExecutionState): ExecutionStarted {
  return { ...started, input: root.input, env: root.env as ExecutionStarted['env'], labels };
}

function withoutStart(id: string): CoordinatorError {
  return new CoordinatorError(`the journal of execution ${id} does not begin with its start`, {
    code: 'JOURNAL_FORMAT',
  });
}
