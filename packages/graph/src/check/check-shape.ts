import { describeValue } from '../describe-value.ts';
import { COLLECT_MODES, FAILURE_MODES, RETRY_SCOPES } from '../definition.ts';
import { BACKOFFS, LANGUAGES } from '../language.ts';
import { nestingMax } from '../source/nesting.ts';
import type { Path } from '../path.ts';
import { findJsonFault } from './json-fault.ts';
import type { Report } from './report.ts';

type Shape = (value: unknown, path: Path, report: Report) => void;

/** Whether a value from code has the shape of a definition, so that the other checks can take its type for granted. */
export function checkShape(definition: unknown, report: Report): void {
  const fault = findJsonFault(definition, nestingMax);
  if (fault === undefined) workflow(definition, [], report);
  else report('NOT_JSON', { path: fault.path }, fault.message);
}

function expectShape(expected: string, accepts: (value: unknown) => boolean): Shape {
  return (value, path, report) => {
    if (!accepts(value)) report('WRONG_TYPE', { path }, `expected ${expected}, got ${describeValue(value)}`);
  };
}

const anything: Shape = () => undefined;
const text = expectShape('text', (value) => typeof value === 'string');
const flag = expectShape('true or false', (value) => typeof value === 'boolean');
const number = expectShape('a number', (value) => typeof value === 'number');
const quantity = expectShape(
  'a number or an expression',
  (value) => typeof value === 'number' || typeof value === 'string',
);

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneOf(...choices: readonly unknown[]): Shape {
  return expectShape(choices.map(describeValue).join(' or '), (value) => choices.includes(value));
}

function either(first: Shape, expected: string, accepts: (value: unknown) => boolean): Shape {
  const otherwise = expectShape(expected, accepts);
  return (value, path, report) => (typeof value === 'number' ? first : otherwise)(value, path, report);
}

function record(member: Shape): Shape {
  const map = expectShape('a map', isMap);
  return (value, path, report) => {
    map(value, path, report);
    if (isMap(value)) for (const [key, inner] of Object.entries(value)) member(inner, [...path, key], report);
  };
}

function list(item: Shape): Shape {
  const any = expectShape('a list', Array.isArray);
  return (value, path, report) => {
    any(value, path, report);
    if (Array.isArray(value)) for (const [position, inner] of value.entries()) item(inner, [...path, position], report);
  };
}

/** A map with these members and no others; those whose name ends in `?` may be missing. */
function object(members: Readonly<Record<string, Shape>>): Shape {
  const shapes = Object.entries(members).map(([name, shape]) => ({
    name: name.replace('?', ''),
    optional: name.endsWith('?'),
    shape,
  }));
  const known = new Set(shapes.map(({ name }) => name));
  return (value, path, report) => {
    if (!isMap(value)) {
      report('WRONG_TYPE', { path }, `expected a map, got ${describeValue(value)}`);
      return;
    }
    for (const { name, optional, shape } of shapes) {
      const inner = Object.hasOwn(value, name) ? value[name] : undefined;
      if (inner !== undefined) shape(inner, [...path, name], report);
      else if (!optional) report('MISSING_KEY', { path }, `expected the key "${name}"`);
    }
    for (const key of Object.keys(value)) {
      if (!known.has(key) && value[key] !== undefined) {
        report('UNKNOWN_KEY', { path: [...path, key], part: 'key' }, `unknown key "${key}"`);
      }
    }
  };
}

const publication: Shape = (value, path, report) => {
  const isPair = Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
  if (!isPair) report('WRONG_TYPE', { path }, `expected a pair of a name and a value, got ${describeValue(value)}`);
};

const transitionMembers = object({
  'otherwise?': oneOf(true),
  'when?': text,
  publish: list(publication),
  do: list(text),
});

const transition: Shape = (value, path, report) => {
  transitionMembers(value, path, report);
  if (!isMap(value) || !isEmpty(value['publish']) || !isEmpty(value['do'])) return;
  report('EMPTY_TRANSITION', { path }, 'expected something in "publish" or in "do"');
};

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

const retry = object({
  count: quantity,
  delayMs: quantity,
  backoff: oneOf(...BACKOFFS),
  'maxDelayMs?': quantity,
  jitter: number,
  'scope?': oneOf(...RETRY_SCOPES),
  'when?': text,
});

const names: Shape = (value, path, report) => (Array.isArray(value) ? list(text) : text)(value, path, report);

const items = object({
  'items?': anything,
  'from?': object({ action: text, input: anything }),
  'as?': names,
  concurrency: quantity,
  'batch?': object({ size: quantity, 'bytesMax?': quantity, 'waitMs?': quantity }),
  'rate?': object({ limit: quantity, perMs: quantity }),
  'tolerate?': quantity,
  'onFailure?': oneOf(...FAILURE_MODES),
  'continueWhen?': text,
  'failWhen?': text,
  'collect?': oneOf(...COLLECT_MODES),
  'reduce?': object({ initial: anything, value: text }),
});

const taskMembers = object({
  name: text,
  'action?': text,
  input: anything,
  'when?': text,
  'with?': items,
  'retry?': retry,
  'timeoutMs?': quantity,
  'heartbeatMs?': quantity,
  'delayMs?': quantity,
  'join?': either(anything, '"all", "any" or a number', (value) => value === 'all' || value === 'any'),
  next: list(transition),
});

const task: Shape = (value, path, report) => {
  taskMembers(value, path, report);
  const name = path.at(-1);
  if (!isMap(value) || typeof value['name'] !== 'string' || value['name'] === name) return;
  report(
    'WRONG_VALUE',
    { path: [...path, 'name'] },
    `expected the name under which the task stands, "${name ?? ''}", got ${describeValue(value['name'])}`,
  );
};

const workflow = object({
  format: oneOf(1),
  'language?': oneOf(...LANGUAGES),
  name: text,
  'description?': text,
  input: record(
    object({
      required: flag,
      'default?': anything,
      'description?': text,
      'secret?': flag,
      'schema?': record(anything),
    }),
  ),
  vars: record(anything),
  tasks: record(task),
  'output?': anything,
});
