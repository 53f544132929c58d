// Interface sketch by the lead; the implementation replaces the bodies, the signatures stay.
import type { Scope } from './scope.ts';

export interface CompileOptions {
  /** Names whose members are read with `Scope.lookup`. Default: `input vars task execution env secret`. */
  readonly namespaces?: readonly string[];
  /** Functions answered by `Scope.call`. Default: none; a call of an unknown function is a syntax error. */
  readonly contextFunctions?: readonly string[];
}

/** What an expression reads, for static checks: every bare name, namespace member and context function with its range. */
export interface Reference {
  readonly kind: 'name' | 'member' | 'context-function';
  /** The bare name, the namespace or the function. */
  readonly name: string;
  /** The key for `member` (absent when it is computed). */
  readonly key?: string;
  readonly start: number;
  readonly end: number;
}

/** A value with templates in its strings (keys are literal), parsed once and evaluated many times. */
export interface Template {
  /** True when the value holds no expression at all; `render` then returns the value itself, the same reference each time. */
  readonly constant: boolean;
  readonly references: readonly Reference[];
  /** Evaluates every expression. Strings that are exactly one expression keep the type of its value. */
  render(scope: Scope): unknown;
}

/** Parses one template string. Throws `ExpressionError` with code EXPRESSION_SYNTAX or EXPRESSION_LIMIT. */
export declare function compileText(text: string, options?: CompileOptions): Template;

/** Parses every string inside a JSON value; throws on the first that does not parse. */
export declare function compileTemplate(value: unknown, options?: CompileOptions): Template;

/** What `when`, `items` and similar fields take: exactly one expression (with or without `{{ }}`), evaluated to a value. */
export declare function compileExpression(text: string, options?: CompileOptions): Template;

/** The language's truth: false for false, null, 0, "", [] and {}; true for everything else. */
export declare function isTruthy(value: unknown): boolean;
