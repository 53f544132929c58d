import { define, tableOf } from '../function-definition.ts';
import type { FunctionTable } from '../function-definition.ts';
import { isList, isMap, isTruthy, typeOf } from '../json-value.ts';
import { anything, boolean, integer, optional, required, rest, text } from '../parameter.ts';
import type { Run } from '../run.ts';
import { jsonText, textForm } from '../text-form.ts';

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/u;
const indentMax = 10;

/** UTF-16 units of JSON that are parsed for the price of one step. */
const parsedPerStep = 4;

const words: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0', ''].map((word) => [word, false] as const),
]);

export const conversionFunctions: FunctionTable = tableOf({
  // Called directly, these two are compiled specially, because their arguments may be missing; this serves `map('default', 0)`.
  default: define(
    [required('value', anything), required('fallback', anything), optional('falsy', boolean)],
    ([value, fallback, falsy = false]) => ((falsy ? isTruthy(value) : value !== null) ? value : fallback),
    'constant',
  ),
  coalesce: define(
    [rest('values', anything)],
    ([values]) => values.find((value) => value !== null) ?? null,
    'constant',
  ),
  type_of: define([required('value', anything)], ([value]) => typeOf(value), 'constant'),
  string: define([required('value', anything)], ([value], run) => textForm(value, run)),
  int: define([required('value', anything), optional('default', anything)], ([value, fallback], run) => {
    const number = numberFrom(value);
    return number === undefined ? orRefuse(fallback, value, run) : Math.trunc(number);
  }),
  float: define(
    [required('value', anything), optional('default', anything)],
    ([value, fallback], run) => numberFrom(value) ?? orRefuse(fallback, value, run),
  ),
  bool: define([required('value', anything)], ([value], run) => {
    if (typeof value !== 'string') return isTruthy(value);
    const meaning = words.get(value.trim().toLowerCase());
    if (meaning !== undefined) return meaning;
    throw run.typeError('`bool` expects true, false, yes, no, on, off, 1 or 0 when it is given a string.');
  }),
  list: define([required('value', anything)], ([value], run) => {
    if (isList(value)) return value;
    if (typeof value === 'string') {
      run.charge(value.length);
      return Array.from(value);
    }
    if (isMap(value)) return Object.keys(value);
    throw run.typeError(`\`list\` expects a list, a string or a map, got ${typeOf(value)}.`);
  }),
  to_json: define([required('value', anything), optional('indent', integer)], ([value, indent = 0], run) => {
    if (indent >= 0 && indent <= indentMax) return jsonText(value, run, indent);
    throw run.typeError(`\`to_json\` expects an indent from 0 to ${indentMax}.`);
  }),
  from_json: define([required('value', text)], ([value], run) => fromJson(value, run)),
});

function numberFrom(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string' || !decimal.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function orRefuse(fallback: unknown, value: unknown, run: Run): unknown {
  if (fallback !== undefined) return fallback;
  const got = typeof value === 'string' ? 'a string that is none' : typeOf(value);
  throw run.typeError(`Expected a number, or a string that spells one; got ${got}.`);
}

function fromJson(value: string, run: Run): unknown {
  run.charge(Math.ceil(value.length / parsedPerStep));
  try {
    return JSON.parse(value) as unknown;
  } catch {
    // The parser's own message quotes the text, which may be a secret.
    throw run.typeError('The string is not JSON.');
  }
}
