import { StoreError, type Lease, type Owner, type Store } from '@weftline/persistence';

export interface OwnershipOptions {
  readonly store: Store;
  readonly owner: Owner;
  /** Whether the execution is under way here, so that its lease is needed. */
  readonly isNeeded: (execution: string) => boolean;
  onNotReleased(execution: string, error: unknown): void;
}

/**
 * The leases that one owner takes and gives back.
 *
 * Invariant: `#orphans` holds every execution that this owner may own although it needs it no more, because giving it back, or
 * hearing that it was claimed, failed. Heartbeats would hold on to such leases for ever, so they are given back after one.
 */
export class Ownership {
  readonly #options: OwnershipOptions;
  readonly #orphans = new Set<string>();

  constructor(options: OwnershipOptions) {
    this.#options = options;
  }

  /** Takes a lease by `ask`; one that may have been given without our hearing of it is one to give back. */
  async take(execution: string, ask: (owner: Owner) => Promise<Lease>): Promise<Lease> {
    try {
      return await ask(this.#options.owner);
    } catch (error) {
      if (error instanceof StoreError && error.code === 'STORE_UNKNOWN_OUTCOME') this.#orphans.add(execution);
      throw error;
    }
  }

  /** What cannot be given back is given back after a later heartbeat, or runs out when none comes any more. */
  async giveBack(lease: Lease): Promise<void> {
    try {
      await this.#options.store.release(lease);
    } catch (error) {
      this.#orphans.add(lease.execution);
      this.#options.onNotReleased(lease.execution, error);
    }
  }

  async giveBackOrphans(): Promise<void> {
    const { store, owner, isNeeded } = this.#options;
    for (const execution of this.#orphans) {
      const summary = isNeeded(execution) ? undefined : await store.get(execution);
      if (summary?.owner?.id === owner.id && !isNeeded(execution)) {
        const { epoch, head } = summary;
        await store.release({ execution, owner: owner.id, epoch, head });
      }
      this.#orphans.delete(execution);
    }
  }
}
