import { ExpressionError, isTruthy, type Scope, type Template } from '@weftline/expression';
import { parseDuration, parsePercentage } from '@weftline/graph';
import type { Quantity } from './compile-value.ts';
import { expressionFailure, type TaskFailure } from './failure.ts';
import type { Tolerance } from './state.ts';

/** A number, or why there is none; limits of the language that are only known at run time are checked here. */
export type Measured<Value = number> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: TaskFailure };

/** A count: an integer of at least `minimum`. */
export function measureCount(
  quantity: Quantity,
  scope: Scope,
  options: { readonly where: string; readonly minimum: number },
): Measured {
  if (typeof quantity === 'number') return { ok: true, value: quantity };
  return measured(options.where, () => {
    const value = quantity.render(scope);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= options.minimum) return value;
    return `expected an integer of at least ${options.minimum}, got ${describe(value)}`;
  });
}

/** Whether a task has anything to do. */
export function evaluateWhen(when: Template, scope: Scope, task: string): Measured<boolean> {
  return measured(`when of task "${task}"`, () => isTruthy(when.render(scope)));
}

/** A duration in milliseconds; expressions answer `"10s"` or a number of seconds. */
export function measureDuration(quantity: Quantity, scope: Scope, where: string): Measured {
  if (typeof quantity === 'number') return { ok: true, value: quantity };
  return measured(where, () => {
    const value = quantity.render(scope);
    try {
      return parseDuration(value);
    } catch (error) {
      if (error instanceof ExpressionError) throw error;
      return error instanceof Error ? error.message : String(error);
    }
  });
}

/** How many failed items are tolerated; expressions answer a count or a text such as `"5%"`. */
export function measureTolerance(tolerate: Tolerance | Template, scope: Scope, where: string): Measured<Tolerance> {
  if ('limit' in tolerate) return { ok: true, value: tolerate };
  return measured(where, () => {
    const value = tolerate.render(scope);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return { limit: value, isShare: false };
    const share = typeof value === 'string' ? parsePercentage(value) : undefined;
    if (share !== undefined) return { limit: share, isShare: true };
    return `expected a count or a share from 0% to 100%, got ${describe(value)}`;
  });
}

/** `compute` answers the value, or what is wrong with it. */
function measured<Value extends number | boolean | object>(
  where: string,
  compute: () => Value | string,
): Measured<Value> {
  try {
    const value = compute();
    if (typeof value !== 'string') return { ok: true, value };
    return {
      ok: false,
      failure: { kind: 'expression', code: 'EXPRESSION_TYPE', message: `${where}: ${value}`, retryable: false },
    };
  } catch (error) {
    return { ok: false, failure: expressionFailure(error, where) };
  }
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? `the text ${JSON.stringify(value.slice(0, 40))}` : JSON.stringify(value);
}
