import { nearestName } from '@weftline/expression';
import type { IssueCollector } from '../issues.ts';
import { KEYS, SYNONYMS, type Level } from '../language.ts';
import type { Path } from '../path.ts';

/**
 * What may be missing from a definition because it could not be read. Nothing is concluded from the absence of it: a
 * misspelt `inputs` is one mistake, and not one more for each expression that reads an input.
 */
export interface Gaps {
  readonly inputs: boolean;
  readonly variables: boolean;
  /** Tasks, transitions and joins. */
  readonly edges: boolean;
  /** Tasks whose `with` could not be read. */
  readonly lists: ReadonlySet<string>;
  /** Tasks whose `action` could not be read. */
  readonly actions: ReadonlySet<string>;
}

export const noGaps: Gaps = { inputs: false, variables: false, edges: false, lists: new Set(), actions: new Set() };

/** Reads the gaps off the errors that were found while reading. */
export function findGaps(issues: IssueCollector): Gaps {
  const lists = new Set<string>();
  const actions = new Set<string>();
  let { inputs, variables, edges } = noGaps;
  for (const { path, code } of issues.errors()) {
    const [section, task, field] = meant(path, code);
    if (section === 'input') inputs ||= task === undefined;
    if (section === 'vars') variables ||= task === undefined;
    if (section !== 'tasks') continue;
    const isWhole = task === undefined || field === undefined;
    edges ||= isWhole || field === 'next' || field === 'join';
    variables ||= isWhole || field === 'next';
    if (typeof task === 'string' && field === 'with') lists.add(task);
    if (typeof task === 'string' && field === 'action') actions.add(task);
  }
  return { inputs, variables, edges, lists, actions };
}

/** The path with an unknown key replaced by the one that was probably meant. */
function meant(path: Path, code: string): Path {
  const key = path.at(-1);
  const level: Level | undefined = path.length === 1 ? 'workflow' : path.length === 3 ? 'task' : undefined;
  if (code !== 'UNKNOWN_KEY' || level === undefined || typeof key !== 'string') return path;
  const known: readonly string[] = KEYS[level];
  const synonym = Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key] : undefined;
  const name = synonym !== undefined && known.includes(synonym) ? synonym : nearestName(key, known);
  return [...path.slice(0, -1), name ?? key];
}
