import { BoundedCache } from './bounded-cache.ts';

export interface CompileOptions {
  /** Names whose members are read with `Scope.lookup`. Default: `input vars task execution env secret`. */
  readonly namespaces?: readonly string[];
  /** Functions answered by `Scope.call`. Default: none; a call of an unknown function is a syntax error. */
  readonly contextFunctions?: readonly string[];
}

/** `CompileOptions` made ready: templates that share a dialect share their compiled form. */
export interface Dialect {
  readonly key: string;
  readonly namespaces: ReadonlySet<string>;
  readonly contextFunctions: ReadonlySet<string>;
}

const defaultNamespaces: readonly string[] = ['input', 'vars', 'task', 'execution', 'env', 'secret'];

const dialects = new BoundedCache((key): Dialect => {
  const [namespaces, contextFunctions] = JSON.parse(key) as [string[], string[]];
  return { key, namespaces: new Set(namespaces), contextFunctions: new Set(contextFunctions) };
});

/** The dialect is made of the content of the options, so that changing the arrays afterwards changes nothing. */
export function dialectOf({ namespaces = defaultNamespaces, contextFunctions = [] }: CompileOptions = {}): Dialect {
  return dialects.get(JSON.stringify([namespaces, contextFunctions]));
}
