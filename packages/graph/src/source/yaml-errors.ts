import type { Document, YAMLError } from 'yaml';
import type { IssueCollector } from '../issues.ts';
import type { Range } from './source-node.ts';
import type { SourceText } from './source-text.ts';

interface Found {
  readonly source: SourceText;
  readonly issues: IssueCollector;
  /** Values that begin with {{ and no quote; what YAML says about their lines only confuses. */
  readonly unquoted: readonly Range[];
}

/** Passes on everything that the YAML parser reports, errors and warnings. */
export function reportYamlErrors(document: Document.Parsed, { source, issues, unquoted }: Found): void {
  const lineOf = (offset: number): number => source.position(offset).line;
  const explained = new Set(unquoted.map(({ start }) => lineOf(start)));
  for (const error of [...document.errors, ...document.warnings]) {
    const [start, end] = error.pos;
    if (explained.has(lineOf(start))) continue;
    const code = error.code === 'TAG_RESOLVE_FAILED' ? 'UNKNOWN_TAG' : 'YAML_SYNTAX';
    issues.add(code, { path: [], range: { start, end } }, messageOf(error));
  }
}

const messageMax = 200;

/** In the manner of our own messages: a small first letter, one line, and not all of what was written. */
function messageOf({ message }: YAMLError): string {
  const line = message.split('\n', 1)[0] ?? message;
  return line.charAt(0).toLowerCase() + line.slice(1, messageMax);
}
