import type { Context, ContextEntry, ContextRoot, ContextStrategy, TaskView } from './context.ts';
import { isItemName, itemPart, type ItemNames } from './item-names.ts';
import { ownMember } from './own-member.ts';
import { describeWrites, listWrites, numberWrites, supersedes, type Write } from './write.ts';

export interface DeepCloneOptions {
  /** How values are copied: `structuredClone`, or through JSON text. Default `structured-clone`. */
  readonly method?: 'structured-clone' | 'json';
}

/**
 * Copies everything the context knows, its input included, for each item and for each fork, publish and merge:
 * O(items x context) time and memory. It is what `itemContext` is measured against. Reading is as quick as elsewhere.
 */
export function deepCloneContext(options: DeepCloneOptions = {}): ContextStrategy {
  const method = options.method ?? 'structured-clone';
  const copy = copies[method];
  const create = (root: ContextRoot, entries: readonly ContextEntry[]): Context =>
    new DeepCloneContext(copy(knowledgeFrom(root, entries)), copy);
  return {
    name: `deep-clone-context/${method}`,
    sharesValues: false,
    create: (root) => create(root, []),
    restore: create,
  };
}

/** Plain data and native maps, so that one call copies all of it. */
interface Knowledge {
  readonly root: ContextRoot;
  readonly variables: ReadonlyMap<string, Write>;
  readonly tasks: ReadonlyMap<string, Write>;
  /** The greatest `order` given to a write so far. */
  readonly order: number;
  /** The innermost item first. */
  readonly items: readonly ItemFrame[];
}

interface ItemFrame {
  readonly item: unknown;
  readonly index: number;
  readonly as?: ItemNames;
}

type Copy = (knowledge: Knowledge) => Knowledge;

const copies: Readonly<Record<'structured-clone' | 'json', Copy>> = {
  'structured-clone': (knowledge) => structuredClone(knowledge),
  json: (knowledge) => {
    const { variables, tasks, ...rest } = knowledge;
    const text = JSON.stringify({ ...rest, variables: [...variables.values()], tasks: [...tasks.values()] });
    const copied = JSON.parse(text) as Omit<Knowledge, 'variables' | 'tasks'> & Record<'variables' | 'tasks', Write[]>;
    return { ...copied, variables: byName(copied.variables), tasks: byName(copied.tasks) };
  },
};

function knowledgeFrom(root: ContextRoot, entries: readonly ContextEntry[]): Knowledge {
  const writes = numberWrites(entries);
  const variables = byName(writes.filter(({ kind }) => kind === 'variable'));
  return {
    root,
    variables,
    tasks: byName(writes.filter(({ kind }) => kind === 'task')),
    order: writes.length,
    items: [],
  };
}

function byName(writes: readonly Write[]): Map<string, Write> {
  return new Map(writes.map((write) => [write.name, write]));
}

class DeepCloneContext implements Context {
  readonly #knowledge: Knowledge;
  readonly #copy: Copy;
  #listedVariables: Readonly<Record<string, unknown>> | undefined;
  #listedTasks: Readonly<Record<string, unknown>> | undefined;

  /** `knowledge` belongs to the new context alone. */
  constructor(knowledge: Knowledge, copy: Copy) {
    this.#knowledge = knowledge;
    this.#copy = copy;
  }

  resolve(name: string): unknown {
    const { root, variables, tasks, items } = this.#knowledge;
    if (items.length > 0 && this.#isOfItem(name)) return this.#ofItem(name);
    switch (name) {
      case 'vars':
        return (this.#listedVariables ??= listWrites(variables.values()));
      case 'task':
        return (this.#listedTasks ??= listWrites(tasks.values()));
      case 'input':
      case 'execution':
      case 'env':
        return root[name];
      default:
        return variables.get(name)?.value;
    }
  }

  lookup(namespace: string, key: string): unknown {
    const { variables, tasks, items } = this.#knowledge;
    if (items.length > 0 && this.#isOfItem(namespace)) return ownMember(this.#ofItem(namespace), key);
    if (namespace === 'vars') return variables.get(key)?.value;
    if (namespace === 'task') return tasks.get(key)?.value;
    return ownMember(this.resolve(namespace), key);
  }

  publish(entries: Iterable<readonly [name: string, value: unknown]>, version: number): Context {
    const variables = new Map(this.#knowledge.variables);
    let { order } = this.#knowledge;
    for (const [name, value] of entries) {
      order += 1;
      variables.set(name, { kind: 'variable', name, value, version, order });
    }
    return this.#derive({ ...this.#knowledge, variables, order });
  }

  withTask(name: string, outcome: TaskView, version: number): Context {
    const order = this.#knowledge.order + 1;
    const tasks = new Map(this.#knowledge.tasks).set(name, { kind: 'task', name, value: outcome, version, order });
    return this.#derive({ ...this.#knowledge, tasks, order });
  }

  forItem(item: unknown, index: number, as?: ItemNames): Context {
    const frame = as === undefined ? { item, index } : { item, index, as };
    return this.#derive({ ...this.#knowledge, items: [frame, ...this.#knowledge.items] });
  }

  merge(arrivals: readonly Context[], since: number): Context {
    const variables = new Map(this.#knowledge.variables);
    const tasks = new Map(this.#knowledge.tasks);
    let { order } = this.#knowledge;
    for (const arrival of arrivals) {
      const knowledge = this.#knowledgeBehind(arrival);
      lay(knowledge.variables, variables, since);
      lay(knowledge.tasks, tasks, since);
      order = Math.max(order, knowledge.order);
    }
    return this.#derive({ ...this.#knowledge, variables, tasks, order });
  }

  entries(): readonly ContextEntry[] {
    return describeWrites([...this.#knowledge.variables.values(), ...this.#knowledge.tasks.values()]);
  }

  #derive(knowledge: Knowledge): Context {
    return new DeepCloneContext(this.#copy(knowledge), this.#copy);
  }

  #knowledgeBehind(arrival: Context): Knowledge {
    if (arrival instanceof DeepCloneContext) return arrival.#knowledge;
    return knowledgeFrom(this.#knowledge.root, arrival.entries());
  }

  #isOfItem(name: string): boolean {
    return name === 'item' || name === 'index' || this.#knowledge.items.some(({ as }) => isItemName(as, name));
  }

  #ofItem(name: string): unknown {
    const { items } = this.#knowledge;
    if (name === 'index') return items[0]?.index;
    if (name === 'item') return items[0]?.item;
    const frame = items.find(({ as }) => isItemName(as, name));
    return itemPart(frame?.item, frame?.as, name);
  }
}

function lay(arriving: ReadonlyMap<string, Write>, present: Map<string, Write>, since: number): void {
  for (const [name, write] of arriving) {
    if (supersedes(write, present.get(name), since)) present.set(name, write);
  }
}
