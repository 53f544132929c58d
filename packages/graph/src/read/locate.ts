import type { At } from '../check/report.ts';
import type { Path } from '../path.ts';
import { entryOf, type MapEntry, type MapNode, type SourceNode } from '../source/source-node.ts';
import { isDeclaration } from './read-input.ts';

/** What a place of the normal form was read from. */
export interface Written {
  readonly path: Path;
  readonly node: SourceNode;
  /** Absent at the root and in lists. */
  readonly entry?: MapEntry | undefined;
  /** Where in the text of the node it begins, when it is a part of that; default 0. */
  readonly shift?: number;
}

/** Names of the normal form that the native language spells differently. */
export const spellings: ReadonlyMap<string | number, string> = new Map([
  ['timeoutMs', 'timeout'],
  ['delayMs', 'delay'],
  ['heartbeatMs', 'heartbeat'],
  ['maxDelayMs', 'max_delay'],
  ['onFailure', 'on_failure'],
  ['continueWhen', 'continue_when'],
  ['failWhen', 'fail_when'],
  ['bytesMax', 'bytes'],
  ['waitMs', 'wait'],
  ['perMs', 'per'],
]);

/** Finds what a place of the normal form was read from. Nothing is kept for it while reading: issues are rare. */
export function locateNative(root: MapNode, at: At): Written {
  const cursor = new Cursor(root);
  const [section, name, ...rest] = at.path;
  if (section !== undefined) cursor.key(section);
  if (name !== undefined) cursor.step(name);
  if (section === 'input') locateInInput(cursor, rest);
  else if (section === 'tasks') locateInTask(cursor, rest);
  else for (const step of rest) cursor.step(step);
  return cursor;
}

/** Walks down the document as far as it goes; what a shorthand leaves out stays at the shorthand. */
class Cursor implements Written {
  readonly path: (string | number)[] = [];
  node: SourceNode;
  entry: MapEntry | undefined;

  constructor(node: SourceNode) {
    this.node = node;
  }

  step(step: string | number): void {
    if (typeof step === 'number') this.item(step);
    else this.key(step);
  }

  key(key: string | number): void {
    const entry = entryOf(this.node, String(key));
    if (entry !== undefined) this.#enter(entry);
  }

  item(position: number): void {
    const item = this.node.kind === 'list' ? this.node.items[position] : undefined;
    if (item === undefined) return;
    this.node = item;
    this.entry = undefined;
    this.path.push(position);
  }

  /** The entry of a map by its position. */
  nth(position: number): void {
    const entry = this.node.kind === 'map' ? [...this.node.entries.values()][position] : undefined;
    if (entry !== undefined) this.#enter(entry);
  }

  #enter(entry: MapEntry): void {
    this.node = entry.value;
    this.entry = entry;
    this.path.push(entry.key);
  }
}

/** `schema` is written into the declaration itself; of a bare default nothing else is written. */
function locateInInput(cursor: Cursor, path: Path): void {
  const [first, ...rest] = path;
  const declared = isDeclaration(cursor.node);
  if (first !== undefined && first !== 'schema' && declared) cursor.step(first);
  if (first === 'default' || declared) for (const step of rest) cursor.step(step);
}

function locateInTask(cursor: Cursor, path: Path): void {
  const [field, ...rest] = path;
  if (field === undefined) return;
  cursor.key(spellings.get(field) ?? field);
  if (field === 'next') locateInNext(cursor, rest);
  else if (field === 'with' || field === 'retry') locateInMapOrShorthand(cursor, rest);
  else for (const step of rest) cursor.step(step);
}

/** `with` may be written as the list alone, `retry` as the count alone. */
function locateInMapOrShorthand(cursor: Cursor, [field, ...rest]: Path): void {
  if (field === undefined) return;
  if (cursor.node.kind === 'map') cursor.key(spellings.get(field) ?? field);
  for (const step of rest) cursor.step(spellings.get(step) ?? step);
}

function locateInNext(cursor: Cursor, [position, field, ...rest]: Path): void {
  if (typeof position === 'number') cursor.item(position);
  if (field === undefined) return;
  cursor.key(field);
  if (field === 'publish') locateInPublish(cursor, rest);
  else for (const step of rest) cursor.step(step);
}

/** Of each publication, 0 is the name and 1 the value. */
function locateInPublish(cursor: Cursor, [position, , ...rest]: Path): void {
  if (typeof position !== 'number') return;
  if (cursor.node.kind === 'list') {
    cursor.item(position);
    cursor.nth(0);
  } else {
    cursor.nth(position);
  }
  for (const step of rest) cursor.step(step);
}
