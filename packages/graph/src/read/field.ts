import { nearestName, type Language } from '@weftline/expression';
import { describeValue, quote } from '../describe-value.ts';
import type { IssueCollector, Place, Problem } from '../issues.ts';
import type { IssueCode } from '../issue-codes.ts';
import { KEYS, SYNONYMS, UNSUPPORTED_KEYS, type Level } from '../language.ts';
import type { Path } from '../path.ts';
import { outlineOf, type MapEntry, type MapNode, type Range, type SourceNode } from '../source/source-node.ts';

/** A value of the document, with what is needed to say something about it. */
export interface Field {
  readonly node: SourceNode;
  readonly path: Path;
  readonly issues: IssueCollector;
  /** Of the member of a map: where its key stands. */
  readonly entry?: MapEntry;
  /** What its texts are written in. */
  readonly language: Language;
}

export type Fields = ReadonlyMap<string, Field>;

export function report(field: Field, code: IssueCode, problem: Problem | string): void {
  field.issues.add(code, placeOf(field), problem);
}

function placeOf({ node, path }: Field): Place {
  return { path, range: firstLineOf(node) };
}

/** An issue about a whole list or map is shown where it begins. */
function firstLineOf(node: SourceNode): Range {
  return node.kind === 'scalar' || node.kind === 'invalid' ? node : { start: node.start, end: node.start + 1 };
}

/** Says what was expected and what was got, unless an issue was raised for the value already. */
export function wrongType(field: Field, expected: string): undefined {
  if (field.node.kind === 'invalid') return undefined;
  report(field, 'WRONG_TYPE', `expected ${expected}, got ${describeValue(outlineOf(field.node))}`);
  return undefined;
}

function memberOf(field: Field, entry: MapEntry): Field {
  const { issues, language } = field;
  return { node: entry.value, path: [...field.path, entry.key], issues, language, entry };
}

export function itemsOf(field: Field): readonly Field[] {
  if (field.node.kind !== 'list') return [];
  const { issues, language } = field;
  return field.node.items.map((node, position) => ({ node, path: [...field.path, position], issues, language }));
}

export function membersOf(field: Field): readonly (readonly [entry: MapEntry, member: Field])[] {
  if (field.node.kind !== 'map') return [];
  return Array.from(field.node.entries.values(), (entry) => [entry, memberOf(field, entry)] as const);
}

/** The fields of a map whose keys the language knows; every other key is an issue. */
export function readFields(field: Field & { readonly node: MapNode }, level: Level): Fields {
  const fields = new Map<string, Field>();
  const known: readonly string[] = KEYS[level];
  for (const [entry, member] of membersOf(field)) {
    if (known.includes(entry.key)) fields.set(entry.key, member);
    else refuseKey(member, entry, level);
  }
  return fields;
}

export function required(field: Field, fields: Fields, key: string): Field | undefined {
  const member = fields.get(key);
  if (member === undefined) report(field, 'MISSING_KEY', `expected the key ${quote(key)}`);
  return member;
}

function refuseKey({ path, issues }: Field, { key, keyRange }: MapEntry, level: Level): void {
  const instead = ownValue(UNSUPPORTED_KEYS[level] ?? {}, key);
  if (instead !== undefined) {
    issues.add('UNSUPPORTED_KEY', { path, range: keyRange }, `${quote(key)} is not supported yet: ${instead}`);
    return;
  }
  const known: readonly string[] = KEYS[level];
  const synonym = ownValue(SYNONYMS, key);
  const suggestion = synonym !== undefined && known.includes(synonym) ? synonym : () => nearestName(key, known);
  const message = `unknown key ${quote(key)}; ${titles[level]} has ${known.join(', ')}`;
  issues.add('UNKNOWN_KEY', { path, range: keyRange }, { message, suggestion });
}

const titles: Readonly<Record<Level, string>> = {
  workflow: 'a workflow',
  task: 'a task',
  with: '"with"',
  from: '"from"',
  batch: '"batch"',
  rate: '"rate"',
  reduce: '"reduce"',
  retry: '"retry"',
  transition: 'a transition',
};

function ownValue(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function isMapField(field: Field): field is Field & { readonly node: MapNode } {
  return field.node.kind === 'map';
}

export function isNull({ node }: Field): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** A member that is there only when it has a value, as exact optional properties want it. */
export function defined<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [K in Key]: Value });
}
