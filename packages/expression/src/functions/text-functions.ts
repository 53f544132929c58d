import { characterIndexOf } from '../characters.ts';
import { contains, indexOfElement } from '../containment.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { anything, container, integer, list, listOrText, optional, path, required, text } from '../parameter.ts';
import { pluck } from '../pluck.ts';
import type { JsonList } from '../json-value.ts';
import type { Run } from '../run.ts';
import { textForm } from '../text-form.ts';
import { searcherFor } from '../text-search.ts';

/** Steps for each piece that a text is cut into or put together from. */
const stepsPerPiece = 5;

const word = /\p{L}[\p{L}\p{N}']*/gu;

function rewrite(change: (value: string) => string): FunctionDefinition {
  return define([required('value', text)], ([value]) => change(value));
}

export const textFunctions: FunctionTable = tableOf({
  upper: rewrite((value) => value.toUpperCase()),
  lower: rewrite((value) => value.toLowerCase()),
  trim: rewrite((value) => value.trim()),
  capitalize: rewrite(capitalize),
  title: rewrite((value) => value.replace(word, capitalize)),
  replace: define(
    [required('value', text), required('old', text), required('new', text), optional('count', integer)],
    ([value, old, replacement, count = Infinity], run) => replace(value, { old, replacement, count }, run),
  ),
  split: define([required('value', text), optional('separator', text)], ([value, separator], run) => {
    if (separator === undefined) return words(value, run);
    if (separator !== '') return split(value, separator, run);
    run.charge(value.length);
    return Array.from(value);
  }),
  join: define(
    [required('value', list), optional('separator', text), optional('attribute', path)],
    ([value, separator = '', attribute], run) =>
      join(attribute === undefined ? value : pluck(value, attribute, run), separator, run),
  ),
  starts_with: define([required('value', text), required('start', text)], ([value, start]) => value.startsWith(start)),
  ends_with: define([required('value', text), required('end', text)], ([value, end]) => value.endsWith(end)),
  contains: define([required('value', container), required('part', anything)], ([value, part], run) =>
    contains(value, part, run),
  ),
  index_of: define([required('value', listOrText), required('part', anything)], ([value, part], run) => {
    if (typeof value !== 'string') return indexOfElement(value, part, run);
    if (typeof part === 'string') return characterIndexOf(value, part, run);
    throw run.typeError('`index_of` expects a string to look for in a string.');
  }),
});

function capitalize(value: string): string {
  const [first = ''] = value;
  return first.toUpperCase() + value.slice(first.length).toLowerCase();
}

interface Replacement {
  readonly old: string;
  readonly replacement: string;
  readonly count: number;
}

function replace(value: string, { old, replacement, count }: Replacement, run: Run): string {
  if (old === '') throw run.typeError('`replace` expects a text to look for, got an empty one.');
  const search = searcherFor(value, old);
  let replaced = '';
  let position = 0;
  for (let done = 0; done < count; done += 1) {
    const found = search(position);
    if (found === -1) break;
    run.charge(stepsPerPiece);
    replaced += value.slice(position, found) + replacement;
    run.checkTextLength(replaced.length);
    position = found + old.length;
  }
  return replaced + value.slice(position);
}

/** What stands between blanks. */
function words(value: string, run: Run): string[] {
  run.charge(value.length);
  return value.match(/\S+/gu) ?? [];
}

function split(value: string, separator: string, run: Run): string[] {
  const pieces: string[] = [];
  const search = searcherFor(value, separator);
  let position = 0;
  for (let found = search(0); found !== -1; found = search(position)) {
    run.charge(stepsPerPiece);
    pieces.push(value.slice(position, found));
    position = found + separator.length;
  }
  return [...pieces, value.slice(position)];
}

function join(values: JsonList, separator: string, run: Run): string {
  let joined = '';
  values.forEach((value, index) => {
    joined += (index === 0 ? '' : separator) + textForm(value, run);
    run.checkTextLength(joined.length);
  });
  return joined;
}
