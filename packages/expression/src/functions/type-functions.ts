import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { isList, isMap, isTruthy } from '../json-value.ts';
import { anything, integer, number, optional, required } from '../parameter.ts';
import type { Run } from '../run.ts';
import { conversionFunctions } from './conversion-functions.ts';

function judge(holds: (value: unknown) => boolean): FunctionDefinition {
  return define([required('value', anything)], ([value]) => holds(value), 'constant');
}

/** Questions about types, and arithmetic that has operators natively. */
export const typeFunctions: FunctionTable = tableOf({
  isString: judge((value) => typeof value === 'string'),
  isBoolean: judge((value) => typeof value === 'boolean'),
  isInteger: judge((value) => Number.isInteger(value)),
  isNumber: judge((value) => typeof value === 'number'),
  isList: judge(isList),
  isDict: judge(isMap),
  isIterable: judge(isList),
  sign: define([required('number', number)], ([value]) => Math.sign(value)),
  pow: define([required('a', number), required('b', number)], ([base, exponent]) => base ** exponent),
});

/** YAQL's `bool` asks for the truth of a value; natively a text must spell it. */
export const truthFunctions: FunctionTable = tableOf({ bool: judge(isTruthy) });

/** Jinja's `int` and `float` answer a default, 0, for what is no number. */
export const lenientNumbers: FunctionTable = tableOf({
  int: define(
    [required('value', anything), optional('default', anything), optional('base', integer)],
    ([value, fallback = 0, base = 10], run) => {
      if (base === 10 || typeof value !== 'string') return convert('int', [value, fallback], run);
      if (base < 2 || base > 36) throw run.typeError('`int` expects a base from 2 to 36.');
      const parsed = Number.parseInt(value, base);
      return Number.isNaN(parsed) ? fallback : parsed;
    },
  ),
  float: define([required('value', anything), optional('default', anything)], ([value, fallback = 0], run) =>
    convert('float', [value, fallback], run),
  ),
});

function convert(name: 'int' | 'float', args: readonly unknown[], run: Run): unknown {
  return conversionFunctions[name]?.call(args, run);
}
