export {
  COLLECT_MODES,
  ENGINE_COMMANDS,
  FAILURE_MODES,
  RETRY_SCOPES,
  type BatchDefinition,
  type CollectMode,
  type EngineCommand,
  type ExpressionText,
  type FailureMode,
  type InputDeclaration,
  type ItemsDefinition,
  type JoinDefinition,
  type RateDefinition,
  type ReduceDefinition,
  type RetryDefinition,
  type RetryScope,
  type SourceDefinition,
  type TaskDefinition,
  type TemplateValue,
  type TransitionDefinition,
  type WorkflowDefinition,
} from './definition.ts';
export { toDot } from './draw/to-dot.ts';
export { toMermaid } from './draw/to-mermaid.ts';
export { parseDuration } from './duration.ts';
export { DefinitionError, type DefinitionErrorCode, type DefinitionIssue } from './errors.ts';
export { formatIssue, formatIssues, type FormatOptions } from './format-issue.ts';
export { parsePercentage } from './percentage.ts';
export { createGraph, type Edge, type WorkflowGraph } from './graph.ts';
export { checkInput, type CheckedInput } from './input/check-input.ts';
export { ISSUE_CODES, type IssueCode } from './issue-codes.ts';
export type { Language } from '@weftline/expression';
export { CONTEXT_FUNCTIONS, LANGUAGES, NAMESPACES, RESERVED_NAMES } from './language.ts';
export {
  parseWorkflow,
  readWorkflow,
  validateDefinition,
  type ReadOptions,
  type ReadResult,
} from './read/read-workflow.ts';
export { formatWorkflow } from './write/format-workflow.ts';
