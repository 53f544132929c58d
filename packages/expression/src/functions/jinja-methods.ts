import { indexOfElement } from '../containment.ts';
import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { isList, typeOf } from '../json-value.ts';
import { anything, list, listOrText, required, rest, text } from '../parameter.ts';
import type { Run } from '../run.ts';
import { formatText } from './format-text.ts';
import { mapFunctions } from './map-functions.ts';
import { textFunctions } from './text-functions.ts';
import { pairFunctions, yaqlMapFunctions } from './yaql-map-functions.ts';
import { yaqlNamedTextFunctions, yaqlTextFunctions } from './yaql-text-functions.ts';

/**
 * What Python's texts, lists and dictionaries can do by a method without being changed. A method that changes them is an error,
 * because values never change.
 */
export const jinjaMethods: FunctionTable = tableOf({
  get: found(yaqlMapFunctions, 'get'),
  items: found(pairFunctions, 'items'),
  keys: found(mapFunctions, 'keys'),
  values: found(mapFunctions, 'values'),
  upper: found(textFunctions, 'upper'),
  lower: found(textFunctions, 'lower'),
  title: found(textFunctions, 'title'),
  capitalize: found(textFunctions, 'capitalize'),
  replace: found(textFunctions, 'replace'),
  split: found(yaqlNamedTextFunctions, 'split'),
  rsplit: found(yaqlTextFunctions, 'rightSplit'),
  strip: found(yaqlNamedTextFunctions, 'trim'),
  lstrip: found(yaqlTextFunctions, 'trimLeft'),
  rstrip: found(yaqlTextFunctions, 'trimRight'),
  startswith: found(yaqlTextFunctions, 'startsWith'),
  endswith: found(yaqlTextFunctions, 'endsWith'),
  find: found(yaqlNamedTextFunctions, 'indexOf'),
  index: define([required('value', listOrText), required('part', anything)], ([value, part], run) =>
    index(value, part, run),
  ),
  count: define([required('value', listOrText), required('part', anything)], ([value, part], run) =>
    count(value, part, run),
  ),
  join: define([required('separator', text), required('values', list)], ([separator, values], run) =>
    found(textFunctions, 'join').call([values, separator], run),
  ),
  format: define([required('value', text), rest('args', anything)], ([value, args], run) =>
    formatText(value, args, run),
  ),
  splitlines: define([required('value', text)], ([value]) => value.replace(/\r?\n$/u, '').split(/\r\n|\n|\r/u)),
  isdigit: define([required('value', text)], ([value]) => /^\d+$/u.test(value)),
});

function found(table: FunctionTable, name: string): FunctionDefinition {
  const definition = table[name];
  if (definition === undefined) throw new TypeError(`There is no function ${name}.`);
  return definition;
}

function index(value: readonly unknown[] | string, part: unknown, run: Run): number {
  const position = found(yaqlNamedTextFunctions, 'indexOf').call([value, part], run) as number;
  if (position >= 0) return position;
  throw run.undefinedError('`index` did not find what it was asked for; `find` answers -1.');
}

/** How often a part is in a text, or an element in a list. */
function count(value: readonly unknown[] | string, part: unknown, run: Run): number {
  if (isList(value)) return value.filter((element) => indexOfElement([element], part, run) === 0).length;
  if (typeof part !== 'string') throw run.typeError(`\`count\` expects a string, got ${typeOf(part)}.`);
  const pieces = found(textFunctions, 'split').call([value, part], run) as readonly unknown[];
  return pieces.length - 1;
}
