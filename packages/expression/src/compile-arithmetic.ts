import type { BinaryNode } from './ast.ts';
import type { Compilation } from './compilation.ts';
import type { Idiom } from './idiom.ts';
import { isList, isMap, typeOf } from './json-value.ts';
import type { Evaluate, Run } from './run.ts';

/** A hot path for two numbers, and the rest: other types, and results that JSON cannot hold. */
export function compileArithmetic(
  compilation: Compilation,
  node: BinaryNode,
  [left, right]: readonly [Evaluate, Evaluate],
): Evaluate {
  const { operator } = node;
  const site = compilation.site(node.at);
  const texts: Texts = [compilation.text(node.left.at), compilation.text(node.right.at)];
  const calculate = calculations.get(operator);
  if (calculate === undefined) throw new TypeError(`There is no operator ${operator}.`);
  const { repeats, name } = compilation.idiom;
  return calculate(left, right, (run, first, second) => {
    run.site = site;
    return otherwise(operator, { first, second, texts, repeats, idiom: name }, run);
  });
}

type Texts = readonly [left: string, right: string];

type Fallback = (run: Run, first: unknown, second: unknown) => unknown;

/**
 * The four that are used most have a closure each, spelled out: one that is handed the calculation calls through a place
 * that has seen every operator, which costs more than the calculation. Adding 0 turns -0, which JSON does not tell from 0,
 * into 0.
 */
const calculations: ReadonlyMap<string, (left: Evaluate, right: Evaluate, otherwise: Fallback) => Evaluate> = new Map([
  [
    '+',
    (left: Evaluate, right: Evaluate, otherwise: Fallback): Evaluate =>
      (run) => {
        const first = left(run);
        const second = right(run);
        const result = typeof first === 'number' && typeof second === 'number' ? first + second + 0 : NaN;
        return Number.isFinite(result) ? result : otherwise(run, first, second);
      },
  ],
  [
    '-',
    (left: Evaluate, right: Evaluate, otherwise: Fallback): Evaluate =>
      (run) => {
        const first = left(run);
        const second = right(run);
        const result = typeof first === 'number' && typeof second === 'number' ? first - second + 0 : NaN;
        return Number.isFinite(result) ? result : otherwise(run, first, second);
      },
  ],
  [
    '*',
    (left: Evaluate, right: Evaluate, otherwise: Fallback): Evaluate =>
      (run) => {
        const first = left(run);
        const second = right(run);
        const result = typeof first === 'number' && typeof second === 'number' ? first * second + 0 : NaN;
        return Number.isFinite(result) ? result : otherwise(run, first, second);
      },
  ],
  [
    '/',
    (left: Evaluate, right: Evaluate, otherwise: Fallback): Evaluate =>
      (run) => {
        const first = left(run);
        const second = right(run);
        const result = typeof first === 'number' && typeof second === 'number' ? first / second + 0 : NaN;
        return Number.isFinite(result) ? result : otherwise(run, first, second);
      },
  ],
  ['div', calculated(dividedAsWritten)],
  ['//', calculated((first, second) => Math.floor(first / second))],
  ['%', calculated(remainder)],
  ['**', calculated((first, second) => first ** second)],
]);

function calculated(
  calculate: (first: number, second: number) => number,
): (left: Evaluate, right: Evaluate, otherwise: Fallback) => Evaluate {
  return (left, right, otherwise) => (run) => {
    const first = left(run);
    const second = right(run);
    const result = typeof first === 'number' && typeof second === 'number' ? calculate(first, second) + 0 : NaN;
    return Number.isFinite(result) ? result : otherwise(run, first, second);
  };
}

/** Between two whole numbers the quotient is whole. */
function dividedAsWritten(first: number, second: number): number {
  return Number.isInteger(first) && Number.isInteger(second) ? Math.floor(first / second) : first / second;
}

/** The sign is that of the divisor, so that `%` agrees with `//`, which rounds down. */
function remainder(left: number, right: number): number {
  const rest = left % right;
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
}

interface Operands {
  readonly first: unknown;
  readonly second: unknown;
  readonly texts: Texts;
  /** Whether `+` merges maps and `*` repeats. */
  readonly repeats: boolean;
  readonly idiom: Idiom['name'];
}

function otherwise(operator: string, operands: Operands, run: Run): unknown {
  const { first, second, repeats } = operands;
  if (operator === '+') {
    if (typeof first === 'string' && typeof second === 'string') return joined(first, second, run);
    if (isList(first) && isList(second)) return concatenated(first, second, run);
  }
  if (typeof first === 'number' && typeof second === 'number') throw notFinite(operator, [first, second], run);
  const extended = repeats ? mergedOrRepeated(operator, [first, second], run) : undefined;
  if (extended !== undefined) return extended;
  const expected = operator === '+' ? 'two numbers, two strings or two lists' : 'two numbers';
  const message = `\`${spelling(operator)}\` expects ${expected}, got ${typeOf(first)} and ${typeOf(second)}.`;
  throw run.typeError(message, alternative(operator, operands));
}

function joined(first: string, second: string, run: Run): string {
  run.checkTextLength(first.length + second.length);
  return first + second;
}

function concatenated(first: readonly unknown[], second: readonly unknown[], run: Run): unknown[] {
  run.charge(first.length + second.length);
  return [...first, ...second];
}

function notFinite(operator: string, [first, second]: readonly [number, number], run: Run): Error {
  if (second === 0 && ['/', 'div', '//', '%'].includes(operator))
    return run.typeError('Nothing can be divided by zero.');
  if (first === 0 && operator === '**') return run.typeError('Zero has no negative power.');
  return run.typeError(`The result of \`${operator}\` is not a number that JSON can hold.`);
}

function spelling(operator: string): string {
  return operator === 'div' ? '/' : operator;
}

/** Undefined when the operator means nothing for these types. */
function mergedOrRepeated(operator: string, [first, second]: readonly [unknown, unknown], run: Run): unknown {
  if (operator === '+' && isMap(first) && isMap(second)) {
    run.charge(Object.keys(first).length + Object.keys(second).length);
    return Object.fromEntries([...Object.entries(first), ...Object.entries(second)]);
  }
  if (operator !== '*') return undefined;
  return typeof second === 'number' ? repeated(first, second, run) : repeated(second, first, run);
}

function repeated(value: unknown, times: unknown, run: Run): unknown {
  if (typeof times !== 'number' || !Number.isInteger(times)) return undefined;
  const count = Math.max(0, times);
  if (typeof value === 'string') {
    run.checkTextLength(value.length * count);
    return value.repeat(count);
  }
  if (!isList(value)) return undefined;
  run.charge((value.length + 1) * count);
  return Array.from({ length: count }, () => value).flat();
}

/** What would work with these types. */
function alternative(operator: string, { first, second, texts: [left, right], idiom }: Operands): string | undefined {
  if (operator !== '+') return undefined;
  if (typeof first === 'string' || typeof second === 'string') {
    return idiom === 'yaql' ? `str(${left}) + str(${right})` : `${left} ~ ${right}`;
  }
  return isMap(first) && isMap(second) ? `merge(${left}, ${right})` : undefined;
}
