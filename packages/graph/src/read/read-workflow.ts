import type { Language } from '@weftline/expression';
import { checkDefinition } from '../check/check-definition.ts';
import { checkShape } from '../check/check-shape.ts';
import type { Report } from '../check/report.ts';
import { describeValue } from '../describe-value.ts';
import type { WorkflowDefinition } from '../definition.ts';
import { DefinitionError, type DefinitionIssue } from '../errors.ts';
import { summarizeIssues } from '../format-issue.ts';
import { IssueCollector } from '../issues.ts';
import { readYaml } from '../source/read-yaml.ts';
import { outlineOf, type SourceNode } from '../source/source-node.ts';
import { SourceText } from '../source/source-text.ts';
import { chooseDialect } from './dialect.ts';
import { findGaps, noGaps } from '../check/gaps.ts';
import { ScalarLocator } from './scalar-locator.ts';

export interface ReadOptions {
  /** What issues call the text, usually its path; a workflow without a name is called after it. */
  readonly file: string;
  /** The language in which the workflow is written. Default: what it looks like. */
  readonly dialect?: Language;
}

export interface ReadResult {
  /** Absent when there is an error among the issues. */
  readonly definition?: WorkflowDefinition;
  /** Errors and warnings, in the order of the text. */
  readonly issues: readonly DefinitionIssue[];
}

/** Reads a workflow from YAML or JSON. Throws DefinitionError with everything that is wrong with it. */
export function parseWorkflow(text: string, options: ReadOptions): WorkflowDefinition {
  const { definition, issues } = readWorkflow(text, options);
  if (definition === undefined) throw new DefinitionError(summarizeIssues(issues), issues);
  return definition;
}

/** Reads a workflow from YAML or JSON, and answers warnings as well. */
export function readWorkflow(text: string, { file, dialect }: ReadOptions): ReadResult {
  const source = new SourceText(file, text);
  const issues = new IssueCollector(source);
  const root = readYaml(source, issues);
  const definition = root === undefined ? undefined : readDocument(root, { source, issues, dialect });
  return definition === undefined || issues.failed ? { issues: issues.list() } : { definition, issues: issues.list() };
}

interface Surroundings {
  readonly source: SourceText;
  readonly issues: IssueCollector;
  readonly dialect: Language | undefined;
}

function readDocument(root: SourceNode, { source, issues, dialect }: Surroundings): WorkflowDefinition | undefined {
  if (root.kind !== 'map') {
    const range = { start: root.start, end: root.start + 1 };
    issues.add(
      'WRONG_TYPE',
      { path: [], range },
      `expected a workflow, which is a map, got ${describeValue(outlineOf(root))}`,
    );
    return undefined;
  }
  const reading = chooseDialect(root, dialect).read({
    node: root,
    path: [],
    issues,
    language: 'native',
    file: source.file,
  });
  const locator = new ScalarLocator(source.text);
  const report: Report = (code, at, problem) => {
    const written = issues.full ? { path: [], node: root } : reading.locate(at);
    issues.add(code, { path: written.path, range: locator.rangeOf(written, at) }, problem);
  };
  checkDefinition(reading.definition, report, findGaps(issues));
  return reading.definition;
}

/** Checks a definition that comes from code. Answers errors and warnings, whatever the value is; none has a position. */
export function validateDefinition(definition: unknown): readonly DefinitionIssue[] {
  const issues = new IssueCollector();
  const report: Report = (code, { path }, problem) => issues.add(code, { path }, problem);
  checkShape(definition, report);
  if (!issues.failed) checkDefinition(definition as WorkflowDefinition, report, noGaps);
  return issues.list();
}
