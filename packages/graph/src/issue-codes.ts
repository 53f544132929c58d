import type { DefinitionIssue } from './errors.ts';

type Kind = readonly [category: DefinitionIssue['category'], severity: DefinitionIssue['severity'], sentence: string];

const kinds = {
  // The text as YAML or JSON.
  YAML_SYNTAX: ['syntax', 'error', 'The text is not valid YAML.'],
  EMPTY_DOCUMENT: ['syntax', 'error', 'The text holds no document.'],
  MULTIPLE_DOCUMENTS: ['syntax', 'error', 'The text holds more than one document; a file is one workflow.'],
  DOCUMENT_TOO_LARGE: ['syntax', 'error', 'The text is longer than the reader takes in.'],
  CONTROL_CHARACTER: ['syntax', 'error', 'The text holds a control character that YAML does not allow.'],
  NESTING_TOO_DEEP: ['syntax', 'error', 'Values are nested more deeply than the reader follows.'],
  DUPLICATE_KEY: ['syntax', 'error', 'A map has the same key twice.'],
  UNKNOWN_ALIAS: ['syntax', 'error', 'An alias has no anchor before it.'],
  ALIAS_LIMIT: ['syntax', 'error', 'Aliases repeat too much of the document, or lead back to themselves.'],
  UNKNOWN_TAG: ['syntax', 'error', 'A YAML tag has no meaning here.'],
  NOT_JSON: ['syntax', 'error', 'A value cannot be written as JSON.'],
  INEXACT_NUMBER: ['syntax', 'warning', 'A number has more digits than are kept; put it in quotes to keep them.'],
  UNQUOTED_EXPRESSION: [
    'syntax',
    'error',
    'An expression at the beginning of a value must stand in quotes, because { opens a map in YAML.',
  ],
  // The document as a workflow.
  UNSUPPORTED_VERSION: [
    'syntax',
    'error',
    'The workflow names a version of its language that this release does not read.',
  ],
  MISSING_KEY: ['syntax', 'error', 'A key that must be there is missing.'],
  UNKNOWN_KEY: ['syntax', 'error', 'A key has no meaning where it stands.'],
  UNSUPPORTED_KEY: ['syntax', 'error', 'A key belongs to a later release.'],
  CONFLICTING_KEYS: ['syntax', 'error', 'Two keys that exclude each other stand in one map.'],
  WRONG_TYPE: ['syntax', 'error', 'A value has another type than is expected there.'],
  WRONG_VALUE: ['syntax', 'error', 'A value is none of those that are allowed there.'],
  BAD_DURATION: ['syntax', 'error', 'A value is no duration.'],
  OUT_OF_RANGE: ['semantics', 'error', 'A number is smaller or greater than is allowed there.'],
  BAD_NAME: ['semantics', 'error', 'A name has characters or a length that names cannot have.'],
  RESERVED_NAME: ['semantics', 'error', 'A name has a meaning of its own and cannot be given to something else.'],
  BAD_SCHEMA: ['semantics', 'error', 'The declaration of an input is not a valid schema.'],
  BAD_DEFAULT: ['semantics', 'error', 'The default of an input does not satisfy its own declaration.'],
  AMBIGUOUS_INPUT: [
    'semantics',
    'warning',
    'A map looks like the declaration of an input but is taken as its default value.',
  ],
  REQUIRED_WITH_DEFAULT: ['semantics', 'warning', 'An input is required and has a default, so it is never missing.'],
  DUPLICATE_TASK: ['semantics', 'error', 'Two tasks in one list have the same name.'],
  // Tasks and transitions.
  NO_TASKS: ['semantics', 'error', 'A workflow has no task.'],
  UNKNOWN_TASK: ['semantics', 'error', 'A transition leads to a task that does not exist.'],
  NO_ENTRY_TASK: ['semantics', 'error', 'Something leads to every task, so there is none to start with.'],
  UNREACHABLE_TASK: ['semantics', 'warning', 'No path leads from an entry task to a task, so it never runs.'],
  ENDLESS_CYCLE: [
    'semantics',
    'error',
    'Transitions without a condition lead in a circle, so the execution never ends.',
  ],
  JOIN_NEVER_MET: ['semantics', 'error', 'A join waits for more tasks than can lead to it.'],
  WITH_WITHOUT_ACTION: ['semantics', 'error', 'A task runs over a list but has no action to run.'],
  EMPTY_TRANSITION: ['semantics', 'error', 'A transition neither publishes nor leads anywhere.'],
  NOT_A_LIST: [
    'semantics',
    'error',
    'The items of a task are neither a list or a map nor an expression that could give one.',
  ],
  // Expressions by themselves.
  EXPRESSION_SYNTAX: ['expressions', 'error', 'An expression cannot be parsed.'],
  EXPRESSION_LIMIT: ['expressions', 'error', 'An expression is longer or more deeply nested than is allowed.'],
  OTHER_LANGUAGE: [
    'expressions',
    'error',
    'An expression in <% %> belongs to another language; expressions are written in {{ }}.',
  ],
  TEMPLATE_NOT_RENDERED: ['expressions', 'warning', 'An expression stands where texts are kept as they are.'],
  // Expressions in their place.
  UNKNOWN_NAME: ['context', 'error', 'An expression reads a variable that nothing in the workflow sets.'],
  UNKNOWN_TASK_REFERENCE: ['context', 'error', 'An expression reads the outcome of a task that does not exist.'],
  UNKNOWN_INPUT: ['context', 'error', 'An expression reads an input that is not declared.'],
  UNKNOWN_MEMBER: ['context', 'error', 'An expression reads a member that its namespace does not have.'],
  VARIABLE_NOT_ALWAYS_SET: [
    'context',
    'error',
    'An expression reads a variable that is not set on every way that leads to its task.',
  ],
  MISPLACED_NAME: ['context', 'error', 'An expression reads a name that has no value where the expression stands.'],
  MISPLACED_FUNCTION: [
    'context',
    'error',
    'An expression calls a function that has no meaning where the expression stands.',
  ],
  SECRET_EXPOSED: [
    'context',
    'error',
    'A secret is read outside the input of a task, the only place it may flow into.',
  ],
  // The input of one execution.
  INPUT_MISSING: ['context', 'error', 'A required input is missing.'],
  INPUT_UNKNOWN: ['context', 'error', 'An input is not declared.'],
  INPUT_INVALID: ['context', 'error', 'An input does not satisfy its declaration.'],
  // All of them together.
  TOO_MANY_ISSUES: ['syntax', 'error', 'There are more issues than are listed.'],
} as const;

export type IssueCode = keyof typeof kinds;

const kindOf: Readonly<Record<IssueCode, Kind>> = kinds;

/** Every code that an issue can have, with what it means. Codes are stable. */
export const ISSUE_CODES: Readonly<Record<IssueCode, string>> = Object.freeze(
  Object.fromEntries(Object.entries(kinds).map(([code, [, , sentence]]) => [code, sentence])) as Record<
    IssueCode,
    string
  >,
);

export function categoryOf(code: IssueCode): DefinitionIssue['category'] {
  return kindOf[code][0];
}

export function severityOf(code: IssueCode): DefinitionIssue['severity'] {
  return kindOf[code][1];
}
