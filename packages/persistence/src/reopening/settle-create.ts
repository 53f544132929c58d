import type { ExecutionSummary, Lease, NewExecution, Store } from '../store.ts';
import { readJournalPart } from './journal-part.ts';
import type { StoreChange } from './store-change.ts';

/**
 * Registered once: an execution that is there with the same facts and records, and nothing behind them, is the one that was
 * sent. Its lease is answered; where it has run out meanwhile the execution is claimed, which raises the epoch. Anything else
 * under that id is a conflict, which the store says itself.
 */
export function createChange(execution: NewExecution): StoreChange<Lease> {
  return {
    send: (store) => store.create(execution),
    settle: async (store) => {
      const summary = await store.get(execution.id);
      if (summary === undefined || !(await isThat(store, execution, summary))) return store.create(execution);
      const { id, owner } = execution;
      if (summary.owner === undefined) return store.claim(id, owner);
      if (summary.owner.id !== owner.id) return store.create(execution);
      return { execution: id, owner: owner.id, epoch: summary.epoch, head: summary.head };
    },
  };
}

async function isThat(store: Store, execution: NewExecution, summary: ExecutionSummary): Promise<boolean> {
  const { id, workflow, status, createdAtMs, records } = execution;
  const isSame = summary.workflow === workflow && summary.status === status && summary.createdAtMs === createdAtMs;
  if (!isSame || summary.head !== records.length) return false;
  const part = await readJournalPart(store, id, { from: 1, to: records.length });
  return part.holds(1, records) === true;
}
