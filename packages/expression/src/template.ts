import { compileExpressionText, compileTemplateText } from './compile-text.ts';
import type { CompiledText } from './compile-text.ts';
import { compileValue } from './compile-value.ts';
import { dialectOf } from './dialect.ts';
import type { CompileOptions } from './dialect.ts';
import type { Site } from './errors.ts';
import type { Reference } from './reference.ts';
import { Run } from './run.ts';
import type { Evaluate } from './run.ts';
import type { Scope } from './scope.ts';

/** A value with templates in its strings (keys are literal, but not in Orquesta's languages), parsed once and evaluated many times. */
export interface Template {
  /** True when the value holds no expression at all; `render` then returns the value itself, the same reference each time. */
  readonly constant: boolean;
  readonly references: readonly Reference[];
  /**
   * Evaluates every expression. Strings that are exactly one expression keep the type of its value.
   * Throws `ExpressionError` with code EXPRESSION_UNDEFINED, EXPRESSION_TYPE or EXPRESSION_LIMIT, and whatever the scope throws.
   */
  render(scope: Scope): unknown;
}

/** Parses one template string. Throws `ExpressionError` with code EXPRESSION_SYNTAX or EXPRESSION_LIMIT. */
export function compileText(text: string, options?: CompileOptions): Template {
  return templateOf(text, compileTemplateText(text, dialectOf(options)));
}

/**
 * What `when`, `items` and similar fields take: exactly one expression, evaluated to a value. It may stand in `{{ }}` or, but for
 * Orquesta's languages, alone.
 */
export function compileExpression(text: string, options?: CompileOptions): Template {
  return templateOf(text, compileExpressionText(text, dialectOf(options)));
}

/** Parses every string inside a JSON value; throws on the first that does not parse. */
export function compileTemplate(value: unknown, options?: CompileOptions): Template {
  return templateOf(value, compileValue(value, dialectOf(options)));
}

function templateOf(value: unknown, { site, references, evaluate }: CompiledText): Template {
  return Object.freeze({
    constant: evaluate === undefined,
    references,
    render: evaluate === undefined ? () => value : rendering(evaluate, site),
  });
}

function rendering(evaluate: Evaluate, site: Site): (scope: Scope) => unknown {
  return (scope) => evaluate(new Run(scope, site));
}
