import type { BinaryNode } from './ast.ts';
import type { Compilation } from './compilation.ts';
import { isList, isMap, typeOf } from './json-value.ts';
import type { Evaluate, Run } from './run.ts';

/** A hot path for two numbers, and the rest: other types, and results that JSON cannot hold. */
export function compileArithmetic(
  compilation: Compilation,
  node: BinaryNode,
  [left, right]: readonly [Evaluate, Evaluate],
): Evaluate {
  const { operator } = node;
  const calculate = calculations.get(operator);
  if (calculate === undefined) throw new TypeError(`There is no operator ${operator}.`);
  const site = compilation.site(node);
  const texts: Texts = [compilation.text(node.left), compilation.text(node.right)];
  return (run) => {
    const first = left(run);
    const second = right(run);
    if (typeof first === 'number' && typeof second === 'number') {
      // Adding 0 turns -0, which JSON does not tell from 0, into 0.
      const result = calculate(first, second) + 0;
      if (Number.isFinite(result)) return result;
    }
    run.site = site;
    return otherwise(operator, { first, second, texts }, run);
  };
}

type Texts = readonly [left: string, right: string];

/** `%` takes the sign of the divisor, so that it agrees with `//`, which rounds down. */
const calculations: ReadonlyMap<string, (left: number, right: number) => number> = new Map([
  ['+', (left: number, right: number) => left + right],
  ['-', (left: number, right: number) => left - right],
  ['*', (left: number, right: number) => left * right],
  ['/', (left: number, right: number) => left / right],
  ['//', (left: number, right: number) => Math.floor(left / right)],
  ['%', remainder],
  ['**', (left: number, right: number) => left ** right],
]);

function remainder(left: number, right: number): number {
  const rest = left % right;
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
}

interface Operands {
  readonly first: unknown;
  readonly second: unknown;
  readonly texts: Texts;
}

function otherwise(operator: string, operands: Operands, run: Run): unknown {
  const { first, second } = operands;
  if (operator === '+') {
    if (typeof first === 'string' && typeof second === 'string') return joined(first, second, run);
    if (isList(first) && isList(second)) return concatenated(first, second, run);
  }
  if (typeof first === 'number' && typeof second === 'number') throw notFinite(operator, [first, second], run);
  const expected = operator === '+' ? 'two numbers, two strings or two lists' : 'two numbers';
  const message = `\`${operator}\` expects ${expected}, got ${typeOf(first)} and ${typeOf(second)}.`;
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
  if (second === 0 && ['/', '//', '%'].includes(operator)) return run.typeError('Nothing can be divided by zero.');
  if (first === 0 && operator === '**') return run.typeError('Zero has no negative power.');
  return run.typeError(`The result of \`${operator}\` is not a number that JSON can hold.`);
}

/** What would work with these types. */
function alternative(operator: string, { first, second, texts: [left, right] }: Operands): string | undefined {
  if (operator !== '+') return undefined;
  if (typeof first === 'string' || typeof second === 'string') return `${left} ~ ${right}`;
  return isMap(first) && isMap(second) ? `merge(${left}, ${right})` : undefined;
}
