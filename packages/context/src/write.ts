import type { ContextEntry } from './context.ts';

/** One write as contexts hold it; `order` tells apart what one branch wrote under the same version. */
export interface Write extends ContextEntry {
  readonly order: number;
}

/**
 * Whether a branch's write replaces the one that a join holds already: always when the branch made it after the branches
 * parted, else only when it is newer.
 */
export function supersedes(arriving: Write, present: Write | undefined, since: number): boolean {
  if (present === undefined || arriving.version > since) return true;
  return arriving.version > present.version;
}

/** Names decide where two branches claim the same version, so that no listing depends on the order of a hash table. */
function compareWrites(left: Write, right: Write): number {
  const difference = left.version - right.version || left.order - right.order;
  if (difference !== 0) return difference;
  return left.name < right.name ? -1 : 1;
}

export function describeWrites(writes: Iterable<Write>): readonly ContextEntry[] {
  return [...writes].sort(compareWrites).map(({ kind, name, value, version }) => ({ kind, name, value, version }));
}

/** The values by name in order of writing; without a prototype, so that a name such as `__proto__` is a name like any other. */
export function listWrites(writes: Iterable<Write>): Readonly<Record<string, unknown>> {
  const namespace = Object.create(null) as Record<string, unknown>;
  for (const { name, value } of [...writes].sort(compareWrites)) namespace[name] = value;
  return Object.freeze(namespace);
}

/** Entries in the order in which they were written, as the writes they were. */
export function numberWrites(entries: readonly ContextEntry[]): readonly Write[] {
  return entries.map(({ kind, name, value, version }, position) => ({
    kind,
    name,
    value,
    version,
    order: position + 1,
  }));
}
