import { tableOf } from './function-definition.ts';
import type { FunctionDefinition, FunctionTable } from './function-definition.ts';
import { conversionFunctions } from './functions/conversion-functions.ts';
import { encodingFunctions } from './functions/encoding-functions.ts';
import { listFunctions } from './functions/list-functions.ts';
import { mapFunctions } from './functions/map-functions.ts';
import { numberFunctions } from './functions/number-functions.ts';
import { regexFunctions } from './functions/regex-functions.ts';
import { selectionFunctions } from './functions/selection-functions.ts';
import { textFunctions } from './functions/text-functions.ts';
import { predicates } from './predicates.ts';

const own: FunctionTable = tableOf(
  ...[conversionFunctions, encodingFunctions, listFunctions, mapFunctions],
  ...[numberFunctions, regexFunctions, selectionFunctions, textFunctions],
);

/** Further names, under which Attune, StackStorm or Jinja know the same functions. */
const aliases: Readonly<Record<string, string>> = {
  count: 'length',
  reversed: 'reverse',
  flat: 'flatten',
  chunks: 'batch',
  number: 'float',
  dict_items: 'items',
  from_items: 'dict',
  match: 'regex_match',
  tojson: 'to_json',
  to_json_string: 'to_json',
  fromjson: 'from_json',
  from_json_string: 'from_json',
};

/** Every function by each of its names. */
export const functions: FunctionTable = tableOf(
  own,
  Object.fromEntries(
    Object.entries(aliases).map(([alias, name]): [string, FunctionDefinition] => [alias, named(name)]),
  ),
);

/** The names of all functions, each usable as a filter too, in alphabetical order. */
export const functionNames: readonly string[] = Object.freeze(Object.keys(functions).sort());

/** The names that may follow `is`, in alphabetical order. */
export const testNames: readonly string[] = Object.freeze(
  Object.keys(predicates)
    .filter((name) => /^\w+$/u.test(name))
    .sort(),
);

function named(name: string): FunctionDefinition {
  const definition = own[name];
  if (definition === undefined) throw new TypeError(`There is no function ${name}.`);
  return definition;
}
