import { DefinitionError, formatIssues, readWorkflow } from '@weftline/graph';
import type { DefinitionIssue, WorkflowDefinition } from '@weftline/graph';
import { readTextFile } from './read-text-file.ts';
import type { Terminal } from './terminal.ts';

/** A workflow as far as it could be read, with everything that is wrong with it. */
export interface LoadedWorkflow {
  /** Absent when there are errors. */
  readonly definition?: WorkflowDefinition;
  readonly issues: readonly DefinitionIssue[];
}

/** Reads a workflow file; issues name it as it is given here. */
export async function loadWorkflow(file: string): Promise<LoadedWorkflow> {
  return readWorkflow(await readTextFile(file, 'the workflow'), { file });
}

/** The same for commands that cannot do without: warnings are said, errors are thrown as DEFINITION_INVALID. */
export async function requireWorkflow(file: string, terminal: Terminal): Promise<WorkflowDefinition> {
  const { definition, issues } = await loadWorkflow(file);
  if (definition === undefined) throw new DefinitionError(`${file} is not a valid workflow`, issues);
  if (issues.length > 0) terminal.note(formatIssues(issues, { color: terminal.style.color }));
  return definition;
}
