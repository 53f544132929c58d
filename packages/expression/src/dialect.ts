import { BoundedCache } from './bounded-cache.ts';

/**
 * Who wrote the templates:
 * - `native`: expressions in `{{ }}`;
 * - `orquesta`: StackStorm's, each text either in YAQL (`<% %>`) or in Jinja (`{{ }}` and `{% %}`). `ctx(x)` reads `vars.x`,
 *   `item()` reads `item` and `task_status(t)` reads `task.t`, so that references and scopes are those of the native language;
 * - `attune`: `{{ }}` with Attune's names. `parameters` reads `input`, `workflow` and `variables` read `vars`, `tasks` reads `task`,
 *   `keystore` reads `secret`, `system` reads `execution`.
 */
export type Language = 'native' | 'orquesta' | 'attune';

export interface CompileOptions {
  /** Default: `native`. */
  readonly language?: Language;
  /** Names whose members are read with `Scope.lookup`. Default: `input vars task execution env secret`, in Attune also `config`. */
  readonly namespaces?: readonly string[];
  /**
   * Functions answered by `Scope.call`; a call of an unknown function is a syntax error. Default: none in the native language,
   * `result succeeded failed completed` in Orquesta's, `result succeeded failed timed_out` in Attune's.
   */
  readonly contextFunctions?: readonly string[];
}

/** `CompileOptions` made ready: templates that share a dialect share their compiled form. */
export interface Dialect {
  readonly key: string;
  readonly language: Language;
  readonly namespaces: ReadonlySet<string>;
  readonly contextFunctions: ReadonlySet<string>;
}

const ownNamespaces: readonly string[] = ['input', 'vars', 'task', 'execution', 'env', 'secret'];

interface Defaults {
  readonly namespaces: readonly string[];
  readonly contextFunctions: readonly string[];
}

const defaults: Readonly<Record<Language, Defaults>> = {
  native: { namespaces: ownNamespaces, contextFunctions: [] },
  orquesta: { namespaces: ownNamespaces, contextFunctions: ['result', 'succeeded', 'failed', 'completed'] },
  attune: {
    namespaces: [...ownNamespaces, 'config'],
    contextFunctions: ['result', 'succeeded', 'failed', 'timed_out'],
  },
};

const dialects = new BoundedCache((key): Dialect => {
  const [language, namespaces, contextFunctions] = JSON.parse(key) as [Language, string[], string[]];
  return { key, language, namespaces: new Set(namespaces), contextFunctions: new Set(contextFunctions) };
});

/** The dialect is made of the content of the options, so that changing the arrays afterwards changes nothing. */
export function dialectOf(options: CompileOptions = {}): Dialect {
  const { language = 'native' } = options;
  const { namespaces, contextFunctions } = { ...defaults[language], ...options };
  return dialects.get(JSON.stringify([language, namespaces, contextFunctions]));
}
