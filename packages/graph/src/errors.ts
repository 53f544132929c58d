/** One thing that is wrong with a workflow, as editors, the CLI and the API show it. */
export interface DefinitionIssue {
  /** Stable code, e.g. `UNKNOWN_TASK`. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly category: 'syntax' | 'semantics' | 'expressions' | 'context';
  readonly message: string;
  /** Dotted path into the document, e.g. `tasks.fetch.next[0].do`. */
  readonly path: string;
  readonly file?: string;
  /** From 1; absent when the definition has no text. */
  readonly line?: number;
  readonly column?: number;
  /** From 1, exclusive. */
  readonly endLine?: number;
  readonly endColumn?: number;
  /** The nearest name that would have been right. */
  readonly suggestion?: string;
  /** The offending source line, for the caret. */
  readonly excerpt?: string;
  /** Column at which the excerpt begins, where a very long line was cut; default 1. */
  readonly excerptColumn?: number;
}

/** DEFINITION_INVALID comes with issues; DURATION_INVALID is for a value that was to be a duration at run time. */
export type DefinitionErrorCode = 'DEFINITION_INVALID' | 'DURATION_INVALID';

/** A workflow that cannot be run; `issues` holds everything that is wrong with it, not only the first. */
export class DefinitionError extends Error {
  readonly code: DefinitionErrorCode;
  readonly issues: readonly DefinitionIssue[];

  constructor(message: string, issues: readonly DefinitionIssue[], code: DefinitionErrorCode = 'DEFINITION_INVALID') {
    super(message);
    this.name = 'DefinitionError';
    this.code = code;
    this.issues = issues;
  }
}
