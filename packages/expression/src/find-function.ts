import type { Call } from './bind-arguments.ts';
import { syntaxError } from './errors.ts';
import type { FunctionDefinition, FunctionTable } from './function-definition.ts';
import type { Idiom } from './idiom.ts';
import { nearestName } from './nearest-name.ts';
import { predicates } from './predicates.ts';
import { unsupportedFunctions } from './unsupported-functions.ts';

/** Where a function is looked for. */
export type TableName = 'functions' | 'methods' | 'predicates';

const nouns: Readonly<Record<TableName, string>> = { functions: 'function', methods: 'method', predicates: 'test' };

/** The function or predicate that a call names; there is no way to make one known besides writing it into the table. */
export function findFunction(
  table: TableName,
  { name, nameSite }: Call,
  { idiom, furtherNames = [] }: { readonly idiom: Idiom; readonly furtherNames?: Iterable<string> },
): FunctionDefinition {
  const definitions = tableNamed(table, idiom);
  const definition = definitions[name];
  if (definition !== undefined) return definition;
  const instead = table === 'predicates' ? undefined : unsupportedFunctions.get(name);
  if (instead !== undefined) throw syntaxError(nameSite, `\`${name}\` is not supported: ${instead}`);
  const suggestion = nearestName(name, [...Object.keys(definitions), ...furtherNames]);
  throw syntaxError(nameSite, `There is no ${nouns[table]} \`${name}\`.`, suggestion);
}

function tableNamed(table: TableName, { functions, methods }: Idiom): FunctionTable {
  if (table === 'predicates') return predicates;
  return table === 'methods' ? (methods ?? functions) : functions;
}
