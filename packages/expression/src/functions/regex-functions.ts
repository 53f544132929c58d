import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { anything, integer, optional, regex, required, text } from '../parameter.ts';
import type { Regex, RegexMatch } from '../regex.ts';
import type { Run } from '../run.ts';

const regexMatch: FunctionDefinition = define(
  [required('value', text), required('pattern', regex)],
  ([value, pattern], run) => pattern.matchesStart(value, run),
  'constant',
);

export const regexFunctions: FunctionTable = tableOf({
  regex_match: regexMatch,
  regex_search: define(
    [required('value', text), required('pattern', regex), optional('group', anything)],
    ([value, pattern, group = 0], run) => {
      const index = groupIndex(pattern, group, run);
      for (const match of pattern.find(value, run)) return match.group(index) ?? null;
      return null;
    },
  ),
  regex_findall: define([required('value', text), required('pattern', regex)], ([value, pattern], run) =>
    Array.from(pattern.find(value, run), (match) => found(match, pattern.groups)),
  ),
  regex_replace: define(
    [required('value', text), required('pattern', regex), required('replacement', text), optional('count', integer)],
    ([value, pattern, replacement, count = Infinity], run) => {
      const pieces = parseReplacement(replacement, pattern, run);
      return replaceMatches(value, { pattern, pieces, count }, run);
    },
  ),
});

/** The whole match; where the pattern has groups, the text of the one group or the list of all. Null for one that took no part. */
function found(match: RegexMatch, groups: number): unknown {
  if (groups <= 1) return match.group(groups) ?? null;
  return Array.from({ length: groups }, (_, index) => match.group(index + 1) ?? null);
}

function groupIndex(pattern: Regex, group: unknown, run: Run): number {
  const index = typeof group === 'string' ? pattern.names.get(group) : group;
  if (typeof index === 'number' && Number.isInteger(index) && index >= 0 && index <= pattern.groups) return index;
  throw run.typeError(`The pattern has ${pattern.groups} groups, and not the one asked for.`);
}

/** Literal text, or the number of a group. */
type Piece = string | number;

const reference = /\\(?:(\d{1,2})|g<([^>]+)>|(\\))/gu;

/** `\1` and `\g<name>` stand for groups and `\\` for a backslash. */
function parseReplacement(replacement: string, pattern: Regex, run: Run): Piece[] {
  const pieces: Piece[] = [];
  let position = 0;
  for (const match of replacement.matchAll(reference)) {
    pieces.push(replacement.slice(position, match.index));
    const [whole, index, name] = match;
    if (index !== undefined) pieces.push(groupIndex(pattern, Number(index), run));
    else if (name !== undefined) pieces.push(groupIndex(pattern, /^\d+$/u.test(name) ? Number(name) : name, run));
    else pieces.push('\\');
    position = match.index + whole.length;
  }
  return [...pieces, replacement.slice(position)].filter((piece) => piece !== '');
}

interface MatchReplacement {
  readonly pattern: Regex;
  readonly pieces: readonly Piece[];
  readonly count: number;
}

function replaceMatches(value: string, { pattern, pieces, count }: MatchReplacement, run: Run): string {
  if (count < 1) return value;
  let replaced = '';
  let position = 0;
  let done = 0;
  for (const match of pattern.find(value, run)) {
    replaced += value.slice(position, match.start);
    for (const piece of pieces) {
      replaced += typeof piece === 'string' ? piece : (match.group(piece) ?? '');
      run.checkTextLength(replaced.length);
    }
    run.charge(pieces.length);
    position = match.end;
    done += 1;
    if (done >= count) break;
  }
  return replaced + value.slice(position);
}
