import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { anything, boolean, integer, named, optional, regex, required, Refusal, text } from '../parameter.ts';
import type { Regex } from '../regex.ts';
import type { Run } from '../run.ts';
import { textForm } from '../text-form.ts';
import { regexFunctions } from './regex-functions.ts';

/** A pattern as StackStorm takes it: with a flag beside it. */
function patternOf(pattern: string, ignoreCase: boolean, run: Run): Regex {
  const read = regex.read(ignoreCase ? `(?i)${pattern}` : pattern);
  if (read instanceof Refusal) throw run.typeError(`Expected ${read.expected}, got ${read.got}.`);
  return read;
}

function search(atStart: boolean): FunctionDefinition {
  return define(
    [required('value', anything), required('pattern', text), optional('ignorecase', boolean)],
    ([value, pattern, ignoreCase = false], run) => {
      const compiled = patternOf(pattern, ignoreCase, run);
      const subject = textForm(value, run);
      return atStart ? compiled.matchesStart(subject, run) : compiled.matches(subject, run);
    },
  );
}

/** StackStorm's names for what the native language does otherwise, with its parameters. */
export const stackStormPatternFunctions: FunctionTable = tableOf({
  regex_match: search(true),
  regex_search: search(false),
  regex_replace: define(
    [
      required('value', anything),
      required('pattern', text),
      required('replacement', text),
      optional('ignorecase', boolean),
    ],
    ([value, pattern, replacement, ignoreCase = false], run) =>
      replaceAll(textForm(value, run), patternOf(pattern, ignoreCase, run), { replacement, count: undefined, run }),
  ),
});

export const substringFunctions: FunctionTable = tableOf({
  regex_substring: define(
    [
      required('value', anything),
      required('pattern', text),
      optional('result_index', integer),
      optional('ignorecase', boolean),
    ],
    ([value, pattern, index = 0, ignoreCase = false], run) => {
      const compiled = patternOf(pattern, ignoreCase, run);
      return findAll(textForm(value, run), compiled, run).at(index);
    },
  ),
  escapeRegex: define([required('string', text)], ([value]) => value.replace(/[^\p{L}\p{N}_]/gu, '\\$&')),
});

/** `regex(pattern)` is the pattern itself, with its flags in it; what it can do has names of its own. */
export const yaqlPatternFunctions: FunctionTable = tableOf({
  regex: define(
    [required('pattern', text), named('ignoreCase', boolean), named('multiLine', boolean), named('dotAll', boolean)],
    ([pattern, ignoreCase = false, multiLine = false, dotAll = false], run) => {
      const flags = `${ignoreCase ? 'i' : ''}${multiLine ? 'm' : ''}${dotAll ? 's' : ''}`;
      return patternOf(flags === '' ? pattern : `(?${flags})${pattern}`, false, run).pattern;
    },
  ),
});

export const patternMethods: FunctionTable = tableOf({
  'regex.matches': define([required('regexp', regex), required('string', text)], ([pattern, value], run) =>
    pattern.matches(value, run),
  ),
  'regex.search': define([required('regexp', regex), required('string', text)], ([pattern, value], run) => {
    for (const match of pattern.find(value, run)) return match.group(0) ?? null;
    return null;
  }),
  'regex.searchAll': define([required('regexp', regex), required('string', text)], ([pattern, value], run) =>
    Array.from(pattern.find(value, run), (match) => match.group(0) ?? null),
  ),
  'regex.split': define([required('regexp', regex), required('string', text)], ([pattern, value], run) =>
    splitBy(value, pattern, run),
  ),
  'regex.replace': define(
    [required('regexp', regex), required('string', text), required('repl', text), optional('count', integer)],
    ([pattern, value, replacement, count], run) => replaceAll(value, pattern, { replacement, count, run }),
  ),
});

interface Replacing {
  readonly replacement: string;
  readonly count: number | undefined;
  readonly run: Run;
}

function replaceAll(value: string, pattern: Regex, { replacement, count, run }: Replacing): unknown {
  return regexFunctions['regex_replace']?.call([value, pattern, replacement, count], run);
}

function findAll(value: string, pattern: Regex, run: Run): readonly unknown[] {
  return regexFunctions['regex_findall']?.call([value, pattern], run) as readonly unknown[];
}

/** What is between the matches. */
function splitBy(value: string, pattern: Regex, run: Run): string[] {
  const found: string[] = [];
  let position = 0;
  for (const match of pattern.find(value, run)) {
    if (match.end === match.start) continue;
    found.push(value.slice(position, match.start));
    position = match.end;
  }
  return [...found, value.slice(position)];
}
