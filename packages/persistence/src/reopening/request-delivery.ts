import { isDeepStrictEqual } from 'node:util';
import { StoreError } from '../errors.ts';
import type { ExecutionRequest, Owner, Store } from '../store.ts';
import { repeatable } from './store-change.ts';
import type { StoreChange } from './store-change.ts';

/**
 * Requests across attempts whose outcome is unknown: none is lost, and none is told twice to an owner of this process.
 *
 * 1. `#kept` holds, per owner, what heartbeats were about to answer when they failed; it goes with the next answer. What the store
 *    gives again, because it had not noted the delivery, is not told again.
 * 2. `#doubtful` holds requests that were left again because they may not have been there. Where an owner is then given two
 *    equal ones in direct succession, it is told of one.
 */
export class RequestDelivery {
  readonly #kept = new Map<string, readonly ExecutionRequest[]>();
  #doubtful: ExecutionRequest[] = [];

  /** A lease is extended by every attempt. */
  heartbeat(owner: Owner): StoreChange<readonly ExecutionRequest[]> {
    return repeatable(async (store) => {
      try {
        const answered = this.#join(owner, await store.heartbeat(owner));
        this.#kept.delete(owner.id);
        return this.#withoutDoubles(answered);
      } catch (cause) {
        if (cause instanceof StoreError && cause.undelivered.length > 0) {
          this.#kept.set(owner.id, this.#join(owner, cause.undelivered));
        }
        throw cause;
      }
    });
  }

  leave(request: ExecutionRequest): StoreChange<void> {
    return {
      send: (store: Store) => store.request(request),
      settle: async (store) => {
        this.#doubtful.push(request);
        await store.request(request);
      },
    };
  }

  #join(owner: Owner, answered: readonly ExecutionRequest[]): readonly ExecutionRequest[] {
    const kept = byExecution(this.#kept.get(owner.id) ?? []);
    const given = byExecution(answered);
    for (const [execution, before] of kept) {
      const after = given.get(execution) ?? [];
      const isGivenAgain = isDeepStrictEqual(after.slice(0, before.length), before);
      given.set(execution, isGivenAgain ? after : [...before, ...after]);
    }
    return [...given.values()].flat();
  }

  #withoutDoubles(requests: readonly ExecutionRequest[]): readonly ExecutionRequest[] {
    if (this.#doubtful.length === 0 || requests.length === 0) return requests;
    const given = byExecution(requests);
    for (const doubtful of this.#doubtful) {
      const list = given.get(doubtful.execution) ?? [];
      const second = list.findIndex(
        (request, place) => isEqual(request, doubtful) && isEqual(list[place - 1], doubtful),
      );
      if (second > 0) list.splice(second, 1);
    }
    this.#doubtful = this.#doubtful.filter(({ execution }) => !given.has(execution));
    return [...given.values()].flat();
  }
}

function byExecution(requests: readonly ExecutionRequest[]): Map<string, ExecutionRequest[]> {
  const groups = new Map<string, ExecutionRequest[]>();
  for (const request of requests) {
    const group = groups.get(request.execution) ?? [];
    groups.set(request.execution, group);
    group.push(request);
  }
  return groups;
}

/** Stores give back neither what was undefined nor in which order fields stood. */
function isEqual(one: ExecutionRequest | undefined, other: ExecutionRequest): boolean {
  if (one === undefined) return false;
  const { execution, kind, reason, immediate } = other;
  return one.execution === execution && one.kind === kind && one.reason === reason && one.immediate === immediate;
}
