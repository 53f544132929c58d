import { EngineError, simulate } from '@weftline/engine';
import type { SimulationCase, SimulationResult } from '@weftline/engine';
import type { DefinitionIssue, WorkflowDefinition } from '@weftline/graph';
import { ExecutorError } from '../errors.ts';
import type { CaseDocument } from './case-document.ts';

/** What simulating a workflow comes to that does not load. */
export interface InvalidWorkflow {
  readonly status: 'invalid';
  readonly issues: readonly LocatedIssue[];
}

export interface LocatedIssue {
  readonly category: DefinitionIssue['category'];
  readonly path: string;
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export function invalidWorkflow(issues: readonly DefinitionIssue[]): InvalidWorkflow {
  const errors = issues.filter(({ severity }) => severity === 'error');
  return {
    status: 'invalid',
    issues: errors.map(({ category, path, message, line = 1, column = 1 }) => {
      return { category, path, message, line, column };
    }),
  };
}

/** `given` are the fields of the document that are the case. Throws CASE_INVALID or INPUT_INVALID with located issues. */
export function simulateCase(definition: WorkflowDefinition, document: CaseDocument, given: unknown): SimulationResult {
  try {
    return simulate(definition, given as SimulationCase);
  } catch (error) {
    if (!(error instanceof EngineError) || (error.code !== 'CASE_INVALID' && error.code !== 'INPUT_INVALID'))
      throw error;
    throw refusal(document, error.code, error.issues);
  }
}

/** The issues with their places in the document. */
export function refusal(
  document: CaseDocument,
  code: 'CASE_INVALID' | 'INPUT_INVALID',
  issues: readonly { readonly path: string; readonly message: string }[],
): ExecutorError {
  const located = issues.map(({ path, message }) => ({
    ...{ file: document.name, ...document.placeOf(path), path, message },
  }));
  return new ExecutorError('the case cannot be simulated', { code, issues: located });
}
