import { Map as PersistentMap } from 'immutable';
import type { Context, ContextStrategy } from './context.ts';
import { keyOf } from './key-of.ts';
import { itemPart, namesIn, type ItemNames } from './item-names.ts';
import { ownMember } from './own-member.ts';
import { knowledgeFrom, PersistentContext, type Knowledge } from './persistent-context.ts';

/**
 * Persistent maps that branches and items share, the item's names included. Deriving an item costs two or three writes to
 * a map, whatever the context knows; the default (`itemContext`) needs none.
 */
export function sharedContext(): ContextStrategy {
  return {
    name: 'shared-context',
    sharesValues: true,
    create: (root) => new SharedContext(knowledgeFrom(root), PersistentMap()),
    restore: (root, entries) => new SharedContext(knowledgeFrom(root, entries), PersistentMap()),
  };
}

const absent = Symbol('absent');

class SharedContext extends PersistentContext {
  /** `item`, `index` and the names of items, those of outer items included. */
  readonly #itemNames: PersistentMap<string, unknown>;

  constructor(knowledge: Knowledge, itemNames: PersistentMap<string, unknown>) {
    super(knowledge);
    this.#itemNames = itemNames;
  }

  override resolve(name: string): unknown {
    const value = this.#itemNames.get(keyOf(name), absent);
    return value === absent ? super.resolve(name) : value;
  }

  override lookup(namespace: string, key: string): unknown {
    const value = this.#itemNames.get(keyOf(namespace), absent);
    return value === absent ? super.lookup(namespace, key) : ownMember(value, key);
  }

  forItem(item: unknown, index: number, as?: ItemNames): Context {
    const named = this.#itemNames.withMutations((map) => {
      for (const name of namesIn(as)) map.set(keyOf(name), itemPart(item, as, name));
    });
    return new SharedContext(this.knowledge, named.set('item', item).set('index', index));
  }

  protected derive(knowledge: Knowledge): Context {
    return new SharedContext(knowledge, this.#itemNames);
  }
}
