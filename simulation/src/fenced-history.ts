import type { Append, Lease, NewExecution, Owner, Store } from '@weftline/persistence';

/** An append that the store took, or may have taken. */
export interface TakenAppend {
  /** False when the store failed in the middle of it; what it holds then shows when it is opened again. */
  readonly isCertain: boolean;
  readonly epoch: number;
  readonly sequence: number;
  readonly records: number;
  /** Of the latest lease that had been given by then. */
  readonly leaseEpoch: number;
}

export interface FencedHistory {
  /** The same store, with everything that it takes written down. */
  watch(store: Store): Store;
  /** Per execution, in the order in which they were made. */
  readonly appends: ReadonlyMap<string, readonly TakenAppend[]>;
  /** Leases in the order in which they were given. */
  readonly leases: ReadonlyMap<string, readonly Lease[]>;
}

export function fencedHistory(): FencedHistory {
  const appends = new Map<string, TakenAppend[]>();
  const leases = new Map<string, Lease[]>();
  const lease = (given: Lease): Lease => {
    listAt(leases, given.execution).push(given);
    return given;
  };
  const note = (append: Append, isCertain: boolean): void => {
    const { execution, epoch, sequence, records } = append;
    const leaseEpoch = leases.get(execution)?.at(-1)?.epoch ?? 0;
    listAt(appends, execution).push({ isCertain, epoch, sequence, records: records.length, leaseEpoch });
  };
  const watch = (store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        switch (name) {
          case 'create':
            return async (execution: NewExecution) => lease(await target.create(execution));
          case 'claim':
            return async (id: string, owner: Owner) => lease(await target.claim(id, owner));
          case 'append':
            return async (batch: readonly Append[]) => {
              try {
                const outcomes = await target.append(batch);
                for (const [place, append] of batch.entries()) if (outcomes[place] === undefined) note(append, true);
                return outcomes;
              } catch (error) {
                for (const append of batch) note(append, false);
                throw error;
              }
            };
          default: {
            const member: unknown = Reflect.get(target, name, target);
            return typeof member === 'function' ? (member.bind(target) as unknown) : member;
          }
        }
      },
    });
  return { watch, appends, leases };
}

function listAt<Member>(lists: Map<string, Member[]>, key: string): Member[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
