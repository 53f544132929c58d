import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Alias,
  type Document,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { quote } from '../describe-value.ts';
import type { IssueCode } from '../issue-codes.ts';
import type { IssueCollector } from '../issues.ts';
import type { Path } from '../path.ts';
import type { MapEntry, Range, SourceNode } from './source-node.ts';
import type { SourceText } from './source-text.ts';
import { reportYamlErrors } from './yaml-errors.ts';

/** Nodes that aliases may add to a document in all; an alias costs as many as what it repeats. */
const aliasedNodesMax = 100_000;

/** Turns a parsed YAML document into source nodes. Undefined when it holds nothing. */
export function convertDocument(
  document: Document.Parsed,
  source: SourceText,
  issues: IssueCollector,
): SourceNode | undefined {
  const converter = new Converter(source, issues);
  const { contents } = document;
  const root = contents === null || isEmpty(contents) ? undefined : converter.convert(contents, []);
  reportYamlErrors(document, { source, issues, unquoted: converter.unquoted });
  return root;
}

/** A document of comments alone is a null that takes up no room. */
function isEmpty(node: Node): boolean {
  return isScalar(node) && node.value === null && node.source === '';
}

interface Anchor {
  /** Absent while the anchored node itself is being converted. */
  node?: SourceNode;
  /** Nodes below and including it, with what aliases in it repeat. */
  size: number;
}

/**
 * Converts one document, in the order of its text.
 * 1. `#anchors` holds the latest anchor of each name before the current node, as YAML defines it.
 * 2. `#count` is the number of nodes so far as if every alias were written out; it bounds what a document can grow to.
 */
class Converter {
  /** Ranges of values that begin with {{ and no quote. */
  readonly unquoted: Range[] = [];
  readonly #source: SourceText;
  readonly #issues: IssueCollector;
  readonly #anchors = new Map<string, Anchor>();
  #count = 0;
  #aliased = 0;

  constructor(source: SourceText, issues: IssueCollector) {
    this.#source = source;
    this.#issues = issues;
  }

  convert(node: Node, path: Path): SourceNode {
    if (isAlias(node)) return this.#alias(node, path);
    const before = this.#count;
    this.#count += 1;
    const name = 'anchor' in node ? node.anchor : undefined;
    const anchor: Anchor = { size: 0 };
    if (name !== undefined) this.#anchors.set(name, anchor);
    const converted = this.#value(node, path);
    anchor.node = converted;
    anchor.size = this.#count - before;
    return converted;
  }

  #value(node: Node, path: Path): SourceNode {
    const range = rangeOf(node);
    if (isScalar(node)) return this.#scalar(node, range, path);
    if (isSeq(node)) {
      const items = node.items.map((item, position) =>
        isPair(item) || item === null
          ? this.#refuse('NOT_JSON', range, path)
          : this.convert(item as Node, [...path, position]),
      );
      return { kind: 'list', items, ...range };
    }
    if (isMap(node)) return this.#map(node, range, path);
    return this.#refuse('NOT_JSON', range, path);
  }

  #scalar(node: Scalar, range: Range, path: Path): SourceNode {
    const { value } = node;
    if (typeof value === 'string' || typeof value === 'boolean' || value === null)
      return { kind: 'scalar', value, ...range };
    if (typeof value !== 'number' || !Number.isFinite(value)) return this.#refuse('NOT_JSON', range, path);
    if (!Number.isSafeInteger(value) && /^[-+]?\d+$/.test(node.source ?? '')) {
      const message = `the number is kept as ${value}; put it in quotes to keep every digit`;
      this.#issues.add('INEXACT_NUMBER', { path, range }, message);
    }
    return { kind: 'scalar', value, ...range };
  }

  #map(node: YAMLMap, range: Range, path: Path): SourceNode {
    const entries = new Map<string, MapEntry>();
    for (const { key, value } of node.items) {
      if (isMap(key) && this.#source.text.startsWith('{{', range.start)) return this.#unquoted(range, path);
      const name = this.#key(key as Node | null, range, path);
      if (name === undefined) continue;
      const keyPath = [...path, name.key];
      const converted = value === null ? emptyAfter(name.keyRange) : this.convert(value as Node, keyPath);
      const first = entries.get(name.key);
      if (first === undefined) entries.set(name.key, { ...name, value: converted });
      else this.#duplicate(name, first, keyPath);
    }
    return { kind: 'map', entries, ...range };
  }

  #key(node: Node | null, range: Range, path: Path): Omit<MapEntry, 'value'> | undefined {
    const converted = node === null ? undefined : this.convert(node, path);
    const keyRange = node === null ? { start: range.start, end: range.start } : rangeOf(node);
    if (converted?.kind === 'invalid') return undefined;
    if (converted?.kind !== 'scalar' || converted.value === null) {
      this.#issues.add('NOT_JSON', { path, range: keyRange }, 'expected a key that is text, a number, true or false');
      return undefined;
    }
    const { value } = converted;
    if (value === '__proto__') {
      this.#issues.add('RESERVED_NAME', { path, range: keyRange }, 'the key "__proto__" is not allowed anywhere');
      return undefined;
    }
    const keyType = typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean';
    return { key: String(value), keyRange, keyType };
  }

  #duplicate(name: Omit<MapEntry, 'value'>, first: MapEntry, path: Path): void {
    const { line } = this.#source.position(first.keyRange.start);
    const message = `the key ${quote(name.key)} is written twice; the first is on line ${line}`;
    this.#issues.add('DUPLICATE_KEY', { path, range: name.keyRange }, message);
  }

  #unquoted(range: Range, path: Path): SourceNode {
    this.unquoted.push(range);
    const message = 'an expression at the beginning of a value must stand in quotes: "{{ … }}"';
    this.#issues.add('UNQUOTED_EXPRESSION', { path, range }, message);
    return { kind: 'invalid', ...range };
  }

  #alias(node: Alias, path: Path): SourceNode {
    const range = rangeOf(node);
    const anchor = this.#anchors.get(node.source);
    if (anchor === undefined) {
      const message = `the alias ${quote(node.source)} has no anchor of that name before it`;
      this.#issues.add('UNKNOWN_ALIAS', { path, range }, message);
      return { kind: 'invalid', ...range };
    }
    if (anchor.node === undefined) {
      this.#issues.add('ALIAS_LIMIT', { path, range }, `the alias ${quote(node.source)} stands inside what it repeats`);
      return { kind: 'invalid', ...range };
    }
    this.#count += anchor.size;
    this.#aliased += anchor.size;
    if (this.#aliased <= aliasedNodesMax) return anchor.node;
    this.#issues.add('ALIAS_LIMIT', { path, range }, `aliases repeat more than ${aliasedNodesMax} values`);
    return { kind: 'invalid', ...range };
  }

  #refuse(code: IssueCode, range: Range, path: Path): SourceNode {
    this.#issues.add(code, { path, range }, 'expected text, a finite number, true, false, null, a list or a map');
    return { kind: 'invalid', ...range };
  }
}

/** Where the value of a key without one would stand. */
function emptyAfter({ end }: Range): SourceNode {
  return { kind: 'scalar', value: null, start: end, end };
}

function rangeOf(node: Node): Range {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}
