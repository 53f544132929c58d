import { nearestName } from '@weftline/expression';
import { describeValue, quote } from '../describe-value.ts';
import type { IssueCode } from '../issue-codes.ts';
import type { Problem } from '../issues.ts';
import { SCHEMA_KEYWORDS, SCHEMA_TYPES } from '../language.ts';
import type { Path } from '../path.ts';
import { compilePattern } from './linear-pattern.ts';

/** Takes an issue about a schema, by its place in the schema. */
export type SchemaReport = (
  code: IssueCode,
  at: { readonly path: Path; readonly part?: 'key' },
  problem: Problem | string,
) => void;

type Schema = Readonly<Record<string, unknown>>;

const keywords: readonly string[] = [...SCHEMA_KEYWORDS, 'description'];
const bounds = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
] as const;

/** Every keyword of a schema is known and has a value that makes sense. The depth of the schema is bounded already. */
export function checkSchema(schema: Schema, path: Path, report: SchemaReport): void {
  for (const [key, value] of Object.entries(schema)) {
    const expected = expectationOf(key, value);
    if (!keywords.includes(key)) {
      const message = `unknown keyword ${quote(key)} of a schema`;
      report(
        'UNKNOWN_KEY',
        { path: [...path, key], part: 'key' },
        { message, suggestion: () => nearestName(key, keywords) },
      );
    } else if (expected !== undefined) {
      report(
        'BAD_SCHEMA',
        { path: [...path, key] },
        `expected ${expected} in ${quote(key)}, got ${describeValue(value)}`,
      );
    }
  }
  for (const [least, most] of bounds) {
    const [from, to] = [schema[least], schema[most]];
    if (typeof from !== 'number' || typeof to !== 'number' || from <= to) continue;
    report(
      'BAD_SCHEMA',
      { path: [...path, most] },
      `expected ${quote(most)} not below ${quote(least)} (${from}), got ${to}`,
    );
  }
  for (const [inner, step] of schemasWithin(schema)) checkSchema(inner, [...path, ...step], report);
}

/** What a keyword's value had to be, when it is something else. */
function expectationOf(key: string, value: unknown): string | undefined {
  const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
  return rule === undefined || rule.accepts(value) ? undefined : rule.expected;
}

interface Rule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const isType = (value: unknown): boolean => (SCHEMA_TYPES as readonly unknown[]).includes(value);
const isFilled = (value: unknown): value is readonly unknown[] => Array.isArray(value) && value.length > 0;
const isMap = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const number: Rule = { expected: 'a number', accepts: (value) => typeof value === 'number' && Number.isFinite(value) };
const size: Rule = {
  expected: 'an integer of at least 0',
  accepts: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
};

const rules: Readonly<Record<string, Rule>> = {
  type: {
    expected: `one of ${SCHEMA_TYPES.join(', ')}, or a list of them`,
    accepts: (value) => isType(value) || (isFilled(value) && value.every(isType)),
  },
  enum: { expected: 'a list with at least one value', accepts: isFilled },
  minimum: number,
  maximum: number,
  minLength: size,
  maxLength: size,
  minItems: size,
  maxItems: size,
  pattern: {
    expected: 'a regular expression of RE2 (no look-around, no back-references) of at most 1000 characters',
    accepts: (value) => typeof value === 'string' && compilePattern(value) !== undefined,
  },
  items: { expected: 'a schema', accepts: isMap },
  properties: { expected: 'a map of schemas', accepts: (value) => isMap(value) && Object.values(value).every(isMap) },
  required: {
    expected: 'a list of names',
    accepts: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  },
  additionalProperties: {
    expected: 'true, false or a schema',
    accepts: (value) => typeof value === 'boolean' || isMap(value),
  },
};

function schemasWithin({
  items,
  properties,
  additionalProperties,
}: Schema): readonly (readonly [schema: Schema, path: Path])[] {
  return [
    ...(isMap(items) ? [[items, ['items']] as const] : []),
    ...(isMap(additionalProperties) ? [[additionalProperties, ['additionalProperties']] as const] : []),
    ...Object.entries(isMap(properties) ? properties : {}).flatMap(([name, schema]) =>
      isMap(schema) ? [[schema, ['properties', name]] as const] : [],
    ),
  ];
}
