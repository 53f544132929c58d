import type { WorkflowDefinition } from '@weftline/graph';
import type { Store } from '@weftline/persistence';
import type { Core } from './core/advance.ts';
import { decodeEvent } from './core/event-codec.ts';
import type { ExecutionStarted } from './core/event.ts';
import { replay } from './core/replay.ts';
import type { ExecutionState } from './core/state.ts';
import { CoordinatorError } from './errors.ts';

export interface LoadedExecution {
  readonly core: Core;
  readonly started: ExecutionStarted;
  readonly state: ExecutionState;
  /** Sequence of the last record read. */
  readonly head: number;
  /** The end is part of the journal, and not only of the state that it leads to. */
  readonly ended: boolean;
}

/** Replays the journal of an execution chunk by chunk; memory is bounded by the state, not by the journal. */
export async function loadExecution(
  store: Store,
  id: string,
  coreOf: (definition: WorkflowDefinition) => Core,
): Promise<LoadedExecution> {
  let loaded: LoadedExecution | undefined;
  for await (const records of store.read(id)) {
    const events = records.map((record) => decodeEvent(record.data));
    const head = records.at(-1)?.sequence ?? 0;
    const ended = events.some(({ type }) => type === 'execution-finished');
    const [first] = events;
    if (first === undefined) continue;
    if (loaded === undefined) {
      if (first.type !== 'execution-started') throw withoutStart(id);
      const core = coreOf(first.definition);
      loaded = { core, started: first, state: replay(core, undefined, events), head, ended };
    } else {
      loaded = { ...loaded, state: replay(loaded.core, loaded.state, events), head, ended: loaded.ended || ended };
    }
  }
  if (loaded === undefined) throw withoutStart(id);
  return loaded;
}

function withoutStart(id: string): CoordinatorError {
  return new CoordinatorError(`the journal of execution ${id} does not begin with its start`, {
    code: 'JOURNAL_FORMAT',
  });
}
