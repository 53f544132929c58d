import { isExpressionText, nearestName } from '@weftline/expression';
import { quote } from '../describe-value.ts';
import type { ExpressionText } from '../definition.ts';
import { parseDuration } from '../duration.ts';
import { DefinitionError } from '../errors.ts';
import { textOf } from '../source/source-node.ts';
import { report, wrongType, type Field } from './field.ts';

export function readText(field: Field | undefined, expected = 'text'): string | undefined {
  if (field === undefined) return undefined;
  return textOf(field.node) ?? wrongType(field, expected);
}

export function readBoolean(field: Field): boolean | undefined {
  const { node } = field;
  return node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : wrongType(field, 'true or false');
}

export function readNumber(field: Field | undefined): number | undefined {
  if (field === undefined) return undefined;
  const { node } = field;
  return node.kind === 'scalar' && typeof node.value === 'number' ? node.value : wrongType(field, 'a number');
}

/** A number, or an expression that gives one. */
export function readQuantity(field: Field | undefined): number | ExpressionText | undefined {
  if (field === undefined) return undefined;
  const text = textOf(field.node);
  if (text === undefined) return readNumber(field);
  return isExpressionText(text, field.language)
    ? text
    : wrongType(field, 'a number or an expression such as "{{ input.limit }}"');
}

/** Milliseconds, or an expression that gives a duration. */
export function readDuration(field: Field | undefined): number | ExpressionText | undefined {
  if (field === undefined) return undefined;
  const { node } = field;
  if (node.kind !== 'scalar') return wrongType(field, 'a duration such as 10s, or an expression that gives one');
  if (typeof node.value === 'string' && isExpressionText(node.value, field.language)) return node.value;
  try {
    return parseDuration(node.value);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    report(field, 'BAD_DURATION', error.message);
    return undefined;
  }
}

/** One of a few words. */
export function readChoice<Choice extends string>(
  field: Field | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  const text = readText(field, choices.join(', '));
  const choice = choices.find((one) => one === text);
  if (choice === undefined && text !== undefined && field !== undefined) {
    const message = `expected one of ${choices.join(', ')}, got ${quote(text)}`;
    report(field, 'WRONG_VALUE', { message, suggestion: () => nearestName(text, choices) });
  }
  return choice;
}
