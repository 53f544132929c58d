import type { MapEntry } from '../source/source-node.ts';
import { quote } from '../describe-value.ts';
import { isMapField, isNull, itemsOf, membersOf, wrongType, type Field } from '../read/field.ts';

/** A name and its value, as one entry of a map. */
export interface Pair {
  readonly entry: MapEntry;
  readonly value: Field;
}

/** A list of maps with one key each, the form in which the order of names is certain. */
export function readPairs(field: Field | undefined, what: string): readonly Pair[] {
  if (field === undefined || isNull(field)) return [];
  if (field.node.kind !== 'list') {
    wrongType(field, `a list of maps with one ${what} each`);
    return [];
  }
  return itemsOf(field).flatMap((item) => {
    if (isMapField(item) && item.node.entries.size === 1) return pairsOf(item);
    wrongType(item, `a map with exactly one ${what}`);
    return [];
  });
}

/** Every entry of a map. */
export function pairsOf(field: Field): readonly Pair[] {
  return membersOf(field).map(([entry, value]) => ({ entry, value }));
}

/** Those whose name was not there before; the others are issues. */
export function distinctPairs(pairs: readonly Pair[]): readonly Pair[] {
  const seen = new Set<string>();
  return pairs.filter(({ entry, value }) => {
    const isNew = !seen.has(entry.key);
    seen.add(entry.key);
    if (!isNew) {
      const place = { path: value.path, range: entry.keyRange };
      value.issues.add('DUPLICATE_KEY', place, `${quote(entry.key)} stands here twice; give one of them another name`);
    }
    return isNew;
  });
}
