import { define, tableOf } from '../function-definition.ts';
import type { FunctionDefinition, FunctionTable } from '../function-definition.ts';
import { required, text } from '../parameter.ts';
import type { Run } from '../run.ts';

interface Version {
  readonly numbers: readonly [major: number, minor: number, patch: number];
  readonly prerelease: readonly string[];
}

const semantic = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/u;

function comparing(judge: (order: number) => unknown): FunctionDefinition {
  return define([required('value', text), required('other', text)], ([value, other], run) =>
    judge(compare(versionOf(value, run), versionOf(other, run))),
  );
}

function rewriting(write: (numbers: Version['numbers']) => string): FunctionDefinition {
  return define([required('value', text)], ([value], run) => write(versionOf(value, run).numbers));
}

/** Semantic versions, as StackStorm compares and raises them. */
export const versionFunctions: FunctionTable = tableOf({
  version_compare: comparing((order) => Math.sign(order)),
  version_more_than: comparing((order) => order > 0),
  version_less_than: comparing((order) => order < 0),
  version_equal: comparing((order) => order === 0),
  version_match: define([required('value', text), required('pattern', text)], ([value, pattern], run) =>
    matches(value, pattern, run),
  ),
  version_bump_major: rewriting(([major]) => `${major + 1}.0.0`),
  version_bump_minor: rewriting(([major, minor]) => `${major}.${minor + 1}.0`),
  version_bump_patch: rewriting(([major, minor, patch]) => `${major}.${minor}.${patch + 1}`),
  version_strip_patch: rewriting(([major, minor]) => `${major}.${minor}`),
});

function versionOf(text: string, run: Run): Version {
  const [, major, minor, patch, prerelease] = semantic.exec(text) ?? [];
  if (major === undefined) throw run.typeError('Expected a version such as `1.2.3`.');
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    prerelease: prerelease === undefined ? [] : prerelease.split('.'),
  };
}

/** By the rules of semver.org: what precedes a release is less than it. */
function compare(left: Version, right: Version): number {
  for (const [index, number] of left.numbers.entries()) {
    const order = number - (right.numbers[index] ?? 0);
    if (order !== 0) return order;
  }
  if (left.prerelease.length === 0 || right.prerelease.length === 0)
    return right.prerelease.length - left.prerelease.length;
  for (const [index, part] of left.prerelease.entries()) {
    const other = right.prerelease[index];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return left.prerelease.length - right.prerelease.length;
}

/** Numbers compare as numbers and are less than words. */
function compareParts(left: string, right: string): number {
  const [leftNumeric, rightNumeric] = [/^\d+$/u.test(left), /^\d+$/u.test(right)];
  if (leftNumeric && rightNumeric) return Number(left) - Number(right);
  if (leftNumeric !== rightNumeric) return leftNumeric ? -1 : 1;
  return left === right ? 0 : left < right ? -1 : 1;
}

function matches(value: string, pattern: string, run: Run): boolean {
  const [, operator, version] = /^(<=|>=|==|!=|<|>)(.*)$/u.exec(pattern) ?? [];
  if (operator === undefined || version === undefined) {
    throw run.typeError('`version_match` expects a comparison such as `>=1.2.3`.');
  }
  const order = compare(versionOf(value, run), versionOf(version, run));
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '==':
      return order === 0;
    default:
      return order !== 0;
  }
}
