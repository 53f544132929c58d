import { RE2JS, RE2JSSyntaxException } from 're2js';
import { BoundedCache } from './bounded-cache.ts';
import { limits } from './limits.ts';
import type { Run } from './run.ts';

/**
 * Patterns come from authors and texts from anywhere, so matching must not blow up: RE2 needs time in proportion to the text.
 * Two prices remain and are charged: a pattern with many instructions costs more for each letter, and looking for *all*
 * matches may read the rest of the text once for every match.
 */
export interface Regex {
  readonly pattern: string;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
  readonly find: (text: string, run: Run) => Iterable<RegexMatch>;
  /** Whether the pattern matches somewhere. */
  readonly matches: (text: string, run: Run) => boolean;
  /** Whether the pattern matches at the very start. */
  readonly matchesStart: (text: string, run: Run) => boolean;
}

export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  /** The text of a group, 0 being all of the match; undefined when the group took no part. */
  readonly group: (index: number) => string | undefined;
}

/** Letters times instructions that make up one step. */
const workPerStep = 25;

const compiled = new BoundedCache(compile);

/** The compiled pattern, or what is wrong with it. */
export function regexOf(pattern: string): Regex | string {
  return pattern.length > limits.patternLengthMax
    ? `it is longer than ${limits.patternLengthMax} characters`
    : compiled.get(pattern);
}

function compile(pattern: string): Regex | string {
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(pattern);
  } catch (error) {
    // The description without the pattern, which may have come out of data.
    return error instanceof RE2JSSyntaxException ? error.getDescription() : 'it does not compile';
  }
  const size = regex.programSize();
  const charge = (length: number, run: Run): void => run.charge(Math.ceil((length * size) / workPerStep) + 1);
  return {
    pattern,
    groups: regex.groupCount(),
    names: new Map(Object.entries(regex.namedGroups())),
    *find(text, run) {
      const matcher = regex.matcher(text);
      let position = 0;
      for (;;) {
        charge(text.length - position, run);
        if (!matcher.find()) return;
        position = matcher.end();
        yield { start: matcher.start(), end: position, group: (index) => matcher.group(index) ?? undefined };
      }
    },
    matches(text, run) {
      charge(text.length, run);
      return regex.matcher(text).find();
    },
    matchesStart(text, run) {
      charge(text.length, run);
      return regex.matcher(text).lookingAt();
    },
  };
}
