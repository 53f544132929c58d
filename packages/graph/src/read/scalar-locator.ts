import type { At } from '../check/report.ts';
import { mapScalar, type ScalarOffsets } from '../source/scalar-offsets.ts';
import type { Range, ScalarNode } from '../source/source-node.ts';
import type { Written } from './locate.ts';

/** Finds the range in the file that an issue is about. The mapping of a scalar is kept, since one text can have many issues. */
export class ScalarLocator {
  readonly #text: string;
  readonly #mapped = new Map<ScalarNode, ScalarOffsets | undefined>();

  constructor(text: string) {
    this.#text = text;
  }

  rangeOf({ node, entry, shift = 0 }: Written, at: At): Range {
    if (at.part === 'key' && entry !== undefined) return entry.keyRange;
    if (node.kind !== 'scalar') return { start: node.start, end: node.start + 1 };
    if (at.range === undefined || typeof node.value !== 'string') return node;
    const offsets = this.#offsets(node, node.value);
    if (offsets === undefined) return { start: node.start, end: node.start + 1 };
    const start = offsets.start(shift + at.range.start);
    return { start, end: Math.max(start + 1, offsets.end(shift + at.range.end)) };
  }

  #offsets(node: ScalarNode, value: string): ScalarOffsets | undefined {
    if (!this.#mapped.has(node)) this.#mapped.set(node, mapScalar(this.#text, node, value));
    return this.#mapped.get(node);
  }
}
