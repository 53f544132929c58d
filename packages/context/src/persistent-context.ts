/**
 * What one branch knows, in persistent maps: deriving a context shares all that did not change.
 *
 * Invariants:
 * 1. The maps hold whole values under `keyOf(name)`; nothing ever reaches into a value, converts it or copies it.
 * 2. Names are read from the writes, never from the keys, and listed in order of writing, never in order of the map.
 * 3. Nothing that a reader can reach changes after construction; the caches only remember what they would compute again.
 */
import { Map as PersistentMap } from 'immutable';
import type { Context, ContextEntry, ContextRoot, TaskView } from './context.ts';
import type { ItemNames } from './item-names.ts';
import { keyOf } from './key-of.ts';
import { ownMember } from './own-member.ts';
import { describeWrites, listWrites, numberWrites, supersedes, type Write } from './write.ts';

type Writes = PersistentMap<string, Write>;

export interface Knowledge {
  readonly root: ContextRoot;
  readonly variables: Writes;
  readonly tasks: Writes;
  /** The greatest `order` given to a write so far. */
  readonly order: number;
}

export function knowledgeFrom(root: ContextRoot, entries: readonly ContextEntry[] = []): Knowledge {
  const writes = numberWrites(entries);
  return { root, variables: gather(writes, 'variable'), tasks: gather(writes, 'task'), order: writes.length };
}

function gather(writes: readonly Write[], kind: Write['kind']): Writes {
  return PersistentMap(writes.filter((write) => write.kind === kind).map((write) => [keyOf(write.name), write]));
}

export abstract class PersistentContext implements Context {
  readonly #knowledge: Knowledge;
  readonly #variables: Writes;
  readonly #tasks: Writes;
  #listedVariables: Readonly<Record<string, unknown>> | undefined;
  #listedTasks: Readonly<Record<string, unknown>> | undefined;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
    this.#variables = knowledge.variables;
    this.#tasks = knowledge.tasks;
  }

  abstract forItem(item: unknown, index: number, as?: ItemNames): Context;

  /** The same context with other knowledge. */
  protected abstract derive(knowledge: Knowledge): Context;

  protected get knowledge(): Knowledge {
    return this.#knowledge;
  }

  resolve(name: string): unknown {
    switch (name) {
      case 'vars':
        return (this.#listedVariables ??= listWrites(this.#variables.values()));
      case 'task':
        return (this.#listedTasks ??= listWrites(this.#tasks.values()));
      case 'input':
      case 'execution':
      case 'env':
        return this.#knowledge.root[name];
      default:
        return this.#variables.get(keyOf(name))?.value;
    }
  }

  lookup(namespace: string, key: string): unknown {
    switch (namespace) {
      case 'vars':
        return this.#variables.get(keyOf(key))?.value;
      case 'task':
        return this.#tasks.get(keyOf(key))?.value;
      default:
        return ownMember(this.resolve(namespace), key);
    }
  }

  publish(entries: Iterable<readonly [name: string, value: unknown]>, version: number): Context {
    let { order } = this.#knowledge;
    const variables = this.#variables.withMutations((map) => {
      for (const [name, value] of entries) {
        order += 1;
        map.set(keyOf(name), { kind: 'variable', name, value, version, order });
      }
    });
    return variables === this.#variables ? this : this.derive({ ...this.#knowledge, variables, order });
  }

  withTask(name: string, outcome: TaskView, version: number): Context {
    const order = this.#knowledge.order + 1;
    const tasks = this.#tasks.set(keyOf(name), { kind: 'task', name, value: outcome, version, order });
    return this.derive({ ...this.#knowledge, tasks, order });
  }

  merge(arrivals: readonly Context[], since: number): Context {
    let merged = this.#knowledge;
    for (const arrival of arrivals) {
      const { variables, tasks, order } = this.#knowledgeBehind(arrival);
      merged = {
        root: merged.root,
        variables: lay(variables, merged.variables, since),
        tasks: lay(tasks, merged.tasks, since),
        order: Math.max(merged.order, order),
      };
    }
    const changed = merged.variables !== this.#variables || merged.tasks !== this.#tasks;
    return changed ? this.derive(merged) : this;
  }

  entries(): readonly ContextEntry[] {
    return describeWrites([...this.#variables.values(), ...this.#tasks.values()]);
  }

  /** What an arrival knows; one of another kind tells it by its entries. */
  #knowledgeBehind(arrival: Context): Knowledge {
    if (arrival instanceof PersistentContext) return arrival.#knowledge;
    return knowledgeFrom(this.#knowledge.root, arrival.entries());
  }
}

/** Lays the writes of one branch over those of another; maps that the branches still share cost nothing. */
function lay(arriving: Writes, present: Writes, since: number): Writes {
  if (arriving === present || arriving.size === 0) return present;
  if (present.size === 0) return arriving;
  return present.withMutations((map) => {
    for (const [key, write] of arriving) {
      const held = map.get(key);
      if (held !== write && supersedes(write, held, since)) map.set(key, write);
    }
  });
}
