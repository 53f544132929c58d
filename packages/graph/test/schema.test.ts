import { readFileSync, readdirSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ENGINE_COMMANDS } from '../src/definition.ts';
import { ISSUE_CODES } from '../src/issue-codes.ts';
import {
  ACTION_PATTERN,
  BACKOFFS,
  DECLARATION_KEYWORDS,
  KEYS,
  SCHEMA_KEYWORDS,
  SCHEMA_TYPES,
  WORKFLOW_NAME_PATTERN,
} from '../src/language.ts';
import { readWorkflow } from '../src/read/read-workflow.ts';
import { foundIn } from './found-issues.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
}

const file = new URL('../schema/workflow-v1.json', import.meta.url);
const schema = JSON.parse(readFileSync(file, 'utf8')) as Schema;
// Keywords for editors are no part of the standard.
const ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
for (const keyword of ['markdownDescription', 'defaultSnippets']) ajv.addKeyword(keyword);
const validate = ajv.compile(schema);

/** The keys of a map in the schema, which may be one of several forms. */
function keysOf(part: Schema | undefined): readonly string[] {
  const properties = part?.properties ?? part?.anyOf?.find((form) => form.properties !== undefined)?.properties;
  return Object.keys(properties ?? {}).sort();
}

describe('the JSON Schema for editors', () => {
  const { definitions = {} } = schema;

  it.each<readonly [level: string, part: Schema | undefined, keys: readonly string[]]>([
    ['workflow', schema, KEYS.workflow],
    ['task', definitions['task'], KEYS.task],
    ['with', definitions['with'], KEYS.with],
    ['batch', definitions['with']?.anyOf?.[1]?.properties?.['batch'], KEYS.batch],
    ['rate', definitions['with']?.anyOf?.[1]?.properties?.['rate'], KEYS.rate],
    ['from', definitions['with']?.anyOf?.[1]?.properties?.['from'], KEYS.from],
    ['reduce', definitions['with']?.anyOf?.[1]?.properties?.['reduce'], KEYS.reduce],
    ['retry', definitions['retry'], KEYS.retry],
    ['transition', definitions['transition'], KEYS.transition],
    ['declaration', definitions['declaration'], DECLARATION_KEYWORDS],
    ['schema', definitions['schema'], [...SCHEMA_KEYWORDS, 'description']],
  ])('has the keys of a %s that the reader has', (_, part, keys) => {
    expect(keysOf(part)).toEqual([...keys].sort());
  });

  it('has the words and patterns that the reader has', () => {
    expect(definitions['type']?.enum).toEqual(SCHEMA_TYPES);
    expect(definitions['target']?.anyOf?.[0]?.enum).toEqual(ENGINE_COMMANDS);
    expect(definitions['retry']?.anyOf?.[1]?.properties?.['backoff']?.enum).toEqual(BACKOFFS);
    expect(definitions['task']?.properties?.['action']?.pattern).toBe(ACTION_PATTERN);
    expect(schema.properties?.['name']?.pattern).toBe(WORKFLOW_NAME_PATTERN);
  });
});

/** A workflow with one task, whose fields are given. */
const task = (fields: string): string => `{ weftline: 1, tasks: { a: { ${fields} } } }`;
const input = (declaration: string): string => `{ weftline: 1, input: { x: ${declaration} }, tasks: { a: {} } }`;

const accepted = [
  '{ weftline: 1, tasks: { a: {} } }',
  '{ weftline: 1, name: a.b-c_1, description: text, input: ~, vars: ~, tasks: { a: {} }, output: [1, { x: "{{ 1 }}" }] }',
  task('action: "ns/name@1.2:x", input: { a: [1, ~, { b: "{{ now() }}" }] }'),
  task('input: "{{ input }}"'),
  task('input: ~'),
  task('action: x, with: "{{ [1] }}"'),
  task('action: x, with: [1, "{{ now() }}"]'),
  task('action: x, with: { items: [], as: row, concurrency: 3 }'),
  task('action: x, with: { items: "{{ [] }}", concurrency: "{{ 1 }}" }'),
  ...['3', '5%', '" 0.5 % "', '"{{ 3 }}"'].map((value) => task(`action: x, with: { items: [], tolerate: ${value} }`)),
  ...['all', 'failed', 'none', 'count'].map((mode) => task(`action: x, with: { items: [], collect: ${mode} }`)),
  ...['continue', 'stop', 'cancel'].map((mode) => task(`action: x, with: { items: [], on_failure: ${mode} }`)),
  task('action: x, with: { items: [], reduce: { initial: 0, value: "{{ acc + result * index + item }}" } }'),
  task('action: x, with: { items: [], reduce: { value: "acc" } }'),
  task('action: x, with: { items: [], fail_when: "{{ timed_out() }}", continue_when: "{{ error().code == item }}" }'),
  task('action: x, with: { items: { a: 1 } }'),
  task('action: x, with: { items: [], as: [x, y] }, input: { a: "{{ x + y }}" }'),
  task('action: x, with: "x, y in {{ zip([1], [2]) }}", input: { a: "{{ x + y }}" }'),
  task('action: x, with: { from: { action: core.read_lines } }'),
  task('action: x, with: { from: { action: lines, input: { path: "{{ secret.path }}" } }, as: line, concurrency: 3 }'),
  ...['20', '"{{ 5 }}"', '{ size: 5 }', '{ size: "{{ 5 }}", bytes: 10000, wait: 250ms }'].map((batch) =>
    task(`action: x, with: { items: [], batch: ${batch} }`),
  ),
  task('action: x, with: { items: [], rate: { limit: 100, per: 1s } }'),
  task('heartbeat: 30s'),
  task('retry: 3'),
  task('retry: "{{ 3 }}"'),
  task('retry: { count: 0, delay: 1s, backoff: linear, max_delay: 1h, jitter: 1, when: failed() }'),
  ...['0.5', '250ms', '" 1.5d "', '"7"', '"{{ 5 }}"'].map((value) => task(`timeout: ${value}, delay: ${value}`)),
  task('retry: { count: 1, scope: task, when: "{{ result() == null }}" }'),
  task('when: "{{ attempt == 1 }}"'),
  task('next: [{ when: failed(), do: noop }, { otherwise: true, do: fail }]'),
  ...['native', 'attune'].map(
    (language) => `{ weftline: 1, language: ${language}, tasks: { a: { delay: "{{ 5 }}" } } }`,
  ),
  '{ weftline: 1, language: orquesta, tasks: { a: { action: x, with: "<% list(1) %>", input: { a: "<% item() %>" } } } }',
  task('next: fail'),
  task('next: [noop, continue, { do: [fail, retry] }]'),
  task('next: { when: "{{ failed() }}", publish: { a: 1, b-c: [x] } }'),
  task('next: [{ publish: [{ a: 1 }, { a: 2 }], do: noop }]'),
  task('next: []'),
  '{ weftline: 1, tasks: { a: { next: b }, b: { join: all, next: c }, c: { join: any, next: d }, d: { join: 1 } } }',
  ...['5', 'text', '~', '[]', '{}', '{ any: map }', '{ default: { type: string } }', '{ type: [string, "null"] }'].map(
    input,
  ),
  input(
    '{ type: object, required: [a], properties: { a: { type: array, items: { enum: [1] } } }, additionalProperties: false }',
  ),
  input('{ required: true, secret: true, description: text, minLength: 1, maxLength: 2, pattern: "^a" }'),
  input('{ const: ~, minItems: 0, maxItems: 1, minimum: 0, maximum: 1, additionalProperties: { type: integer } }'),
];

describe('what the reader accepts', () => {
  it.each(accepted)('is valid by the schema: %s', (text) => {
    expect(readWorkflow(text, { file: 'flow.yaml' }).issues).toEqual([]);
    validate(parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });
});

const examples = new URL('../../../examples/', import.meta.url);
const workflows = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /^[^/\\]+[/\\][^/\\]+\.ya?ml$/.test(name) && !/\.(config|case)\./.test(name),
);

describe('the examples', () => {
  it('are there', () => {
    expect(workflows.length).toBeGreaterThan(2);
  });

  it.each(workflows)('are accepted by the reader and valid by the schema: %s', (name) => {
    const text = readFileSync(new URL(name, examples), 'utf8');
    expect(readWorkflow(text, { file: name }).issues).toEqual([]);
    validate(parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });
});

const refused = [
  '{ tasks: { a: {} } }',
  '{ weftline: 2, tasks: { a: {} } }',
  '{ weftline: 1 }',
  '{ weftline: 1, tasks: {} }',
  '{ weftline: 1, tasks: [] }',
  '{ weftline: 1, tasks: { a: ~ } }',
  '{ weftline: 1, tasks: { "a b": {} } }',
  '{ weftline: 1, tasks: { __a: {} } }',
  '{ weftline: 1, tasks: { noop: {} } }',
  '{ weftline: 1, task: {}, tasks: { a: {} } }',
  '{ weftline: 1, name: "a b", tasks: { a: {} } }',
  '{ weftline: 1, description: 5, tasks: { a: {} } }',
  '{ weftline: 1, vars: [], tasks: { a: {} } }',
  '{ weftline: 1, vars: { "a b": 1 }, tasks: { a: {} } }',
  '{ weftline: 1, input: [a], tasks: { a: {} } }',
  task('actoin: x'),
  task('action: 5'),
  task('action: "x y=z"'),
  task('action: "{{ x }}"'),
  task('input: [1]'),
  task('input: text'),
  task('action: x, with: text'),
  task('action: x, with: 5'),
  task('action: x, with: { as: row }'),
  ...['0', 'many', '{ bytes: 5 }', '{ size: 1, wait: long }'].map((batch) =>
    task(`action: x, with: { items: [], batch: ${batch} }`),
  ),
  ...['100', '{ limit: 5 }', '{ limit: 0, per: 1s }', '{ limit: 5, per: often }'].map((rate) =>
    task(`action: x, with: { items: [], rate: ${rate} }`),
  ),
  task('action: x, with: { items: [], concurrency: 0 }'),
  task('action: x, with: { items: [], concurrency: 1.5 }'),
  task('action: x, with: { items: [], concurrency: lots }'),
  task('action: x, with: { items: [], as: "a b" }'),
  ...['-1', '1.5', 'most', 'true'].map((value) => task(`action: x, with: { items: [], tolerate: ${value} }`)),
  task('action: x, with: { items: [], on_failure: retry }'),
  task('action: x, with: { items: [], collect: some }'),
  task('action: x, with: { items: [], collect: all, reduce: { value: acc } }'),
  task('action: x, with: { items: [], reduce: { initial: 0 } }'),
  task('action: x, with: { items: [], reduce: acc }'),
  task('action: x, with: { items: [], as: [] }'),
  task('action: x, with: { items: [], as: [5] }'),
  task('action: x, with: { from: core.read_lines }'),
  task('action: x, with: { from: { input: {} } }'),
  task('action: x, with: { items: [], from: { action: lines } }'),
  task('retry: many'),
  task('retry: -1'),
  task('retry: { delay: 1s }'),
  task('retry: { count: 1, scope: item }'),
  '{ weftline: 1, language: cobol, tasks: { a: {} } }',
  task('when: true'),
  task('next: { otherwise: maybe, do: fail }'),
  task('retry: { count: 1, backoff: fast }'),
  task('retry: { count: 1, jitter: 2 }'),
  task('retry: { count: 1, when: true }'),
  ...['soon', '-1', '1h30m', 'true', '[]'].map((value) => task(`delay: ${value}`)),
  task('next: 5'),
  task('next: "a, b"'),
  task('next: {}'),
  task('next: { when: "{{ true }}" }'),
  task('next: { do: { a: b } }'),
  task('next: { publish: a=1 }'),
  task('next: { publish: [{ a: 1, b: 2 }] }'),
  task('next: { publish: { "a b": 1 } }'),
  '{ weftline: 1, tasks: { a: { next: b }, b: { join: some } } }',
  '{ weftline: 1, tasks: { a: { next: b }, b: { join: 0 } } }',
  input('{ type: text }'),
  input('{ type: [] }'),
  input('{ enum: [] }'),
  input('{ minLength: -1 }'),
  input('{ secret: maybe }'),
  input('{ required: yes please }'),
  input('{ items: { typ: string } }'),
  input('{ properties: { a: 5 } }'),
];

describe('what the schema refuses', () => {
  it.each(refused)('is an issue for the reader: %s', (text) => {
    expect(validate(parse(text))).toBe(false);
    const { issues } = readWorkflow(text, { file: 'flow.yaml' });
    expect(issues.filter(({ severity }) => severity === 'error')).not.toEqual([]);
  });
});

describe('the codes of issues', () => {
  it('are capitals, and each has a sentence', () => {
    for (const [code, sentence] of Object.entries(ISSUE_CODES)) {
      expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('cover what is found', () => {
    for (const text of refused) {
      for (const found of foundIn(text)) expect(Object.keys(ISSUE_CODES)).toContain(found.split(' ')[0]);
    }
  });
});
