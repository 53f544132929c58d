import { contains } from './containment.ts';
import { equals } from './equality.ts';
import { define, tableOf } from './function-definition.ts';
import type { FunctionDefinition, FunctionTable } from './function-definition.ts';
import { isList, isMap, isTruthy } from './json-value.ts';
import { compareOrRefuse } from './ordering.ts';
import { anything, container, integer, regex, required, text } from './parameter.ts';
import type { Regex } from './regex.ts';
import type { Run } from './run.ts';

function judge(holds: (value: unknown) => boolean): FunctionDefinition {
  return define([required('value', anything)], ([value]) => holds(value), 'constant');
}

function relate(holds: (value: unknown, other: unknown, run: Run) => boolean): FunctionDefinition {
  const parameters = [required('value', anything), required('other', anything)] as const;
  return define(parameters, ([value, other], run) => holds(value, other, run), 'constant');
}

const isString = judge((value) => typeof value === 'string');
const isNull = judge((value) => value === null);
const isListTest = judge(isList);
const isMapTest = judge(isMap);
const equal = relate(equals);
const unequal = relate((value, other, run) => !equals(value, other, run));
const less = relate((value, other, run) => compareOrRefuse(value, other, run) < 0);
const lessOrEqual = relate((value, other, run) => compareOrRefuse(value, other, run) <= 0);
const greater = relate((value, other, run) => compareOrRefuse(value, other, run) > 0);
const greaterOrEqual = relate((value, other, run) => compareOrRefuse(value, other, run) >= 0);

/** What may follow `is`, and what `select`, `reject`, `selectattr` and `rejectattr` take by name. */
export const predicates: FunctionTable = tableOf({
  defined: judge((value) => value !== undefined),
  undefined: judge((value) => value === undefined),
  none: isNull,
  null: isNull,
  string: isString,
  text: isString,
  number: judge((value) => typeof value === 'number'),
  integer: judge(Number.isInteger),
  float: judge((value) => typeof value === 'number' && !Number.isInteger(value)),
  boolean: judge((value) => typeof value === 'boolean'),
  true: judge((value) => value === true),
  false: judge((value) => value === false),
  list: isListTest,
  sequence: isListTest,
  iterable: define(
    [required('value', anything)],
    ([value]) => typeof value === 'string' || isList(value) || isMap(value),
    'constant',
  ),
  mapping: isMapTest,
  map: isMapTest,
  truthy: judge(isTruthy),
  falsy: judge((value) => !isTruthy(value)),
  empty: define([required('value', container)], ([value]) => !isTruthy(value), 'constant'),
  even: define([required('value', integer)], ([value]) => value % 2 === 0, 'constant'),
  odd: define([required('value', integer)], ([value]) => value % 2 !== 0, 'constant'),
  divisibleby: define([required('value', integer), required('divisor', integer)], divisible, 'constant'),
  match: define([required('value', text), required('pattern', regex)], startMatches, 'constant'),
  search: define([required('value', text), required('pattern', regex)], matchesAnywhere, 'constant'),
  starts_with: define([required('value', text), required('start', text)], ([value, start]) => value.startsWith(start)),
  ends_with: define([required('value', text), required('end', text)], ([value, end]) => value.endsWith(end)),
  contains: relate((value, other, run) => contains(value, other, run)),
  in: relate((value, other, run) => contains(other, value, run)),
  '==': equal,
  eq: equal,
  sameas: equal,
  equalto: equal,
  '!=': unequal,
  ne: unequal,
  '<': less,
  lt: less,
  lessthan: less,
  '<=': lessOrEqual,
  le: lessOrEqual,
  '>': greater,
  gt: greater,
  greaterthan: greater,
  '>=': greaterOrEqual,
  ge: greaterOrEqual,
});

/** The predicates that may be asked about what is missing; to all others that is null. */
export const asksForPresence: ReadonlySet<string> = new Set(['defined', 'undefined']);

function divisible([value, divisor]: readonly [number, number], run: Run): boolean {
  if (divisor === 0) throw run.typeError('Nothing is divisible by zero.');
  return value % divisor === 0;
}

function startMatches([value, pattern]: readonly [string, Regex], run: Run): boolean {
  return pattern.matchesStart(value, run);
}

function matchesAnywhere([value, pattern]: readonly [string, Regex], run: Run): boolean {
  return pattern.matches(value, run);
}
