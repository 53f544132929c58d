import type { ValuePath } from './errors.ts';

/** What an expression reads, for static checks: every bare name, namespace member and context function with its range. */
export interface Reference {
  /** A namespace that is read as a whole counts as a `name`. */
  readonly kind: 'name' | 'member' | 'context-function';
  /** The bare name, the namespace or the function. */
  readonly name: string;
  /** The key for `member` (absent when it is computed). */
  readonly key?: string;
  /** Half-open range in its text: of the name, of `namespace.key`, or of the function's name. */
  readonly start: number;
  readonly end: number;
  /** True when the expression provides for its absence by `default`, `??`, `?.`, `coalesce` or `is defined`. */
  readonly guarded?: true;
  /** Which string of the value holds it, when that is not the value itself; for one in a key, where the key leads. */
  readonly path?: ValuePath;
}

/** In the order of the text. What is tested by `is defined` is guarded everywhere in the same expression. */
export function settleReferences(references: readonly Reference[], tested: ReadonlySet<string>): readonly Reference[] {
  const settled = references
    .map((reference): Reference => (tested.has(identityOf(reference)) ? { ...reference, guarded: true } : reference))
    .sort((left, right) => left.start - right.start);
  return Object.freeze(settled);
}

export function identityOf({ kind, name, key }: Reference): string {
  return JSON.stringify([kind, name, key]);
}
