import type { Context, ContextEntry, ContextStrategy, TaskView } from './context.ts';
import { isItemName, itemPart, type ItemNames } from './item-names.ts';
import { ownMember } from './own-member.ts';
import { knowledgeFrom, PersistentContext, type Knowledge } from './persistent-context.ts';

/**
 * The default: persistent maps that branches share, and items laid over them. An item costs one object of four fields,
 * whatever the context knows and however many items there are; its names are looked up only when an expression reads them.
 */
export function itemContext(): ContextStrategy {
  return {
    name: 'item-context',
    sharesValues: true,
    create: (root) => new BranchContext(knowledgeFrom(root)),
    restore: (root, entries) => new BranchContext(knowledgeFrom(root, entries)),
  };
}

class BranchContext extends PersistentContext {
  forItem(item: unknown, index: number, as?: ItemNames): Context {
    return new ItemContext({ parent: this, item, index, as });
  }

  protected derive(knowledge: Knowledge): Context {
    return new BranchContext(knowledge);
  }
}

interface Overlay {
  readonly parent: Context;
  readonly item: unknown;
  readonly index: number;
  readonly as: ItemNames | undefined;
}

/** An item laid over its parent. What is written goes to a new parent, so that siblings never see it. */
class ItemContext implements Context {
  readonly #parent: Context;
  readonly #item: unknown;
  readonly #index: number;
  readonly #as: ItemNames | undefined;

  constructor({ parent, item, index, as }: Overlay) {
    this.#parent = parent;
    this.#item = item;
    this.#index = index;
    this.#as = as;
  }

  resolve(name: string): unknown {
    if (name === 'item') return this.#item;
    if (name === 'index') return this.#index;
    if (!isItemName(this.#as, name)) return this.#parent.resolve(name);
    return itemPart(this.#item, this.#as, name);
  }

  lookup(namespace: string, key: string): unknown {
    if (namespace === 'item') return ownMember(this.#item, key);
    if (namespace === 'index') return undefined;
    if (!isItemName(this.#as, namespace)) return this.#parent.lookup(namespace, key);
    return ownMember(itemPart(this.#item, this.#as, namespace), key);
  }

  publish(entries: Iterable<readonly [name: string, value: unknown]>, version: number): Context {
    return this.#over(this.#parent.publish(entries, version));
  }

  withTask(name: string, outcome: TaskView, version: number): Context {
    return this.#over(this.#parent.withTask(name, outcome, version));
  }

  forItem(item: unknown, index: number, as?: ItemNames): Context {
    return new ItemContext({ parent: this, item, index, as });
  }

  merge(arrivals: readonly Context[], since: number): Context {
    return this.#over(this.#parent.merge(arrivals, since));
  }

  entries(): readonly ContextEntry[] {
    return this.#parent.entries();
  }

  #over(parent: Context): Context {
    return new ItemContext({ parent, item: this.#item, index: this.#index, as: this.#as });
  }
}
