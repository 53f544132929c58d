import type { At } from '../check/report.ts';
import type { Path } from '../path.ts';
import type { Field } from '../read/field.ts';
import type { Written } from '../read/locate.ts';
import { entryOf, type MapEntry, type SourceNode } from '../source/source-node.ts';

/** More about where something was written. */
export interface OriginDetails {
  /** Where its name stands; default: the key of the field. */
  readonly entry?: MapEntry | undefined;
  /** Where in the text that stands there it begins, if it is a part of that; default 0. */
  readonly shift?: number;
}

interface Origin extends OriginDetails {
  readonly field: Field;
}

/**
 * What the parts of a definition were read from, where the document is built differently. Below a part that was noted the document
 * is followed key by key.
 */
export class Origins {
  readonly #origins = new Map<string, Origin>();

  note(path: Path, field: Field, details: OriginDetails = {}): void {
    this.#origins.set(keyOf(path), { field, entry: field.entry, ...details });
  }

  /** Answers the document itself for what was never noted. */
  locate({ path }: At, root: Field): Written {
    for (let length = path.length; length > 0; length -= 1) {
      const origin = this.#origins.get(keyOf(path.slice(0, length)));
      if (origin !== undefined) return follow(origin, path.slice(length));
    }
    return { path: root.path, node: root.node };
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}

function follow({ field, entry, shift }: Origin, rest: Path): Written {
  let written: Written = { path: field.path, node: field.node, entry, ...(shift === undefined ? {} : { shift }) };
  for (const step of rest) {
    const next = stepInto(written.node, step);
    if (next === undefined) return written;
    written = { ...next, path: [...written.path, step] };
  }
  return written;
}

function stepInto(node: SourceNode, step: string | number): Pick<Written, 'node' | 'entry'> | undefined {
  if (typeof step === 'number') {
    const item = node.kind === 'list' ? node.items[step] : undefined;
    return item === undefined ? undefined : { node: item };
  }
  const entry = entryOf(node, step);
  return entry === undefined ? undefined : { node: entry.value, entry };
}
