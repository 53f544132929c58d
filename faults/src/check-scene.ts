import type { Store } from '@weftline/persistence';
import { appliedCompletions, checkJournal, type CheckedJournal } from '../../simulation/src/check-journal.ts';
import type { Ledger } from './ledger.ts';
import { expectedOutput, type Work } from './listed-work.ts';

/** A law that was broken. */
export interface Violation {
  readonly law: string;
  /** Under which store, policy and execution. */
  readonly place: string;
  readonly detail: string;
}

export interface PromisedScene {
  readonly store: Store;
  readonly execution: string;
  readonly work: Work;
  readonly ledger: Ledger;
  /** A process has told that the execution has ended. */
  readonly isOver: boolean;
  /** The epoch that was found when somebody looked before. */
  readonly epochBefore: number;
}

type Tell = (law: string, detail: string) => void;

/** Holds an execution against the ledger, and answers its epoch; 0 when there is none. */
export async function checkScene(scene: PromisedScene, tell: Tell): Promise<number> {
  const { store, execution, ledger } = scene;
  const summary = await store.get(execution);
  if (summary === undefined) {
    if (ledger.acknowledged().length > 0 || scene.isOver) tell('an acknowledged start is kept', 'no such execution');
    return 0;
  }
  if (summary.epoch < scene.epochBefore) tell('epochs never go back', `${summary.epoch} after ${scene.epochBefore}`);
  const acknowledged = ledger.acknowledged();
  const completions = acknowledged.flatMap((line) => (line.kind === 'completed' ? [{ ...line, item: line.item }] : []));
  const ends = acknowledged.flatMap((line) => (line.kind === 'ended' ? [line.status] : []));
  const journal = await checkJournal({ store, execution, completions, ends }, tell);
  if (journal === undefined) return summary.epoch;
  if (summary.head !== journal.events.length)
    tell('the head is where the journal ends', `${summary.head} is told, ${journal.events.length} found`);
  checkTakeover(journal, ledger, tell);
  if (scene.isOver) checkOutput(journal, scene.work, tell);
  return summary.epoch;
}

/**
 * The last process that took the execution over found all that former ones were told, whenever they were told it, and does none of
 * it again.
 */
function checkTakeover({ core, events }: CheckedJournal, ledger: Ledger, tell: Tell): void {
  const recovered = events.findLastIndex(({ type }) => type === 'execution-recovered');
  const acknowledged = ledger.acknowledged();
  const run = acknowledged.findLast(({ kind }) => kind === 'recovered')?.run;
  if (recovered === -1 || run === undefined) return;
  const before = appliedCompletions(core, events.slice(0, recovered));
  const durable = new Set(before.map((key) => key.replace(/\/\d+\//, '/')));
  for (const line of acknowledged) {
    if (line.kind === 'completed' && line.run < run && !durable.has(workOf(line)))
      tell('nothing is acknowledged to a former owner', `${workOf(line)} was, which its successor did`);
  }
  for (const call of ledger.calls()) {
    if (call.run === run && durable.has(workOf(call)))
      tell('nothing with a durable completion runs again', workOf(call));
  }
}

function workOf({ task, item }: { readonly task: string; readonly item?: number | undefined }): string {
  return `${task}/${item ?? ''}`;
}

function checkOutput({ state }: CheckedJournal, work: Work, tell: Tell): void {
  const { status, output } = state.outcome ?? {};
  if (status !== 'succeeded') tell('the execution succeeds', `it is ${status ?? 'not over'}`);
  else if (JSON.stringify(output) !== JSON.stringify(expectedOutput(work)))
    tell('results stand in item order, each once', JSON.stringify(output).slice(0, 500));
}
