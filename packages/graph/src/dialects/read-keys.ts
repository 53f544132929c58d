import { nearestName } from '@weftline/expression';
import { quote } from '../describe-value.ts';
import { membersOf, type Field, type Fields } from '../read/field.ts';

/** The keys of one kind of map in a dialect. */
export interface Vocabulary {
  /** As messages name the map: `a task`. */
  readonly title: string;
  readonly keys: readonly string[];
  /** Keys that have a meaning there and none here, each with why or what to do instead. */
  readonly unsupported?: Readonly<Record<string, string>>;
}

/** The fields of a map by key; every key that is not acted on is an issue that names it. */
export function readKeys(field: Field, { title, keys, unsupported = {} }: Vocabulary): Fields {
  const fields = new Map<string, Field>();
  for (const [{ key, keyRange }, member] of membersOf(field)) {
    const place = { path: member.path, range: keyRange };
    if (keys.includes(key)) fields.set(key, member);
    else if (Object.hasOwn(unsupported, key)) {
      field.issues.add('UNSUPPORTED_KEY', place, `${quote(key)} is not supported: ${unsupported[key] ?? ''}`);
    } else {
      const message = `unknown key ${quote(key)}; ${title} has ${keys.join(', ')}`;
      field.issues.add('UNKNOWN_KEY', place, { message, suggestion: () => nearestName(key, keys) });
    }
  }
  return fields;
}
