import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { isList, typeOf } from '../json-value.ts';
import type { JsonList } from '../json-value.ts';
import { compareOrRefuse } from '../ordering.ts';
import { anything, integer, list, named, number, optional, path, required, rest } from '../parameter.ts';
import type { Path } from '../path.ts';
import { pluck } from '../pluck.ts';
import type { Run } from '../run.ts';

const digitsMax = 20;

function calculate(change: (value: number) => number): FunctionDefinition {
  return define([required('value', number)], ([value]) => change(value));
}

export const numberFunctions: FunctionTable = tableOf({
  abs: calculate(Math.abs),
  floor: calculate(Math.floor),
  ceil: calculate(Math.ceil),
  round: define([required('value', number), optional('digits', integer)], ([value, digits = 0], run) => {
    if (Math.abs(digits) > digitsMax) throw run.typeError(`\`round\` expects at most ${digitsMax} digits.`);
    return round(value, digits);
  }),
  sum: define(
    [required('value', list), optional('attribute', path), optional('start', number)],
    ([value, attribute, start = 0], run) => sum(value, attribute, run) + start,
  ),
  avg: define([required('value', list), optional('attribute', path)], ([value, attribute], run) =>
    value.length === 0 ? undefined : sum(value, attribute, run) / value.length,
  ),
  min: extreme((order) => order < 0),
  max: extreme((order) => order > 0),
});

/** Half away from zero, on the decimal digits that one sees: 1.005 to two digits is 1.01. */
function round(value: number, digits: number): number {
  const rounded = shift(Math.round(shift(Math.abs(value), digits)), -digits);
  return value < 0 ? -rounded : rounded;
}

function shift(value: number, digits: number): number {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  return Number(`${mantissa}e${Number(exponent) + digits}`);
}

function sum(values: JsonList, attribute: Path | undefined, run: Run): number {
  const addends = attribute === undefined ? values : pluck(values, attribute, run);
  return addends.reduce((total: number, addend, index) => {
    if (typeof addend === 'number') return total + addend;
    throw run.typeError(`Expected numbers to add, got ${typeOf(addend)} as element ${index}.`);
  }, 0);
}

/** The extreme of a list, or of several arguments; with `attribute` the element that has it. */
function extreme(beats: (order: number) => boolean): FunctionDefinition {
  return define([rest('values', anything), named('attribute', path)], ([values, attribute], run) => {
    const [only] = values;
    const candidates = values.length === 1 && isList(only) ? only : values;
    if (values.length === 1 && !isList(only))
      throw run.typeError(`Expected a list or several values, got ${typeOf(only)}.`);
    run.charge(candidates.length);
    const keys = attribute === undefined ? candidates : pluck(candidates, attribute, run);
    let best = 0;
    keys.forEach((key, index) => {
      if (beats(compareOrRefuse(key, keys[best], run))) best = index;
    });
    return candidates[best];
  });
}
