import { tableOf } from './function-definition.ts';
import type { FunctionDefinition, FunctionTable } from './function-definition.ts';
import { conversionFunctions } from './functions/conversion-functions.ts';
import { encodingFunctions } from './functions/encoding-functions.ts';
import { jinjaFilters, jinjaNamedFilters } from './functions/jinja-functions.ts';
import { jinjaMethods as methodsOfPython } from './functions/jinja-methods.ts';
import { listFunctions } from './functions/list-functions.ts';
import { mapFunctions } from './functions/map-functions.ts';
import { numberFunctions } from './functions/number-functions.ts';
import {
  patternMethods,
  stackStormPatternFunctions,
  substringFunctions,
  yaqlPatternFunctions,
} from './functions/pattern-functions.ts';
import { queryFunctions, yaqlQueryFunctions } from './functions/query-functions.ts';
import { regexFunctions } from './functions/regex-functions.ts';
import { selectionFunctions } from './functions/selection-functions.ts';
import { sequenceFunctions, yaqlExtremeMethods, yaqlSequenceFunctions } from './functions/sequence-functions.ts';
import { stackStormFunctions, taskStatus } from './functions/stackstorm-functions.ts';
import { textFunctions } from './functions/text-functions.ts';
import { lenientNumbers, truthFunctions, typeFunctions } from './functions/type-functions.ts';
import { versionFunctions } from './functions/version-functions.ts';
import { pairFunctions, yaqlMapFunctions } from './functions/yaql-map-functions.ts';
import { yaqlNamedTextFunctions, yaqlTextFunctions } from './functions/yaql-text-functions.ts';
import { predicates } from './predicates.ts';

const own: FunctionTable = tableOf(
  ...[conversionFunctions, encodingFunctions, listFunctions, mapFunctions],
  ...[numberFunctions, regexFunctions, selectionFunctions, textFunctions],
);

/** What Orquesta brings along under names that mean nothing natively, so that every language has it. */
const brought: FunctionTable = tableOf(
  ...[queryFunctions, sequenceFunctions, yaqlMapFunctions, yaqlTextFunctions, yaqlPatternFunctions],
  ...[typeFunctions, substringFunctions, stackStormFunctions, versionFunctions, jinjaFilters],
);

/** Further names, under which Attune, StackStorm or Jinja know the same functions. */
const aliases: Readonly<Record<string, string>> = {
  count: 'length',
  len: 'length',
  reversed: 'reverse',
  flat: 'flatten',
  chunks: 'batch',
  number: 'float',
  dict_items: 'items',
  from_items: 'dict',
  match: 'regex_match',
  tojson: 'to_json',
  to_json_string: 'to_json',
  json_dump: 'to_json',
  fromjson: 'from_json',
  from_json_string: 'from_json',
  json_parse: 'from_json',
  toUpper: 'upper',
  toLower: 'lower',
  indexOf: 'index_of',
};

const shared: FunctionTable = tableOf(brought, own);

/** Every function of the native language by each of its names. */
export const functions: FunctionTable = tableOf(
  shared,
  Object.fromEntries(
    Object.entries(aliases).map(([alias, name]): [string, FunctionDefinition] => [alias, named(name)]),
  ),
);

export const yaqlFunctions: FunctionTable = tableOf(
  ...[functions, pairFunctions, truthFunctions, stackStormPatternFunctions],
  ...[yaqlQueryFunctions, yaqlSequenceFunctions, yaqlNamedTextFunctions],
  { task_status: taskStatus },
);

/** YAQL calls everything as a method too. */
export const yaqlMethods: FunctionTable = tableOf(yaqlFunctions, yaqlExtremeMethods, patternMethods);

export const jinjaFunctions: FunctionTable = tableOf(
  ...[functions, pairFunctions, lenientNumbers, stackStormPatternFunctions, jinjaNamedFilters],
  { zip: yaqlSequenceFunctions['zip'] ?? named('zip'), task_status: taskStatus },
);

export const jinjaMethods: FunctionTable = methodsOfPython;

/** The functions that are compiled specially, because what they are given may be missing. */
export const presenceFunctions: {
  readonly default: FunctionDefinition;
  readonly coalesce: FunctionDefinition;
  readonly task_status: FunctionDefinition;
} = { default: named('default'), coalesce: named('coalesce'), task_status: taskStatus };

/** The names of all native functions, each usable as a filter too, in alphabetical order. */
export const functionNames: readonly string[] = Object.freeze(Object.keys(functions).sort());

/** The names that may follow `is`, in alphabetical order. */
export const testNames: readonly string[] = Object.freeze(
  Object.keys(predicates)
    .filter((name) => /^\w+$/u.test(name))
    .sort(),
);

function named(name: string): FunctionDefinition {
  const definition = shared[name];
  if (definition === undefined) throw new TypeError(`There is no function ${name}.`);
  return definition;
}
