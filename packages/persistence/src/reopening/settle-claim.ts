import type { Lease, Owner } from '../store.ts';
import type { StoreChange } from './store-change.ts';

/** Claimed once: the epoch is looked at before, so that a lease which was given shows by a later one. */
export function claimChange(id: string, owner: Owner): StoreChange<Lease> {
  let epochBefore: number | undefined;
  return {
    send: async (store) => {
      epochBefore = (await store.get(id))?.epoch;
      return store.claim(id, owner);
    },
    settle: async (store) => {
      const summary = await store.get(id);
      const wasGiven = summary?.owner?.id === owner.id && epochBefore !== undefined && summary.epoch > epochBefore;
      if (!wasGiven) return store.claim(id, owner);
      return { execution: id, owner: owner.id, epoch: summary.epoch, head: summary.head };
    },
  };
}
