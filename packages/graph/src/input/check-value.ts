import { nearestName } from '@weftline/expression';
import { describeValue, quote } from '../describe-value.ts';
import type { Problem } from '../issues.ts';
import type { Path } from '../path.ts';
import { jsonEqual } from './json-equal.ts';
import { compilePattern, type LinearPattern } from './linear-pattern.ts';

type Schema = Readonly<Record<string, unknown>>;

export interface ValueProblem extends Problem {
  readonly path: Path;
}

export interface ValueCheck {
  readonly path: Path;
  /** Hides values in messages, because they are secret. */
  readonly secret: boolean;
  readonly found: (problem: ValueProblem) => void;
  /** Patterns compiled so far, since a list may need one for every item. */
  readonly patterns: Map<string, LinearPattern | undefined>;
}

/** Checks a JSON value against a schema that is valid, and finds everything that is wrong with it. */
export function checkValue(value: unknown, schema: Schema, check: ValueCheck): void {
  const expected = expectedType(value, schema['type']);
  if (expected !== undefined) {
    expect(expected, value, check);
    return;
  }
  checkChoice(value, schema, check);
  if (typeof value === 'number') checkNumber(value, schema, check);
  else if (typeof value === 'string') checkText(value, schema, check);
  else if (Array.isArray(value)) checkList(value, schema, check);
  else if (typeof value === 'object' && value !== null) checkMap(value as Schema, schema, check);
}

function expect(expected: string, value: unknown, { path, secret, found }: ValueCheck): void {
  found({ path, message: secret ? `expected ${expected}` : `expected ${expected}, got ${describeValue(value)}` });
}

const typeNames: Readonly<Record<string, string>> = {
  ...{ string: 'text', number: 'a number', integer: 'an integer', boolean: 'true or false' },
  ...{ array: 'a list', object: 'a map', null: 'null' },
};

/** The types that the value could have had, when it has none of them. */
function expectedType(value: unknown, type: unknown): string | undefined {
  if (type === undefined) return undefined;
  const types = (Array.isArray(type) ? type : [type]) as readonly string[];
  return types.some((one) => hasType(value, one)) ? undefined : types.map((one) => typeNames[one] ?? one).join(' or ');
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function checkChoice(value: unknown, schema: Schema, check: ValueCheck): void {
  const { enum: choices, const: only } = schema;
  if (Array.isArray(choices) && !choices.some((choice) => jsonEqual(value, choice))) {
    expect(`one of ${shown(choices)}`, value, check);
  }
  if (Object.hasOwn(schema, 'const') && !jsonEqual(value, only)) expect(shown([only]), value, check);
}

const shownMax = 20;

function shown(values: readonly unknown[]): string {
  const texts = values.slice(0, shownMax).map((value) => JSON.stringify(value).slice(0, 80));
  return values.length > shownMax ? `${texts.join(', ')} and ${values.length - shownMax} more` : texts.join(', ');
}

function checkNumber(value: number, { minimum, maximum }: Schema, check: ValueCheck): void {
  if (typeof minimum === 'number' && value < minimum) expect(`a number of at least ${minimum}`, value, check);
  if (typeof maximum === 'number' && value > maximum) expect(`a number of at most ${maximum}`, value, check);
}

function checkText(value: string, { minLength, maxLength, pattern }: Schema, check: ValueCheck): void {
  if (typeof minLength === 'number' && lengthOf(value, minLength) < minLength) {
    expect(`text of at least ${minLength} characters`, value, check);
  }
  if (typeof maxLength === 'number' && lengthOf(value, maxLength + 1) > maxLength) {
    expect(`text of at most ${maxLength} characters`, value, check);
  }
  if (typeof pattern === 'string' && patternOf(pattern, check)?.(value) !== true) {
    expect(`text that matches ${pattern}`, value, check);
  }
}

function patternOf(pattern: string, { patterns }: ValueCheck): LinearPattern | undefined {
  if (!patterns.has(pattern)) patterns.set(pattern, compilePattern(pattern));
  return patterns.get(pattern);
}

/** Characters (code points) of a text, counted up to a bound. */
function lengthOf(text: string, bound: number): number {
  let length = 0;
  for (let at = 0; at < text.length && length < bound; length += 1) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return length;
}

function checkList(value: readonly unknown[], { minItems, maxItems, items }: Schema, check: ValueCheck): void {
  if (typeof minItems === 'number' && value.length < minItems) expectLength(`at least ${minItems}`, value, check);
  if (typeof maxItems === 'number' && value.length > maxItems) expectLength(`at most ${maxItems}`, value, check);
  if (!isSchema(items)) return;
  for (const [position, item] of value.entries())
    checkValue(item, items, { ...check, path: [...check.path, position] });
}

function expectLength(expected: string, { length }: readonly unknown[], { path, found }: ValueCheck): void {
  found({ path, message: `expected a list of ${expected} items, got ${length}` });
}

function checkMap(value: Schema, { properties, required, additionalProperties }: Schema, check: ValueCheck): void {
  const known = isSchema(properties) ? properties : {};
  for (const name of Array.isArray(required) ? (required as readonly string[]) : []) {
    if (!Object.hasOwn(value, name)) check.found({ path: check.path, message: `expected the member ${quote(name)}` });
  }
  for (const [name, member] of Object.entries(value)) {
    const schema = Object.hasOwn(known, name) ? known[name] : additionalProperties;
    const path = [...check.path, name];
    if (isSchema(schema)) checkValue(member, schema, { ...check, path });
    else if (schema === false) {
      check.found({
        path,
        message: `unknown member ${quote(name)}`,
        suggestion: () => nearestName(name, Object.keys(known)),
      });
    }
  }
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
