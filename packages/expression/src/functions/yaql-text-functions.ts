import { characterIndexOf, sliceText } from '../characters.ts';
import { indexOfElement } from '../containment.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { isList, isMap, typeOf } from '../json-value.ts';
import { pythonTextForm } from '../python-text-form.ts';
import {
  anything,
  boolean,
  integer,
  listOrText,
  nullableText,
  optional,
  regex,
  required,
  rest,
  text,
} from '../parameter.ts';
import type { Run } from '../run.ts';
import { formatText } from './format-text.ts';
import { textFunctions } from './text-functions.ts';

function trimming(sides: 'both' | 'left' | 'right'): FunctionDefinition {
  return define([required('string', text), optional('chars', text)], ([value, chars], run) => {
    run.charge(chars === undefined ? 0 : value.length);
    return trimmed(value, chars, sides);
  });
}

function edge(holds: (value: string, part: string) => boolean): FunctionDefinition {
  return define([required('string', text), rest('parts', text)], ([value, parts]) =>
    parts.some((part) => holds(value, part)),
  );
}

const stringOf = define([required('value', anything)], ([value], run) => yaqlText(value, run));

/** YAQL's functions of texts, where they are not the native ones by another name. */
export const yaqlTextFunctions: FunctionTable = tableOf({
  str: stringOf,
  trimLeft: trimming('left'),
  trimRight: trimming('right'),
  norm: define([required('string', nullableText), optional('chars', text)], ([value, chars]) => {
    const rest = value === null ? '' : trimmed(value, chars, 'both');
    return rest === '' ? null : rest;
  }),
  isEmpty: define([required('string', nullableText), optional('trim', boolean)], ([value, trim = true]) =>
    value === null ? true : (trim ? value.trim() : value) === '',
  ),
  rightSplit: define(
    [required('string', text), optional('separator', nullableText), optional('maxSplits', integer)],
    ([value, separator = null, max = -1], run) => rightSplit(pieces(value, separator, run), separator ?? ' ', max),
  ),
  substring: define(
    [required('string', text), required('start', integer), optional('length', integer)],
    ([value, start, length = -1], run) => {
      const from = sliceText(value, [start, undefined], run);
      return length < 0 ? from : sliceText(from, [0, length], run);
    },
  ),
  startsWith: edge((value, part) => value.startsWith(part)),
  endsWith: edge((value, part) => value.endsWith(part)),
  format: define([required('string', text), rest('args', anything)], ([value, args], run) =>
    formatText(value, args, run),
  ),
  toCharArray: define([required('string', text)], ([value], run) => {
    run.charge(value.length);
    return Array.from(value);
  }),
  hex: define([required('number', integer)], ([value]) => `${value < 0 ? '-' : ''}0x${Math.abs(value).toString(16)}`),
  matches: define([required('string', text), required('regexp', regex)], ([value, pattern], run) =>
    pattern.matches(value, run),
  ),
});

/** Under names that mean something else natively. */
export const yaqlNamedTextFunctions: FunctionTable = tableOf({
  string: stringOf,
  trim: trimming('both'),
  split: define(
    [required('string', text), optional('separator', nullableText), optional('maxSplits', integer)],
    ([value, separator = null, max = -1], run) => leftSplit(pieces(value, separator, run), separator ?? ' ', max),
  ),
  replace: define(
    [required('value', anything), required('old', anything), optional('new', anything), optional('count', integer)],
    ([value, old, replacement, count], run) => replaced([value, old, replacement, count], run),
  ),
  indexOf: define([required('value', listOrText), required('item', anything)], ([value, item], run) => {
    if (isList(value)) return indexOfElement(value, item, run);
    if (typeof item === 'string') return characterIndexOf(value, item, run);
    throw run.typeError('`indexOf` expects a string to look for in a string.');
  }),
});

/** `null`, `true` and `false` as YAQL spells them; lists and maps as Python does. */
function yaqlText(value: unknown, run: Run): string {
  return value === null || typeof value === 'boolean' ? String(value) : pythonTextForm(value, run);
}

function trimmed(value: string, chars: string | undefined, sides: 'both' | 'left' | 'right'): string {
  if (chars === undefined) {
    if (sides === 'both') return value.trim();
    return sides === 'left' ? value.trimStart() : value.trimEnd();
  }
  const characters = Array.from(value);
  const drop = new Set(chars);
  let start = 0;
  let end = characters.length;
  if (sides !== 'right') while (start < end && drop.has(characters[start] ?? '')) start += 1;
  if (sides !== 'left') while (end > start && drop.has(characters[end - 1] ?? '')) end -= 1;
  return characters.slice(start, end).join('');
}

/** Without a separator, what stands between blanks. */
function pieces(value: string, separator: string | null, run: Run): readonly string[] {
  if (separator === '') throw run.typeError('A separator has at least one character.');
  const args = separator === null ? [value] : [value, separator];
  return textFunctions['split']?.call(args, run) as readonly string[];
}

function leftSplit(found: readonly string[], separator: string, max: number): readonly string[] {
  if (max < 0 || found.length <= max + 1) return found;
  return [...found.slice(0, max), found.slice(max).join(separator)];
}

function rightSplit(found: readonly string[], separator: string, max: number): readonly string[] {
  if (max < 0 || found.length <= max + 1) return found;
  const from = found.length - max;
  return [found.slice(0, from).join(separator), ...found.slice(from)];
}

/** In a text one text for another, or each key of a map for its value; in a list the element at a position. */
function replaced(
  [value, old, replacement, count]: readonly [unknown, unknown, unknown, number | undefined],
  run: Run,
): unknown {
  if (isList(value)) return replacedElement(value, [old, replacement, count], run);
  if (typeof value !== 'string') throw run.typeError(`\`replace\` expects a string or a list, got ${typeOf(value)}.`);
  const limitOf = (max: unknown): number | undefined => (typeof max === 'number' && max >= 0 ? max : undefined);
  if (isMap(old)) {
    const max = limitOf(replacement);
    return Object.entries(old).reduce(
      (text, [key, member]) => replaceText([text, key, yaqlText(member, run), max], run),
      value,
    );
  }
  if (typeof old !== 'string' || typeof replacement !== 'string') {
    throw run.typeError('`replace` expects two strings, or a map of strings.');
  }
  return replaceText([value, old, replacement, limitOf(count)], run);
}

function replaceText(args: readonly [string, string, string, number | undefined], run: Run): string {
  return textFunctions['replace']?.call(args, run) as string;
}

function replacedElement(
  values: readonly unknown[],
  [at, value, count = 1]: readonly [unknown, unknown, number | undefined],
  run: Run,
): unknown[] {
  if (typeof at === 'number' && Number.isInteger(at) && value !== undefined) return values.toSpliced(at, count, value);
  throw run.typeError('`replace` expects a position and a value when it is given a list.');
}
