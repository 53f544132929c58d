import type { Call } from './bind-arguments.ts';
import { syntaxError } from './errors.ts';
import type { FunctionDefinition, FunctionTable } from './function-definition.ts';
import { functions } from './function-table.ts';
import { nearestName } from './nearest-name.ts';
import { predicates } from './predicates.ts';

const tables: Readonly<Record<'functions' | 'predicates', FunctionTable>> = { functions, predicates };

/** The function or predicate that a call names; there is no way to make one known besides writing it into the table. */
export function findFunction(
  table: 'functions' | 'predicates',
  { name, nameSite }: Call,
  furtherNames: Iterable<string> = [],
): FunctionDefinition {
  const definition = tables[table][name];
  if (definition !== undefined) return definition;
  const what = table === 'functions' ? 'function' : 'test';
  const suggestion = nearestName(name, [...Object.keys(tables[table]), ...furtherNames]);
  throw syntaxError(nameSite, `There is no ${what} \`${name}\`.`, suggestion);
}
