// A document as it was written: JSON values that know where they stand. Built from YAML, and read by the dialects.

/** Half-open range of offsets in the text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface ScalarNode extends Range {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

export interface ListNode extends Range {
  readonly kind: 'list';
  readonly items: readonly SourceNode[];
}

export interface MapNode extends Range {
  readonly kind: 'map';
  /** By key, in the order written. */
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** Stands for something that an issue was already raised for, so that nothing more is said about it. */
export interface InvalidNode extends Range {
  readonly kind: 'invalid';
}

export type SourceNode = ScalarNode | ListNode | MapNode | InvalidNode;

export interface MapEntry {
  readonly key: string;
  readonly keyRange: Range;
  /** What the key is in YAML; only text is a name, although JSON makes text of all of them. */
  readonly keyType: 'text' | 'number' | 'boolean';
  readonly value: SourceNode;
}

export function entryOf(node: SourceNode | undefined, key: string): MapEntry | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined;
}

/** Text of a text scalar. */
export function textOf(node: SourceNode): string | undefined {
  return node.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The plain JSON value; null where the document is invalid. */
export function valueOf(node: SourceNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(valueOf);
    case 'map':
      return Object.fromEntries(Array.from(node.entries.values(), ({ key, value }) => [key, valueOf(value)]));
    case 'invalid':
      return null;
  }
}

/** A placeholder that lets a message about types say what it got without building large values. */
export function outlineOf(node: SourceNode): unknown {
  if (node.kind === 'scalar') return node.value;
  return node.kind === 'list' ? [] : {};
}
