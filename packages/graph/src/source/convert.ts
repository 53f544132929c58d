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
  type YAMLSeq,
} from 'yaml';
import { quote } from '../describe-value.ts';
import type { IssueCode } from '../issue-codes.ts';
import type { IssueCollector } from '../issues.ts';
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
  const root = contents === null || isEmpty(contents) ? undefined : converter.convert(contents);
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
 * 2. `#path` leads to the current node; it is one list that grows and shrinks, since few nodes are ever named in an issue.
 * 3. `#count` is the number of nodes so far as if every alias were written out; it bounds what a document can grow to.
 */
class Converter {
  /** Ranges of values that begin with {{ and no quote. */
  readonly unquoted: Range[] = [];
  readonly #source: SourceText;
  readonly #issues: IssueCollector;
  readonly #anchors = new Map<string, Anchor>();
  readonly #path: (string | number)[] = [];
  #count = 0;
  #aliased = 0;

  constructor(source: SourceText, issues: IssueCollector) {
    this.#source = source;
    this.#issues = issues;
  }

  convert(node: Node): SourceNode {
    if (isAlias(node)) return this.#alias(node);
    const before = this.#count;
    this.#count += 1;
    const name = 'anchor' in node ? node.anchor : undefined;
    if (name === undefined) return this.#value(node);
    const anchor: Anchor = { size: 0 };
    this.#anchors.set(name, anchor);
    const converted = this.#value(node);
    anchor.node = converted;
    anchor.size = this.#count - before;
    return converted;
  }

  #value(node: Node): SourceNode {
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node)) return this.#map(node);
    if (isSeq(node)) return this.#list(node);
    return this.#refuse(rangeOf(node));
  }

  #scalar(node: Scalar): SourceNode {
    const { value } = node;
    const { start, end } = rangeOf(node);
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) {
      return { kind: 'scalar', value, start, end };
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) return this.#refuse({ start, end });
    if (!Number.isSafeInteger(value) && /^[-+]?\d+$/.test(node.source ?? '')) {
      this.#report(
        'INEXACT_NUMBER',
        { start, end },
        `the number is kept as ${value}; put it in quotes to keep every digit`,
      );
    }
    return { kind: 'scalar', value, start, end };
  }

  #list(node: YAMLSeq): SourceNode {
    const range = rangeOf(node);
    const items = node.items.map((item, position) =>
      isPair(item) || item === null ? this.#refuse(range) : this.#member(item as Node, position),
    );
    return { kind: 'list', items, ...range };
  }

  #member(node: Node, step: string | number): SourceNode {
    this.#path.push(step);
    const converted = this.convert(node);
    this.#path.pop();
    return converted;
  }

  #map(node: YAMLMap): SourceNode {
    const range = rangeOf(node);
    const entries = new Map<string, MapEntry>();
    for (const { key, value } of node.items) {
      if (isMap(key) && this.#source.text.startsWith('{{', range.start)) return this.#unquoted(range);
      const name = this.#key(key as Node | null, range);
      if (name === undefined) continue;
      const { key: text, keyRange, keyType } = name;
      const converted = value === null ? emptyAfter(keyRange) : this.#member(value as Node, text);
      const first = entries.get(text);
      if (first === undefined) entries.set(text, { key: text, keyRange, keyType, value: converted });
      else this.#duplicate(name, first);
    }
    return { kind: 'map', entries, ...range };
  }

  #key(node: Node | null, range: Range): Key | undefined {
    const converted = node === null ? undefined : this.convert(node);
    const keyRange = node === null ? { start: range.start, end: range.start } : rangeOf(node);
    if (converted?.kind === 'invalid') return undefined;
    if (converted?.kind !== 'scalar' || converted.value === null) {
      this.#report('NOT_JSON', keyRange, 'expected a key that is text, a number, true or false');
      return undefined;
    }
    const { value } = converted;
    if (value === '__proto__') {
      this.#report('RESERVED_NAME', keyRange, 'the key "__proto__" is not allowed anywhere');
      return undefined;
    }
    const keyType = typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'boolean';
    return { key: String(value), keyRange, keyType };
  }

  #duplicate({ key, keyRange }: Key, first: MapEntry): void {
    const { line } = this.#source.position(first.keyRange.start);
    const path = [...this.#path, key];
    const message = `the key ${quote(key)} is written twice; the first is on line ${line}`;
    this.#issues.add('DUPLICATE_KEY', { path, range: keyRange }, message);
  }

  #unquoted(range: Range): SourceNode {
    this.unquoted.push(range);
    return this.#invalid(
      'UNQUOTED_EXPRESSION',
      range,
      'an expression at the beginning of a value must stand in quotes: "{{ … }}"',
    );
  }

  #alias(node: Alias): SourceNode {
    const range = rangeOf(node);
    const anchor = this.#anchors.get(node.source);
    const name = `the alias ${quote(node.source)}`;
    if (anchor === undefined)
      return this.#invalid('UNKNOWN_ALIAS', range, `${name} has no anchor of that name before it`);
    if (anchor.node === undefined) return this.#invalid('ALIAS_LIMIT', range, `${name} stands inside what it repeats`);
    this.#count += anchor.size;
    this.#aliased += anchor.size;
    if (this.#aliased <= aliasedNodesMax) return anchor.node;
    return this.#invalid('ALIAS_LIMIT', range, `aliases repeat more than ${aliasedNodesMax} values`);
  }

  #refuse(range: Range): SourceNode {
    return this.#invalid('NOT_JSON', range, 'expected text, a finite number, true, false, null, a list or a map');
  }

  #invalid(code: IssueCode, range: Range, message: string): SourceNode {
    this.#report(code, range, message);
    return { kind: 'invalid', ...range };
  }

  #report(code: IssueCode, range: Range, message: string): void {
    this.#issues.add(code, { path: [...this.#path], range }, message);
  }
}

type Key = Omit<MapEntry, 'value'>;

/** Where the value of a key without one would stand. */
function emptyAfter({ end }: Range): SourceNode {
  return { kind: 'scalar', value: null, start: end, end };
}

function rangeOf(node: Node): Range {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}
