import type { ItemNames } from './item-names.ts';

/**
 * What one branch of an execution knows: its input, variables and results of finished tasks.
 *
 * A context is a snapshot. `publish`, `withTask` and `merge` answer a new one that shares everything else;
 * nobody who holds the old one sees the change. Values are plain JSON, kept by reference and never copied by the
 * shared strategies. `Context` satisfies the `Scope` of `@weftline/expression` structurally.
 */
export interface Context {
  /**
   * The first of these that has the name: `item`, `index` and the item's own name where there is an item; a whole namespace
   * (`input`, `vars`, `task`, `execution`, `env`); a variable. Undefined where none has it. Whole `vars` and `task` list
   * what was written in order of writing and are frozen; listing costs O(entries) once per context.
   */
  resolve(name: string): unknown;
  /**
   * The own member `key` of what `resolve(namespace)` answers, without listing the namespace. Undefined where there is
   * none: what objects inherit is never found.
   */
  lookup(namespace: string, key: string): unknown;
  /** Sets variables. `version` orders writes within the execution; a later write has a greater one. */
  publish(entries: Iterable<readonly [name: string, value: unknown]>, version: number): Context;
  /** Records the outcome of a finished task under its name. */
  withTask(name: string, outcome: TaskView, version: number): Context;
  /**
   * The context of one item; the parent is not changed and stays cheap to hold. Items nest: `item` and `index` are the
   * inner ones, an outer item stays visible under its own name. Several names name the parts of the item.
   */
  forItem(item: unknown, index: number, as?: ItemNames): Context;
  /**
   * Joins branches: starts from this context (the first arrival) and lays over it, in order of arrival, what each other
   * branch wrote itself, that is every entry with a version above `since` (the version at which the branches
   * parted). Entries that are not above it are taken only where they are newer than what is there.
   */
  merge(arrivals: readonly Context[], since: number): Context;
  /** Everything that was written, sorted by version, for snapshots and inspection. Items are not part of it. */
  entries(): readonly ContextEntry[];
}

export interface ContextEntry {
  readonly kind: 'variable' | 'task';
  readonly name: string;
  readonly value: unknown;
  readonly version: number;
}

/** What expressions see as `task.<name>`. */
export interface TaskView {
  readonly status: string;
  readonly result: unknown;
  readonly error: unknown;
  readonly attempts: number;
  /** Only for tasks with items. */
  readonly counts?: Readonly<Record<string, number>>;
  readonly failed_items?: readonly unknown[];
}

/** What every branch of an execution shares and nobody changes. */
export interface ContextRoot {
  readonly input: Readonly<Record<string, unknown>>;
  /** `id`, `started_at`, `workflow`. */
  readonly execution: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, unknown>>;
}

/** How contexts are represented: shared by reference, overlaid per item, or copied. */
export interface ContextStrategy {
  /** As benchmarks and configuration name it. */
  readonly name: string;
  /**
   * Whether contexts hold the very values that were handed in. Where they do, nothing is copied and whoever changes a
   * value later changes what every context sees; where they do not, every derived context costs a copy of all it knows.
   */
  readonly sharesValues: boolean;
  create(root: ContextRoot): Context;
  /** The context that `Context.entries()` described. */
  restore(root: ContextRoot, entries: readonly ContextEntry[]): Context;
}
