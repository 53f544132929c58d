import { ExpressionError } from './errors.ts';
import type { ExpressionErrorCode } from './errors.ts';
import { scopeOf } from './scope.ts';
import type { Scope } from './scope.ts';
import { compileExpression, compileText } from './template.ts';

/** A scope over plain values, with the context functions that the tests use. */
export function scopeWith(values: Readonly<Record<string, unknown>>): Scope {
  const answers = new Map<string, unknown>([
    ['failed', true],
    ['result', { body: [1, 2] }],
  ]);
  return { ...scopeOf(values), call: (name, args) => (name === 'echo' ? args : answers.get(name)) };
}

export const contextFunctions: readonly string[] = ['failed', 'result', 'error', 'echo'];

/** The value of a bare expression. */
export function evaluate(text: string, values: Readonly<Record<string, unknown>> = {}): unknown {
  return compileExpression(text, { contextFunctions }).render(scopeWith(values));
}

/** The value of a template text. */
export function render(text: string, values: Readonly<Record<string, unknown>> = {}): unknown {
  return compileText(text, { contextFunctions }).render(scopeWith(values));
}

export interface Fault {
  readonly code: ExpressionErrorCode;
  /** The part of the source that the error points at. */
  readonly at: string;
  readonly message: string;
  readonly suggestion: string | undefined;
}

/** The error that an action ends with; anything but an `ExpressionError` is passed on. */
export function faultOf(action: () => unknown): Fault {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { code, message, suggestion, source, start, end } = error;
    return { code, message, suggestion, at: source.slice(start, end) };
  }
  throw new TypeError('Expected an ExpressionError, got a value.');
}

/** The error of a bare expression, be it at compiling or at rendering. */
export function fault(text: string, values: Readonly<Record<string, unknown>> = {}): Fault {
  return faultOf(() => evaluate(text, values));
}
