import type { Parameter } from './parameter.ts';
import type { Run } from './run.ts';

/**
 * One function of the language, which is at the same time a filter or a test: what stands before `|` or `is` is its first argument.
 * Arguments come in the order of the parameters, already read; undefined for an optional one that is absent.
 */
export interface FunctionDefinition {
  readonly parameters: readonly Parameter[];
  /** Undefined when there is no answer (the first element of an empty list): that is an error unless `default` catches it. */
  readonly call: (args: readonly unknown[], run: Run) => unknown;
  /** True when the price does not grow with the arguments. */
  readonly constantPrice: boolean;
}

export type FunctionTable = Readonly<Record<string, FunctionDefinition>>;

type ValueOf<P> =
  P extends Parameter<infer T, infer Presence>
    ? Presence extends 'required'
      ? T
      : Presence extends 'rest'
        ? readonly T[]
        : T | undefined
    : never;

type ValuesOf<P extends readonly Parameter[]> = { readonly [Index in keyof P]: ValueOf<P[Index]> };

/** Ties the types of parameters to those of the arguments. The price grows with the arguments unless it is said to be constant. */
export function define<const P extends readonly Parameter[]>(
  parameters: P,
  call: (args: ValuesOf<P>, run: Run) => unknown,
  price: 'constant' | 'growing' = 'growing',
): FunctionDefinition {
  return {
    parameters,
    call: (args, run) => call(args as ValuesOf<P>, run),
    constantPrice: price === 'constant',
  };
}

/** A table without a prototype: a name that an author makes up finds what is listed or nothing. */
export function tableOf(...tables: readonly FunctionTable[]): FunctionTable {
  const table = Object.create(null) as Record<string, FunctionDefinition>;
  for (const each of tables) Object.assign(table, each);
  return Object.freeze(table);
}
