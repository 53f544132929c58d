import type { Argument } from './ast.ts';
import { syntaxError } from './errors.ts';
import type { Site } from './errors.ts';
import { nearestName } from './nearest-name.ts';
import type { Parameter } from './parameter.ts';
import type { Span } from './token-cursor.ts';

/** What one parameter is given: nothing, one argument, or all that are left. */
export type Binding = undefined | Argument | readonly Argument[];

/** A function as the author called it. */
export interface Call {
  readonly name: string;
  /** Where the name stands: what is wrong at load is located there. */
  readonly nameSite: Site;
  /** The name with its arguments: what goes wrong at work is located there. */
  readonly site: Site;
  readonly args: readonly Argument[];
  readonly siteOf: (span: Span) => Site;
}

/** Hands the arguments to the parameters, in their order; whatever does not fit is a syntax error. */
export function bindArguments(parameters: readonly Parameter[], call: Call): Binding[] {
  const positional = call.args.filter((argument) => argument.name === undefined);
  const byName = argumentsByName(parameters, call);
  const bindings = parameters.map((parameter): Binding => {
    const given = byName.get(parameter.name);
    if (parameter.presence === 'named') return given;
    if (parameter.presence === 'rest' || parameter.kind.applies !== undefined) return positional.splice(0);
    if (given !== undefined && positional.length > 0) {
      throw syntaxError(call.siteOf(given), `\`${parameter.name}\` is given twice.`);
    }
    const argument = given ?? positional.shift();
    if (argument !== undefined || parameter.presence === 'optional') return argument;
    throw syntaxError(call.nameSite, `\`${call.name}\` expects an argument for \`${parameter.name}\`.`);
  });
  const [surplus] = positional;
  if (surplus === undefined) return bindings;
  const count = call.args.filter((argument) => argument.name === undefined).length;
  throw syntaxError(
    call.siteOf(surplus),
    `\`${call.name}\` expects at most ${count - positional.length} arguments, got ${count}.`,
  );
}

/** The argument of a parameter that always has one. */
export function boundTo(binding: Binding): Argument {
  if (binding !== undefined && 'value' in binding) return binding;
  throw new TypeError('A required parameter is bound to one argument.');
}

function argumentsByName(parameters: readonly Parameter[], call: Call): Map<string, Argument> {
  const byName = new Map<string, Argument>();
  const names = parameters.filter(canBeNamed).map((parameter) => parameter.name);
  for (const argument of call.args) {
    if (argument.name === undefined) continue;
    if (!names.includes(argument.name)) {
      const message = `\`${call.name}\` has no parameter \`${argument.name}\`.`;
      throw syntaxError(call.siteOf(argument), message, nearestName(argument.name, names));
    }
    if (byName.has(argument.name)) throw syntaxError(call.siteOf(argument), `\`${argument.name}\` is given twice.`);
    byName.set(argument.name, argument);
  }
  return byName;
}

function canBeNamed({ presence, kind }: Parameter): boolean {
  return presence !== 'rest' && kind.applies === undefined;
}
