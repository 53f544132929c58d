import { compileTemplate, nearestName } from '@weftline/expression';
import { findJsonFault } from '../check/json-fault.ts';
import { describeValue, quote } from '../describe-value.ts';
import type { InputDeclaration, WorkflowDefinition } from '../definition.ts';
import type { DefinitionIssue } from '../errors.ts';
import { IssueCollector } from '../issues.ts';
import { checkValue } from './check-value.ts';

/** Levels of lists and maps in one input. */
const depthMax = 500;

export interface CheckedInput {
  /**
   * Every declared input, in the order declared: what was given, else its default, else null. Defaults that are computed when the
   * execution starts, as Orquesta's may be, are left out.
   */
  readonly value: Readonly<Record<string, unknown>>;
  /** Everything that is wrong, each with a path such as `input.limit`; empty when the execution can start. */
  readonly issues: readonly DefinitionIssue[];
}

/** Fills in defaults and checks what an execution is started with. Values of secret inputs are never shown in messages. */
export function checkInput(definition: WorkflowDefinition, input: unknown): CheckedInput {
  const issues = new IssueCollector();
  const given = withoutNulls(definition, membersOf(input ?? {}, issues));
  const entries = Object.entries(definition.input).flatMap(([name, declaration]) => {
    if (!given.has(name) && isComputed(definition, declaration)) return [];
    return [[name, take(name, declaration, { given, issues })] as const];
  });
  const known = Object.keys(definition.input);
  for (const name of given.keys()) {
    if (Object.hasOwn(definition.input, name)) continue;
    const problem = { message: `unknown input ${quote(name)}`, suggestion: () => nearestName(name, known) };
    issues.add('INPUT_UNKNOWN', { path: ['input', name] }, problem);
  }
  return { value: Object.fromEntries(entries), issues: issues.list() };
}

/** In Attune null stands for what was not given, where there is a default. */
function withoutNulls(
  { language, input }: WorkflowDefinition,
  given: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, unknown> {
  if (language !== 'attune') return given;
  const hasDefault = (name: string): boolean => Object.hasOwn(input[name] ?? {}, 'default');
  return new Map([...given].filter(([name, value]) => value !== null || !hasDefault(name)));
}

function isComputed({ language }: WorkflowDefinition, declaration: InputDeclaration): boolean {
  return language === 'orquesta' && !compileTemplate(declaration.default, { language }).constant;
}

/** Members that are undefined count as absent, as they do in JSON. */
function membersOf(input: unknown, issues: IssueCollector): ReadonlyMap<string, unknown> {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    return new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  }
  issues.add('INPUT_INVALID', { path: ['input'] }, `expected a map of inputs, got ${describeValue(input)}`);
  return new Map();
}

interface Given {
  readonly given: ReadonlyMap<string, unknown>;
  readonly issues: IssueCollector;
}

function take(name: string, declaration: InputDeclaration, { given, issues }: Given): unknown {
  const path = ['input', name];
  if (!given.has(name)) {
    if (Object.hasOwn(declaration, 'default')) return declaration.default;
    if (declaration.required) issues.add('INPUT_MISSING', { path }, missing(name, declaration));
    return null;
  }
  const value = given.get(name);
  const fault = findJsonFault(value, depthMax);
  if (fault !== undefined) {
    issues.add('INPUT_INVALID', { path: [...path, ...fault.path] }, fault.message);
    return null;
  }
  const isAbsent = value === null && !declaration.required && !Object.hasOwn(declaration, 'default');
  if (declaration.schema === undefined || isAbsent) return value;
  checkValue(value, declaration.schema, {
    path,
    secret: declaration.secret === true,
    patterns: new Map(),
    found: ({ path: at, ...problem }) => issues.add('INPUT_INVALID', { path: at }, problem),
  });
  return value;
}

function missing(name: string, { description }: InputDeclaration): string {
  const what = description === undefined ? '' : ` (${description.split('\n', 1)[0] ?? ''})`;
  return `the required input ${quote(name)} is missing${what}`;
}
