/**
 * JSON for values that share parts: every object stands once, however often and from wherever it is reached. `share` takes
 * a value apart into rows, which are trees, and links between them; `unshare` puts it together again, sharing as before.
 *
 * Invariants:
 * 1. Row 0 is the value itself. An object has a row of its own when it is reached more than once, or from deeper than
 *    `depthMax` levels, so that neither deep values nor cycles are a danger; every other one stands in the row that reaches it.
 * 2. Where an object with a row of its own would stand, there is null, and a link names the place.
 * 3. Both take time and space linear in the number of members; the values that go in are never changed.
 *
 * Texts are no objects: one that stands in two places is written twice.
 */
export interface SharedJson {
  readonly rows: readonly unknown[];
  readonly links: readonly Link[];
}

/** The row and the path of an object within it, then by turns a key of that object and the row that belongs there. */
export type Link = readonly [row: number, path: readonly Key[], places: readonly Key[]];

type Key = string | number;
type Container = Record<Key, unknown>;

const depthMax = 32;

/** Answers undefined when the text would have more than `lengthMax` characters for certain. */
export function share(
  value: object,
  { lengthMax = Infinity }: { readonly lengthMax?: number } = {},
): SharedJson | undefined {
  const rows = findRows(value, lengthMax);
  if (rows === undefined) return undefined;
  if (rows.size === 1) return { rows: [value], links: [] };
  const links: Link[] = [];
  const trees = [...rows].map(([object, row]) => treeOf(object as Container, { rows, row, links, path: [] }));
  return { rows: trees, links };
}

/** Throws a TypeError where links lead nowhere. Fills the rows in place. */
export function unshare({ rows, links }: SharedJson): unknown {
  for (const [row, path, places] of links) {
    let place = rows[row];
    for (const key of path) place = containerWith(place, key)[key];
    for (let at = 0; at < places.length; at += 2) {
      const [key, target] = [places[at] as Key, places[at + 1] as number];
      if (!Number.isInteger(target) || !(target in rows))
        throw new TypeError(`expected a link to one of ${rows.length} rows, got ${target}`);
      containerWith(place, key)[key] = rows[target];
    }
  }
  return rows[0];
}

/** What was written has the key already, as null: nothing is added, and no inherited member is ever reached. */
function containerWith(value: unknown, key: Key): Container {
  if (isObject(value) && Object.hasOwn(value, key)) return value;
  throw new TypeError(`expected a link to a member, got ${JSON.stringify(key)}`);
}

/** The objects that get rows of their own, with their numbers. */
function findRows(root: object, lengthMax: number): Map<object, number> | undefined {
  const rows = new Map<object, number>([[root, 0]]);
  const met = new Set<object>([root]);
  const pending: [object: object, depth: number][] = [[root, 0]];
  let length = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [container, depth] = next;
    const members: readonly unknown[] = Array.isArray(container) ? container : Object.values(container);
    for (const member of members) {
      length += typeof member === 'string' ? member.length + 3 : 2;
      if (!isObject(member)) continue;
      if (met.has(member)) {
        if (!rows.has(member)) rows.set(member, rows.size);
        continue;
      }
      met.add(member);
      const isDeep = depth + 1 === depthMax;
      if (isDeep) rows.set(member, rows.size);
      pending.push([member, isDeep ? 0 : depth + 1]);
    }
    if (length > lengthMax) return undefined;
  }
  return rows;
}

interface Cutting {
  readonly rows: ReadonlyMap<object, number>;
  readonly row: number;
  readonly links: Link[];
  /** Where in the row the cut is made now. */
  readonly path: Key[];
}

/** The object as a tree: copied as far as links are cut out of it. Recursion is bounded by `depthMax`. */
function treeOf(source: Container, cutting: Cutting): Container {
  const { rows, row, links, path } = cutting;
  const places: Key[] = [];
  let copy: Container | undefined;
  for (const key of keysOf(source)) {
    const member = source[key];
    if (!isObject(member)) continue;
    const target = rows.get(member);
    if (target === undefined) {
      path.push(key);
      const tree = treeOf(member, cutting);
      path.pop();
      if (tree === member) continue;
      copy ??= copyOf(source);
      copy[key] = tree;
    } else {
      copy ??= copyOf(source);
      copy[key] = null;
      places.push(key, target);
    }
  }
  if (places.length > 0) links.push([row, [...path], places]);
  return copy ?? source;
}

function keysOf(container: Container): Iterable<Key> {
  return Array.isArray(container) ? container.keys() : Object.keys(container);
}

/** Has its own member `__proto__` where the source has one, as JSON does. */
function copyOf(container: Container): Container {
  return Array.isArray(container) ? ([...(container as unknown[])] as unknown as Container) : { ...container };
}

function isObject(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}
