import type { Context } from '@weftline/context';
import type { Draft } from './draft.ts';

/**
 * What several branches know together: each name as it was written last, unless the language of the workflow lays whole contexts
 * over each other (`Program.joinsAbove`). An old value that a branch only inherited never
 * wins over a newer one, whichever branch arrives last and however forks and joins cross each other.
 */
export function joinContexts({ program }: Draft, contexts: readonly [Context, ...Context[]]): Context {
  const [first, ...rest] = contexts;
  return rest.length === 0 ? first : first.merge(rest, program.joinsAbove);
}

/** Adds what a branch knew at its end to what the output is rendered from. */
export function absorb(draft: Draft, context: Context): void {
  draft.final = joinContexts(draft, [draft.final, context]);
}
