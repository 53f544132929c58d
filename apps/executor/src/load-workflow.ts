import { DefinitionError, formatIssues, readWorkflow } from '@weftline/graph';
import type { DefinitionIssue, Language, WorkflowDefinition } from '@weftline/graph';
import { readTextFile } from './read-text-file.ts';
import type { Terminal } from './terminal.ts';

/** A workflow as far as it could be read, with everything that is wrong with it. */
export interface LoadedWorkflow {
  /** Absent when there are errors. */
  readonly definition?: WorkflowDefinition;
  readonly issues: readonly DefinitionIssue[];
}

export interface WorkflowSource {
  readonly file: string;
  /** The language in which it is written; default: what it looks like. */
  readonly dialect?: Language | undefined;
}

/** Reads a workflow file; issues name it as it is given here. */
export async function loadWorkflow({ file, dialect }: WorkflowSource): Promise<LoadedWorkflow> {
  const text = await readTextFile(file, 'the workflow');
  return readWorkflow(text, { file, ...(dialect === undefined ? {} : { dialect }) });
}

/** The same for commands that cannot do without: warnings are said, errors are thrown as DEFINITION_INVALID. */
export async function requireWorkflow(source: WorkflowSource, terminal: Terminal): Promise<WorkflowDefinition> {
  const { definition, issues } = await loadWorkflow(source);
  if (definition === undefined) throw new DefinitionError(`${source.file} is not a valid workflow`, issues);
  if (issues.length > 0) terminal.note(formatIssues(issues, { color: terminal.style.color }));
  return definition;
}
