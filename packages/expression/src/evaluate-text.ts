import type { Language } from './dialect.ts';
import { scopeOf } from './scope.ts';
import type { Scope } from './scope.ts';
import { compileText } from './template.ts';

/** What a template on its own is evaluated over. */
export interface TextScope {
  /** The names in `{{ }}`, and the variables of `ctx()`. `item` and `task` are known to Orquesta's `item()` and `task_status()` too. */
  readonly [name: string]: unknown;
}

export interface EvaluateOptions {
  /** Default: `orquesta` for a text that holds `<%`, `{%` or a call of `ctx`, else `native`. */
  readonly language?: Language;
}

/**
 * The value of one template text. Functions that ask how a task came out answer the member of the scope that has their name, so
 * that `{ "result": [1], "succeeded": true }` gives `result()` and `succeeded()`.
 * Throws `ExpressionError` for what cannot be parsed or evaluated.
 */
export function evaluateText(text: string, scope: TextScope, options: EvaluateOptions = {}): unknown {
  const language = options.language ?? languageOf(text);
  const contextFunctions = ['result', 'error', 'succeeded', 'failed', 'timed_out', 'canceled', 'completed'];
  return compileText(text, { language, contextFunctions }).render(textScope(scope, language));
}

function languageOf(text: string): Language {
  const open = text.indexOf('{{');
  const asksForContext = open !== -1 && /\bctx\(/u.test(text.slice(open));
  return text.includes('<%') || text.includes('{%') || asksForContext ? 'orquesta' : 'native';
}

/** The names under which the languages read what a scope may spell otherwise. */
const attuneNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['input', ['parameters']],
  ['vars', ['workflow', 'variables']],
  ['task', ['tasks']],
  ['secret', ['keystore']],
  ['execution', ['system']],
]);

function textScope(values: TextScope, language: Language): Scope {
  const members = language === 'attune' ? underNativeNames(values) : values;
  const plain = scopeOf(language === 'orquesta' ? { ...values, vars: values } : members);
  return { ...plain, call: (name) => plain.resolve(name) };
}

function underNativeNames(values: TextScope): TextScope {
  const named = { ...values };
  for (const [name, others] of attuneNames) {
    const given = others.find((other) => Object.hasOwn(values, other));
    if (given !== undefined && !Object.hasOwn(values, name)) named[name] = values[given];
  }
  return named;
}
