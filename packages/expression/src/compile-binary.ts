import type { BinaryNode, BinaryOperator } from './ast.ts';
import type { Compilation, Mode } from './compilation.ts';
import { compileArithmetic } from './compile-arithmetic.ts';
import { contains } from './containment.ts';
import { equals } from './equality.ts';
import type { Site } from './errors.ts';
import { isTruthy } from './json-value.ts';
import { compareOrRefuse } from './ordering.ts';
import type { Evaluate, Run } from './run.ts';
import { textForm } from './text-form.ts';

type Operation = (left: unknown, right: unknown, run: Run) => unknown;

const operations: ReadonlyMap<BinaryOperator, Operation> = new Map<BinaryOperator, Operation>([
  ['==', equals],
  ['!=', (left, right, run) => !equals(left, right, run)],
  ['<', (left, right, run) => compareOrRefuse(left, right, run) < 0],
  ['<=', (left, right, run) => compareOrRefuse(left, right, run) <= 0],
  ['>', (left, right, run) => compareOrRefuse(left, right, run) > 0],
  ['>=', (left, right, run) => compareOrRefuse(left, right, run) >= 0],
  ['in', (left, right, run) => contains(right, left, run)],
  ['~', joinText],
]);

/** `or` and `and` answer the operand that decides, as in Python; `??` answers the left one unless it is missing or null. */
export function compileBinary(compilation: Compilation, node: BinaryNode, mode: Mode): Evaluate {
  if (node.operator === '??') {
    const left = compilation.compile(node.left, 'lenient');
    const right = compilation.compile(node.right, mode);
    return (run) => left(run) ?? right(run);
  }
  const left = compilation.compile(node.left);
  const right = compilation.compile(node.right);
  if (node.operator === 'or' || node.operator === 'and') {
    const decided = decide(left, right, node.operator === 'or');
    return compilation.idiom.booleanLogic ? (run) => isTruthy(decided(run)) : decided;
  }
  const operation = operations.get(node.operator);
  if (operation !== undefined) return operate(operation, [left, right], compilation.site(node.at));
  return compileArithmetic(compilation, node, [left, right]);
}

function decide(left: Evaluate, right: Evaluate, settledBy: boolean): Evaluate {
  return (run) => {
    const value = left(run);
    return isTruthy(value) === settledBy ? value : right(run);
  };
}

function operate(operation: Operation, [left, right]: readonly [Evaluate, Evaluate], site: Site): Evaluate {
  return (run) => {
    const first = left(run);
    const second = right(run);
    run.site = site;
    return operation(first, second, run);
  };
}

function joinText(left: unknown, right: unknown, run: Run): string {
  const joined = textForm(left, run) + textForm(right, run);
  run.checkTextLength(joined.length);
  return joined;
}
